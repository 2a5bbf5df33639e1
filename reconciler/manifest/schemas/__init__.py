"""Our JSON Schemas, and the one gate to the validators.

jsonschema-rs gives the verdict, for it is fast (perf.md); jsonschema explains a
document that it refuses, for its errors are ones that people can read.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

KINDS = ("manifest", "project", "payload-2023-10-19", "payload-2021-09-15", "answer", "plan")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One fault of a document: where (RFC 6901 pointer), what, and by which keyword of the schema.

    `parts` are the pointer's unescaped steps; `details` is the keyword's value in the
    schema, such as the list of an enum.
    """

    pointer: str
    text: str
    keyword: str
    parts: tuple[str | int, ...] = ()
    details: Any = None


@cache
def schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of *kind*, one of KINDS."""
    loaded: dict[str, Any] = json.loads(
        (files(__package__) / f"{kind}.schema.json").read_text("utf-8")
    )
    return loaded


def faults(kind: str, instance: Any) -> tuple[Fault, ...]:
    """Return everything that is wrong with *instance*, in the order of the document."""
    if _fast(kind).is_valid(instance):
        return ()
    return tuple(_explained(kind, instance))


def payload_kind(*, has_ids: bool) -> str:
    """Return which payload schema a document is held to: external ids decide (api.md section 5)."""
    return "payload-2023-10-19" if has_ids else "payload-2021-09-15"


def pointer_of(parts: tuple[str | int, ...]) -> str:
    """Return the RFC 6901 pointer of these steps."""
    return "".join(f"/{str(p).replace('~', '~0').replace('/', '~1')}" for p in parts)


@cache
def _fast(kind: str) -> Any:
    import jsonschema_rs  # noqa: PLC0415 - only who validates pays for it

    return jsonschema_rs.validator_for(schema(kind))


@cache
def _thorough(kind: str) -> Any:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only a faulty document needs it

    return Draft202012Validator(schema(kind))


def _explained(kind: str, instance: Any) -> Iterator[Fault]:
    found = False
    for error in sorted(
        _thorough(kind).iter_errors(instance), key=lambda e: list(map(str, e.path))
    ):
        found = True
        parts = tuple(error.absolute_path)
        yield Fault(
            pointer=pointer_of(parts),
            text=error.message,
            keyword=str(error.validator),
            parts=parts,
            details=error.validator_value,
        )
    if not found:
        # The two validators disagree: what one refuses is never let through.
        for refusal in _fast(kind).iter_errors(instance):
            parts = tuple(refusal.instance_path)
            yield Fault(
                pointer=pointer_of(parts), text=refusal.message, keyword="schema", parts=parts
            )
