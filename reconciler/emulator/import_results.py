"""The `objectTypeResultMap` of an import: what became of the entries of each object type.

Its keys are those of the documented example (api.md#results), which shows a case without
problems; what they count otherwise is our guess: every mapped type is listed, `duplicateEnries`
(the API's spelling) are entries beyond the first with an id, entries that lack a mandatory value
are reported in `errorMessages`, and an object with only its references changed is identical, but
counts in `objectsWithUpdatedReferences`. `unresolvedReferences` is our own key: references that
found no object. Times are not measured: they are 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reconciler.model.display import count
from reconciler.model.document import Document, walk_types


class Counted(StrEnum):
    """What is counted of the entries of a type while they are mapped."""

    ENTRIES = "entries"
    TAKEN = "taken"
    WITHOUT_ID = "without-id"
    WITHOUT_LABEL = "without-label"
    INCOMPLETE = "incomplete"


_NEVER_COUNTED = dict.fromkeys(
    (
        "readExternalDataTimeInMs",
        "mapExternalDataTimeInMs",
        "qlQueryFilteringTimeInMs",
        "decidingActionsTimeInMs",
        "writeInsightDataTimeInMs",
        "postFunctionTimeInMs",
        "executionTimeInMs",
    ),
    0,
)


@dataclass(kw_only=True, slots=True)
class Settled:
    """What became of the objects of one type."""

    created: int = 0
    updated: int = 0
    identical: int = 0
    other_references: int = 0
    unresolved: int = 0

    @property
    def objects(self) -> int:
        """The number of distinct objects."""
        return self.created + self.updated + self.identical


def result_map(
    live: Document,
    numbers: Mapping[str, int],
    counts: Mapping[str, Mapping[str, int]],
    settled: Mapping[int, Settled],
) -> dict[str, dict[str, Any]]:
    """Return the result of each mapped type by its number, from the counts.

    A type that was deleted meanwhile has none.
    """
    mapped = {m.object_type_external_id for m in live.mappings}
    return {
        str(numbers[t.external_id]): _result(
            t.name,
            numbers[t.external_id],
            counts.get(t.external_id, {}),
            settled.get(numbers[t.external_id], Settled()),
        )
        for t, _ in walk_types(live.object_types)
        if t.external_id is not None and t.external_id in mapped and t.external_id in numbers
    }


def _result(name: str, number: int, count: Mapping[str, int], settled: Settled) -> dict[str, Any]:
    incomplete = count.get(Counted.INCOMPLETE, 0)
    return {
        "id": None,
        "objectTypeName": name,
        "objectTypeId": number,
        "objectsUpdated": settled.updated,
        "objectsCreated": settled.created,
        "objectsIdentical": settled.identical,
        "objectsMissingUpdated": 0,
        "objectsMissingDeleted": 0,
        "entriesInSource": count.get(Counted.ENTRIES, 0),
        "duplicateEnries": count.get(Counted.TAKEN, 0) - settled.objects,
        "emptyLabelEntries": count.get(Counted.WITHOUT_LABEL, 0),
        "emptyExternalIdEntries": count.get(Counted.WITHOUT_ID, 0),
        "objectsFilteredWithQlQuery": 0,
        "errorCount": incomplete,
        "errorMessages": _incomplete_text(incomplete) if incomplete else None,
        **_NEVER_COUNTED,
        "objectsWithUpdatedReferences": settled.other_references,
        "unresolvedReferences": settled.unresolved,
    }


def _incomplete_text(incomplete: int) -> str:
    return f"{count(incomplete, 'entry lacks', 'entries lack')} a mandatory value"
