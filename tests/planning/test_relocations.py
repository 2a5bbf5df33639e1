"""Which mappings are recognised as moved, and which are not guessed."""

from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.diagnostics import Confidence
from reconciler.model.address import Address
from reconciler.planning.change import Change, Edit, Kind, Verdict
from reconciler.planning.diff.relocations import relocated_mappings


def _change(address: str, names: str, kind: Kind, raw: Any, **given: Any) -> Change:
    goes = given.get("action") is Edit.REMOVE
    fields: dict[str, Any] = {
        "action": Edit.ADD,
        "field": None,
        "before": raw if goes else None,
        "after": None if goes else raw,
        "verdict": Verdict.PATCH,
        "rule": "mapping-overwrite",
        "confidence": Confidence.DOCUMENTED,
    }
    return Change(
        address=Address.parse(address), names=tuple(names.split("/")), kind=kind, **(fields | given)
    )


def entry(address: str, names: str, locators: Any, **given: Any) -> Change:
    raw = {"attributeLocators": locators} | given.pop("raw", {})
    return _change(address, names, Kind.ATTRIBUTE_MAPPING, raw, **given)


def mapping(address: str, name: str, selector: Any, **given: Any) -> Change:
    return _change(address, name, Kind.MAPPING, {"selector": selector}, **given)


GOES = {"action": Edit.REMOVE}
ORPHAN = {"action": Edit.REMOVE, "verdict": Verdict.ORPHAN}

CASES: dict[str, tuple[list[Change], dict[str, str]]] = {
    "nothing": ([], {}),
    "an attribute's mapping moves to another attribute": (
        [entry("a", "File/Owned By", ["o"], **GOES), entry("b", "File/Owner", ["o"])],
        {"a": "b"},
    ),
    "and to one of another type": (
        [entry("a", "File/Owner", ["o"], **GOES), entry("b", "Disk/Owner", ["o"])],
        {"a": "b"},
    ),
    "within its type rather than to another": (
        [
            entry("a", "File/Owned By", ["o"], **GOES),
            entry("b", "Disk/Owner", ["o"]),
            entry("c", "File/Owner", ["o"]),
        ],
        {"a": "c"},
    ),
    "two types, each within itself": (
        [
            entry("a", "File/Old", ["o"], **GOES),
            entry("b", "File/New", ["o"]),
            entry("c", "Disk/Old", ["o"], **GOES),
            entry("d", "Disk/New", ["o"]),
        ],
        {"a": "b", "c": "d"},
    ),
    "IQL moves": (
        [
            entry("a", "File/Old", [], raw={"objectMappingIQL": "x"}, **GOES),
            entry("b", "File/New", None, raw={"objectMappingIQL": "x"}),
        ],
        {"a": "b"},
    ),
    "other IQL": (
        [
            entry("a", "File/Old", ["o"], raw={"objectMappingIQL": "x"}, **GOES),
            entry("b", "File/New", ["o"], raw={"objectMappingIQL": "y"}),
        ],
        {},
    ),
    "another order of locators": (
        [entry("a", "File/Old", ["o", "p"], **GOES), entry("b", "File/New", ["p", "o"])],
        {},
    ),
    "one identifies, the other does not": (
        [
            entry("a", "File/Old", ["o"], raw={"externalIdPart": True}, **GOES),
            entry("b", "File/New", ["o"]),
        ],
        {},
    ),
    "an absent identity flag is false": (
        [
            entry("a", "File/Old", ["o"], raw={"externalIdPart": False}, **GOES),
            entry("b", "File/New", ["o"]),
        ],
        {"a": "b"},
    ),
    "neither locators nor IQL": (
        [entry("a", "File/Old", [], **GOES), entry("b", "File/New", [])],
        {},
    ),
    "twins that come": (
        [
            entry("a", "File/Old", ["o"], **GOES),
            entry("b", "File/New", ["o"]),
            entry("c", "File/Newer", ["o"]),
        ],
        {},
    ),
    "twins that go": (
        [
            entry("a", "File/Old", ["o"], **GOES),
            entry("b", "File/Older", ["o"], **GOES),
            entry("c", "File/New", ["o"]),
        ],
        {},
    ),
    "one that is refused does not come": (
        [
            entry("a", "File/Old", ["o"], **GOES),
            entry("b", "File/New", ["o"], verdict=Verdict.IMPOSSIBLE),
        ],
        {},
    ),
    "a field of a mapping is not a mapping": (
        [entry("a", "File/Old", ["o"], **GOES), entry("b", "File/New", ["o"], field="x")],
        {},
    ),
    "what is no mapping at all": (
        [
            _change("a", "File/Old", Kind.ATTRIBUTE_MAPPING, "text", **GOES),
            _change("b", "File/New", Kind.ATTRIBUTE_MAPPING, "text"),
        ],
        {},
    ),
    "a type's mapping beside an orphan with its selector": (
        [mapping("a", "Drive", "disks", **ORPHAN), mapping("b", "Disk", "disks")],
        {"a": "b"},
    ),
    "another selector": (
        [mapping("a", "Drive", "drives", **ORPHAN), mapping("b", "Disk", "disks")],
        {},
    ),
    "no selector": ([mapping("a", "Drive", None, **ORPHAN), mapping("b", "Disk", None)], {}),
    "types' mappings with a twin": (
        [
            mapping("a", "Drive", "disks", **ORPHAN),
            mapping("b", "Disk", "disks"),
            mapping("c", "Volume", "disks"),
        ],
        {},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_moves(case: str) -> None:
    changes, expected = CASES[case]
    assert _told(relocated_mappings(changes)) == expected
    assert _told(relocated_mappings(changes[::-1])) == expected


def _told(found: Mapping[Address, Address]) -> dict[str, str]:
    return {str(old): str(new) for old, new in found.items()}
