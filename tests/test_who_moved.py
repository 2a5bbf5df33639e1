"""Whose doing a difference is: the manifest's since the base, live's, or both (design.md 6)."""

import pytest
from planned import live_of, planned
from site_document import (
    Edit,
    add_attribute,
    add_type,
    document,
    drop_attribute,
    drop_type,
    set_attribute,
    set_mapping,
    set_type,
)

from reconciler.model.source import ConfigStatus
from reconciler.model.wire import read_document
from reconciler.planning.base import Base

OURS, THEIRS, OLD = ({"description": d} for d in ("ours", "theirs", "old"))
FILE = "s/objectTypes[file]"

# base's manifest, the manifest, live, and who moved by address
CASES: dict[str, tuple[list[Edit], list[Edit], list[Edit], dict[str, str]]] = {
    "the manifest moved": (
        [], [set_type("file", **OURS)], [], {f"{FILE}/description": "unapplied"},
    ),
    "live moved": ([], [], [set_type("file", **THEIRS)], {f"{FILE}/description": "drift"}),
    "both moved, apart": (
        [], [set_type("file", **OURS)], [set_type("file", **THEIRS)],
        {f"{FILE}/description": "conflict"},
    ),
    "both moved, to the same": (
        [], [set_type("file", **OURS)], [set_type("file", **OURS)], {},
    ),
    "each moved something else": (
        [],
        [set_type("file", **OURS)],
        [set_type("os", **THEIRS)],
        {f"{FILE}/description": "unapplied", "s/objectTypes[os]/description": "drift"},
    ),
    "an attribute is new in the manifest": (
        [], [add_attribute("file", "hash", "Hash")], [],
        {f"{FILE}/attributes[hash]": "unapplied"},
    ),
    "an attribute is new in live": (
        [], [], [add_attribute("file", "hash", "Hash")], {f"{FILE}/attributes[hash]": "drift"},
    ),
    "an attribute is gone from the manifest": (
        [], [drop_attribute("size")], [], {f"{FILE}/attributes[size]": "unapplied"},
    ),
    "an attribute is gone from live": (
        [], [], [drop_attribute("size")], {f"{FILE}/attributes[size]": "drift"},
    ),
    "it is gone from live, and changed in the manifest": (
        [], [set_attribute("size", **OURS)], [drop_attribute("size")],
        {f"{FILE}/attributes[size]": "conflict"},
    ),
    "a new type of the manifest's, whose attribute is new with it": (
        [],
        [add_type("room", "Room"), add_attribute("room", "no", "No")],
        [],
        {"s/objectTypes[room]": "unapplied", "s/objectTypes[room]/attributes[no]": "unapplied"},
    ),
    "a selector": (
        [], [set_mapping("file", selector="ours")], [set_mapping("file", selector="theirs")],
        {"s/mappings[file]/selector": "conflict"},
    ),
    "what only lives since then": (
        [], [], [add_type("room", "Room")], {"s/objectTypes[room]": "drift"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_against_a_commit_whose_manifest_is_taken_as_applied(case: str) -> None:
    before, edits, live, expected = CASES[case]
    base = Base(name="HEAD", desired=read_document(document(*before)))
    source = planned(*edits, live=live_of(*live), base=base)
    assert {c.address: c.attribution for c in source.changes} == expected
    assert source.base == "HEAD"


@pytest.mark.parametrize("case", CASES)
def test_against_a_receipt_that_knows_what_was_live(case: str) -> None:
    before, edits, live, expected = CASES[case]
    base = Base(name="run 1", desired=read_document(document(*before)), live=live_of(*before))
    source = planned(*edits, live=live_of(*live), base=base)
    assert {c.address: c.attribution for c in source.changes} == expected


def test_what_stood_between_the_two_already_then_is_unapplied() -> None:
    """The receipt's live was not its manifest: nobody moved since."""
    edits = (set_type("file", **OURS),)
    base = Base(
        name="run 1",
        desired=read_document(document(*edits)),
        live=live_of(set_type("file", **OLD)),
    )
    source = planned(*edits, live=live_of(set_type("file", **OLD)), base=base)
    assert [c.attribution for c in source.changes] == ["unapplied"]
    moved_on = planned(*edits, live=live_of(set_type("file", **THEIRS)), base=base)
    assert [c.attribution for c in moved_on.changes] == ["drift"]


def test_the_residual_is_attributed_too() -> None:
    live = live_of(set_type("os", inheritance=False))
    base = Base(name="HEAD", desired=read_document(document(set_type("os", inheritance=True))))
    source = planned(set_type("os", inheritance=True), live=live, base=base)
    assert len(source.residual) == 1
    assert source.residual[0].attribution is not None


@pytest.mark.parametrize("base", [None, Base(name="run 1", desired=None, live=live_of())])
def test_without_a_base_or_its_manifest_nobody_is_named(base: Base | None) -> None:
    source = planned(set_type("file", **OURS), base=base)
    assert [c.attribution for c in source.changes] == [None]


def test_what_live_does_not_show_did_not_move() -> None:
    base = Base(name="HEAD", desired=read_document(document()))
    source = planned(base=base, resend_write_only=True)
    assert {c.attribution for c in source.changes} == {"unapplied"}


def test_a_source_that_is_created_is_unapplied() -> None:
    base = Base(name="HEAD", desired=read_document(document(drop_type("file"))))
    source = planned(status=ConfigStatus.MISSING_MAPPING, base=base)
    assert {c.attribution for c in source.changes} == {"unapplied"}
