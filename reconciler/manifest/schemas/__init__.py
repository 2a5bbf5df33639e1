"""The JSON Schemas of the package, and the validation of values by them.

What several reports have is defined once, in report.schema.json; `schema` puts into each what it
refers to.

jsonschema_rs validates, as it is fast; jsonschema only explains refusals. Each validator is
compiled once, at its first use.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pkgutil import get_data
from typing import TYPE_CHECKING, Any

from reconciler.manifest.schemas.validators import explaining_validator, fast_validator

if TYPE_CHECKING:
    import jsonschema_rs

    from reconciler.manifest.schemas.explain import SchemaFault

KINDS = (
    "answer",
    "apply-event",
    "apply-report",
    "doctor",
    "drift",
    "facts",
    "history",
    "imports",
    "ingestion",
    "manifest",
    "overlay",
    "payload-2021-09-15",
    "payload-2023-10-19",
    "plan",
    "preview",
    "probe",
    "project",
    "pull",
    "render",
    "status",
    "unlock",
    "validation",
)

_MOST_EXPLAINED = 2_000

__all__ = ["KINDS", "is_valid", "schema", "schema_faults"]

# These schemas refer to others; `schema` returns them self-contained.
_BUNDLED = {
    "apply-event": ("apply-report",),
    "drift": ("plan",),
    "manifest": ("payload-2021-09-15", "payload-2023-10-19"),
    "preview": ("plan",),
}


def schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of *kind*, one of KINDS. KeyError for any other."""
    if kind not in KINDS:
        raise KeyError(kind)
    if kind == "overlay":
        from reconciler.manifest.schemas.overlay import overlay_schema  # noqa: PLC0415 - for editors

        return overlay_schema(schema("manifest"), schema("payload-2023-10-19"))
    document = _completed(_file(kind))
    for part in _BUNDLED.get(kind, ()):
        document["$defs"][part] = schema(part)
    return document


def _file(name: str) -> dict[str, Any]:
    text = get_data(__name__, f"{name}.schema.json")
    assert text is not None  # noqa: S101 - whatever loads the package can read its files
    document: dict[str, Any] = json.loads(text)
    return document


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    """Return *document* with the shared definitions that it refers to."""
    own = document.get("$defs", {})
    missing = {*_referred(document)} - own.keys()
    if not missing:
        return document
    shared = _file("report")["$defs"]
    return _completed({**document, "$defs": own | {name: shared[name] for name in sorted(missing)}})


def _referred(part: Any) -> Iterator[str]:
    """Yield the name of each definition of its own document that *part* refers to."""
    if isinstance(part, Mapping):
        reference = part.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/$defs/"):
            yield reference.split("/")[2]
    below = part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    for each in below:
        yield from _referred(each)


def is_valid(kind: str, instance: Any) -> bool:
    """Return whether *instance* is valid by the schema of *kind*."""
    return _decider(kind).is_valid(instance)


def schema_faults(kind: str, instance: Any) -> "tuple[SchemaFault, ...]":
    """Return every fault of *instance* by the schema of *kind*; none if it is valid.

    Who parses it bounds its depth.
    """
    if is_valid(kind, instance):
        return ()
    return tuple(_explanations(kind, instance))


def _explanations(kind: str, instance: Any) -> "Iterator[SchemaFault]":
    from reconciler.manifest.schemas.explain import (  # noqa: PLC0415 - for what is not valid
        explain_faults,
        opaque,
    )

    errors = islice(_explainer(kind).iter_errors(instance), _MOST_EXPLAINED)  # 50 µs for each
    try:
        explained = [*explain_faults(errors, instance)]
    except RecursionError:  # jsonschema needs a dozen frames per level
        explained = []
    # If the two libraries disagree, jsonschema_rs is right.
    decided = islice(_decider(kind).iter_errors(instance), _MOST_EXPLAINED)
    yield from explained or (opaque(e.instance_path) for e in decided)


@cache
def _explainer(kind: str) -> Any:
    return explaining_validator(schema(kind))


@cache
def _decider(kind: str) -> "jsonschema_rs.Draft202012Validator":
    return fast_validator(schema(kind))
