"""An attribute's definition as the companion API takes it, from the one that it shows.

Whether a PUT leaves what is absent is not known, so that the whole definition is sent
(api.md#companion-attributes).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from reconciler.semantics.companion_numbers import DEFAULT, REFERENCE

_Path = tuple[str, ...]

# What is written, and where answers have it: the first place that has a value.
WRITTEN: Mapping[str, tuple[_Path, ...]] = MappingProxyType(
    {
        **{
            key: ((key,),)
            for key in (
                "name",
                "description",
                "hidden",
                "uniqueAttribute",
                "summable",
                "minimumCardinality",
                "maximumCardinality",
                "includeChildObjectTypes",
                "typeValueMulti",
                "suffix",
                "regexValidation",
                "options",
            )
        },
        "defaultTypeId": (("defaultType", "id"),),
        "typeValue": (("referenceObjectTypeId",), ("referenceObjectType", "id")),
        "additionalValue": (
            ("additionalValue",),
            ("referenceType", "id"),
            ("referenceType", "globalId"),
        ),
        "qlQuery": (("qlQuery",), ("iql",)),
    }
)
# The fields of importsource that a change of the definition settles, and their keys there.
KEYS: Mapping[str, str] = MappingProxyType(
    {
        "name": "name",
        "label": "label",
        "unique": "uniqueAttribute",
        "minimumCardinality": "minimumCardinality",
        "maximumCardinality": "maximumCardinality",
        "typeValues": "typeValueMulti",
    }
)


def written_definition(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a PUT that leaves the attribute *shown* as it is.

    `label` is written by the label alone: false is never sent. Examples leave `type` out, which
    tells references from the others.
    """
    refers = shown.get("referenceObjectTypeId") is not None
    written = {"type": shown.get("type", REFERENCE if refers else DEFAULT)}
    for key, places in WRITTEN.items():
        value = next(_values(shown, places), None)
        if value is not None:
            written[key] = value
    if shown.get("label") is True:
        written["label"] = True
    return written


def _values(shown: Mapping[str, Any], places: tuple[_Path, ...]) -> Iterator[Any]:
    for *above, key in places:
        inside: Any = shown
        for each in above:
            inside = inside.get(each) if isinstance(inside, Mapping) else None
        value = inside.get(key) if isinstance(inside, Mapping) else None
        if value is not None:
            # A global id is `{workspaceId}:{id}` (api.md#companion-ids-and-counts).
            yield value.rpartition(":")[2] if key == "globalId" else value
