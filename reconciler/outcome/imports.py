"""What an import did: its result, the latest execution of a source, and imported objects.

Results are read leniently, since only one example is documented. The keys are those of
`progressResult` and its `objectTypeResultMap` (api.md#results; the spelling `duplicateEnries`
is the API's). Missing or odd values are None, never an error: failing on one would hide how
the import ended.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from reconciler.errors import ReconcilerError
from reconciler.value import Value

DONE = "DONE"
CANCELLED = "CANCELLED"
# The statuses of an ended execution; all others are still in progress (api.md#results).
ENDED = frozenset({DONE, CANCELLED})

_OK = "OK"
_NO_DATA = "no data to import"
# More than any import counts, and with few enough digits to print.
_MOST = 2**63


class Count(StrEnum):
    """The counts of a type: the name of the field, and its `key` in the API's answer."""

    key: str

    def __new__(cls, name: str, key: str) -> Self:
        """Return the member for one row of the table."""
        member = str.__new__(cls, name)
        member._value_, member.key = name, key
        return member

    ENTRIES = "entries", "entriesInSource"
    CREATED = "created", "objectsCreated"
    UPDATED = "updated", "objectsUpdated"
    IDENTICAL = "identical", "objectsIdentical"
    FAILED = "failed", "errorCount"
    DUPLICATES = "duplicates", "duplicateEnries"
    EMPTY_LABELS = "empty_labels", "emptyLabelEntries"
    EMPTY_IDS = "empty_ids", "emptyExternalIdEntries"
    FILTERED = "filtered", "objectsFilteredWithQlQuery"
    MISSING_UPDATED = "missing_updated", "objectsMissingUpdated"
    MISSING_DELETED = "missing_deleted", "objectsMissingDeleted"
    UPDATED_REFERENCES = "updated_references", "objectsWithUpdatedReferences"
    # Reported by our emulator only.
    UNRESOLVED_REFERENCES = "unresolved_references", "unresolvedReferences"


class TypeResult(Value):
    """The results for the entries of one object type; None where the API reports nothing.

    `failed` are objects that failed in an import that ended all the same, `empty_labels` and
    `empty_ids` entries without a label and without an external id, `filtered` objects excluded
    by a query, `missing_…` objects absent from the data.
    """

    type_id: str
    name: str | None
    entries: int | None
    created: int | None
    updated: int | None
    identical: int | None
    failed: int | None
    duplicates: int | None
    empty_labels: int | None
    empty_ids: int | None
    filtered: int | None
    missing_updated: int | None
    missing_deleted: int | None
    updated_references: int | None
    unresolved_references: int | None
    errors: tuple[str, ...]


class ImportResult(Value):
    """The status of an execution and what it did so far; the types are sorted by name.

    `started` and `ended` are the API's time stamps verbatim, `entries` the number of all
    entries of the import, `info` its remark, e.g. `No data to import`.
    """

    status: str
    result: str | None
    started: str | None
    ended: str | None
    entries: int | None
    info: str | None
    types: tuple[TypeResult, ...]
    errors: tuple[str, ...]

    @property
    def is_ended(self) -> bool:
        """Whether the execution has ended."""
        return self.status in ENDED

    @property
    def is_imported(self) -> bool:
        """Whether it was carried out: DONE, with result OK or, without a result, without errors.

        As with mappings, any other result counts as a failure (api.md#progress).
        """
        if self.status != DONE:
            return False
        return not self.errors if self.result is None else self.result == _OK

    @property
    def has_errors(self) -> bool:
        """Whether objects failed, or it reports errors: the API may call such an import OK."""
        return bool(self.errors or self.total(Count.FAILED) or any(t.errors for t in self.types))

    @property
    def ended_well(self) -> bool:
        """Whether it was carried out, and as the data say."""
        return self.is_imported and not self.has_errors

    @property
    def remark(self) -> str | None:
        """The API's remark, None where the counts contradict it: they are right (observed)."""
        says_nothing = (self.info or "").strip(" .").casefold() == _NO_DATA
        counted = bool(self.entries) or any(map(self.total, Count))
        return None if says_nothing and counted else self.info

    def total(self, count: Count) -> int | None:
        """Return the sum over all types that report it, None if none does."""
        numbers = [n for each in self.types if (n := getattr(each, count)) is not None]
        return sum(numbers) if numbers else None


