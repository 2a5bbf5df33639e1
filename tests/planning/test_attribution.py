"""Who moved since the base: the manifest, live, or both."""

from typing import Any

import pytest

from reconciler.model.source import ConfigStatus
from reconciler.model.wire import read_document
from reconciler.planning.inputs import Baseline
from tests.support.documents.planned import live_of, planned
from tests.support.documents.site_document import (
    Edit,
    add_attribute,
    add_type,
    document,
    drop_attribute,
    drop_type,
    map_attribute,
    set_attribute,
    set_mapping,
    set_type,
)

FILE = "s/objectTypes[file]"
SIZE = f"{FILE}/attributes[size]"


def commit(*edits: Edit) -> Baseline:
    """Return the base of a commit: its manifest, taken as applied."""
    return Baseline(name="commit", desired=read_document(document(*edits)))


def receipt(*edits: Edit, live: tuple[Edit, ...] | None = None) -> Baseline:
    """Return the base of a receipt: the manifest then, and what was read back."""
    read_back = live_of(*(edits if live is None else live))
    return Baseline(name="apply", desired=read_document(document(*edits)), live=read_back)


described: Edit = set_type("file", description="new")
theirs: Edit = set_type("file", description="theirs")

# the manifest's edits since the base, live's edits since the base, who moved what
CASES: dict[str, tuple[list[Edit], list[Edit], dict[str, str]]] = {
    "the manifest alone": ([described], [], {f"{FILE}/description": "unapplied"}),
    "live alone": ([], [theirs], {f"{FILE}/description": "drift"}),
    "both, and to different values": (
        [described],
        [theirs],
        {f"{FILE}/description": "conflict"},
    ),
    "both, in different places": (
        [described],
        [set_attribute("size", description="theirs")],
        {f"{FILE}/description": "unapplied", f"{SIZE}/description": "drift"},
    ),
    "a new attribute in the manifest": (
        [add_attribute("file", "hash", "Hash")],
        [],
        {f"{FILE}/attributes[hash]": "unapplied"},
    ),
    "an attribute added in Assets": (
        [],
        [add_attribute("file", "hash", "Hash")],
        {f"{FILE}/attributes[hash]": "drift"},
    ),
    "an attribute deleted in Assets": ([], [drop_attribute("size")], {SIZE: "drift"}),
    "an attribute taken out of the manifest": (
        [drop_attribute("size")],
        [],
        {SIZE: "unapplied"},
    ),
    "an attribute deleted in Assets that the manifest changed": (
        [set_attribute("size", description="new")],
        [drop_attribute("size")],
        {SIZE: "conflict"},
    ),
    "a type with its attributes added in Assets": (
        [],
        [add_type("folder", "Folder"), add_attribute("folder", "f", "F")],
        {"s/objectTypes[folder]": "drift", "s/objectTypes[folder]/attributes[f]": "drift"},
    ),
    "a type taken out of the manifest that was edited in Assets": (
        [drop_type("file")],
        [theirs],
        {
            FILE: "conflict",
            f"{FILE}/attributes[path]": "unapplied",
            SIZE: "unapplied",
            "s/mappings[file]": "unapplied",
        },
    ),
    "a type taken out of the manifest, an attribute of which was edited in Assets": (
        [drop_type("file")],
        [set_attribute("size", description="theirs")],
        {
            FILE: "unapplied",
            f"{FILE}/attributes[path]": "unapplied",
            SIZE: "conflict",
            "s/mappings[file]": "unapplied",
        },
    ),
    "a mapping edited in Assets, another entry of it in the manifest": (
        [map_attribute("file", "size", "Size", "bytes")],
        [set_mapping("file", selector="theirs")],
        {
            "s/mappings[file]/selector": "drift",
            "s/mappings[file]/attributes[size]": "unapplied",
        },
    ),
    "a rename in Assets": (
        [],
        [set_attribute("size", name="Bytes")],
        {f"{SIZE}/name": "drift"},
    ),
}


@pytest.mark.parametrize("base", [commit, receipt])
@pytest.mark.parametrize("case", CASES)
def test_each_change_says_who_moved(case: str, base: Any) -> None:
    manifest, live, expected = CASES[case]
    made = planned(*manifest, live=live_of(*live), base=base())
    assert {str(c.address): c.attribution for c in made.changes} == expected


def test_what_an_apply_left_open_is_unapplied_and_no_drift() -> None:
    """The rename was asked for then already, and live could not follow."""
    renamed = set_type("file", name="Document")
    base = receipt(renamed, live=())
    made = planned(renamed, base=base)
    assert [(str(c.address), c.attribution) for c in made.changes] == [
        (f"{FILE}/name", "unapplied")
    ]


def test_a_note_about_an_unknown_key_says_who_moved_too() -> None:
    flag = set_type("file", inheritance=True)
    now = live_of(set_type("file", inheritance=False))
    base = Baseline(name="apply", desired=read_document(document(flag)), live=now)
    made = planned(flag, live=now, base=base)
    assert [c.attribution for c in made.residual] == ["unapplied"]


@pytest.mark.parametrize(("base", "who"), [(receipt, "drift"), (commit, "unapplied")])
def test_a_mapping_that_is_gone_after_an_apply_is_drift(base: Any, who: str) -> None:
    made = planned(status=ConfigStatus.MISSING_MAPPING, base=base())
    assert {c.attribution for c in made.changes} == {who}


def test_what_moved_both_ways_to_the_same_is_no_change() -> None:
    assert planned(described, live=live_of(described), base=commit()).changes == ()
