"""The values of a body: of the right kind, or absent."""

from typing import Any

from reconciler.semantics.schema_changes.refusal import ChangeRefused


def text_of(body: dict[str, Any], key: str) -> str | None:
    """Return a text of the body, None if absent. Raises ChangeRefused for anything else."""
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise ChangeRefused(key, f"{key} is a text")
    return value


def flag_of(body: dict[str, Any], key: str) -> bool | None:
    """Return a boolean of the body, None if absent. Raises ChangeRefused for anything else."""
    value = body.get(key)
    if value is not None and not isinstance(value, bool):
        raise ChangeRefused(key, f"{key} is a boolean")
    return value


def number_of(body: dict[str, Any], key: str) -> int | None:
    """Return a number of the body, which may be a text, None if absent. Raises ChangeRefused."""
    value = body.get(key)
    if isinstance(value, str) and value.removeprefix("-").isdigit():
        value = int(value)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise ChangeRefused(key, f"{key} is a number")
    return value