_NAMED = (Count.CREATED, Count.UPDATED, Count.IDENTICAL, Count.FAILED)


def counts_of(result: ImportResult) -> str:
    """Return the counts of *result* that are not 0: `10 created, 1 failed`; empty without any."""
    counts = ((result.total(count), count) for count in _NAMED)
    return ", ".join(f"{number} {count}" for number, count in counts if number)


def import_result(status: str, progress_result: Mapping[str, Any]) -> ImportResult:
    """Parse the *progress_result* of an execution with this *status*; never raises."""
    types = progress_result.get("objectTypeResultMap")
    return ImportResult(
        status=status,
        result=_result(progress_result.get("result")),
        started=_text(progress_result.get("started")),
        ended=_text(progress_result.get("ended")),
        entries=_number(progress_result.get("totalNumberEntriesInImport")),
        info=_text(progress_result.get("infoMessage")),
        types=_types(types) if isinstance(types, Mapping) else (),
        errors=_errors(progress_result.get("errorMessages")),
    )


def _types(raw: Mapping[str, Any]) -> tuple[TypeResult, ...]:
    # The API's order is that of a hash and may differ between answers.
    found = [_type(str(type_id), value) for type_id, value in raw.items()]
    return tuple(sorted(found, key=lambda each: (each.name or "", each.type_id)))


def _type(type_id: str, raw: Any) -> TypeResult:
    known: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    return TypeResult(
        type_id=type_id,
        name=_text(known.get("objectTypeName")),
        errors=_errors(known.get("errorMessages")),
        **{count.value: _number(known.get(count.key)) for count in Count},
    )


def _number(raw: Any) -> int | None:
    is_count = isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < _MOST
    return raw if is_count else None


def _text(raw: Any) -> str | None:
    return raw if isinstance(raw, str) and raw.strip() else None


def _result(raw: Any) -> str | None:
    """Return the result, None only without one; a blank one or a number is not OK either."""
    return _text(raw) or (None if raw is None else _shown(raw))


def _errors(raw: Any) -> tuple[str, ...]:
    """Return the messages of *raw*: one text or a list; anything else as JSON."""
    if raw is None or raw == "":
        return ()
    entries = raw if isinstance(raw, list) else [raw]
    return tuple(each if isinstance(each, str) else _shown(each) for each in entries if each)


def _shown(raw: Any) -> str:
    try:
        return json.dumps(raw, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return "an error that cannot be shown"


class LatestImport(Value):
    """`found` is the execution's result, None if there never was one, the error if unreadable."""

    source: str
    found: ImportResult | ReconcilerError | None

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for."""
        return not isinstance(self.found, ImportResult) or self.found.is_ended

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong: it is running, succeeded, or there never was one.

        One with errors does not count, nor a cancelled one: data that somebody meant to import
        are missing.
        """
        if isinstance(self.found, ReconcilerError):
            return False
        return self.found is None or not self.found.is_ended or self.found.ended_well

    @property
    def is_imported(self) -> bool:
        """Whether it is well, but for errors of an import that was carried out."""
        return self.is_well or (isinstance(self.found, ImportResult) and self.found.is_imported)


class ImportedObject(Value):
    """One object. `attributes` are values by attribute name, without the label.

    `references` are the keys of the objects that its references resolved to.
    """

    key: str
    type: str
    label: str
    attributes: Mapping[str, tuple[str, ...]]
    references: Mapping[str, tuple[str, ...]]
