"""The values of a body: of the right kind, or absent."""

from typing import Any, TypeVar

from reconciler.semantics.schema_changes.refusal import ChangeRefused

T = TypeVar("T")


def _of_kind(body: dict[str, Any], key: str, kind: type[T], called: str) -> T | None:
    value = body.get(key)
    if value is not None and type(value) is not kind:
        raise ChangeRefused(key, f"{key} is a {called}")
    return value


def text_of(body: dict[str, Any], key: str) -> str | None:
    """Return a text of the body, None if absent. Raises ChangeRefused for anything else."""
    return _of_kind(body, key, str, "text")


def flag_of(body: dict[str, Any], key: str) -> bool | None:
    """Return a boolean of the body, None if absent. Raises ChangeRefused for anything else."""
    return _of_kind(body, key, bool, "boolean")


def number_of(body: dict[str, Any], key: str) -> int | None:
    """Return a number of the body, which may be a text, None if absent. Raises ChangeRefused."""
    value = body.get(key)
    if isinstance(value, str) and value.removeprefix("-").isdigit():
        return int(value)
    return _of_kind(body, key, int, "number")
