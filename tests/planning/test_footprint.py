"""Which parts of live an operation was made from: their addresses, and what they are then."""

import pytest

from reconciler.model.address import Address
from reconciler.model.canonical import digest
from reconciler.planning.operation.staleness import Relevance, staleness
from tests.support.documents.planned import live_of, planned
from tests.support.documents.site_document import (
    Edit,
    add_attribute,
    add_type,
    map_type,
    refer,
    set_attribute,
    set_mapping,
    set_type,
    without_ids,
)

FILE, DRIVE = "s/objectTypes[file]", "s/objectTypes[drive]"
NULL = digest(None)
ICON = {"key": "disk", "name": "Disk", "png48": "iVBO"}
STATUS = {"name": "Active", "description": "", "category": "active"}


def icons(*names: str) -> Edit:
    """Return the edit that gives the icons disk, file, … these names."""
    keys = zip(("disk", "file", "os"), names, strict=False)
    made = [ICON | {"key": key, "name": name} for key, name in keys]
    return lambda d: d["schema"].update(iconSchema={"icons": made})


def statuses(*descriptions: str) -> Edit:
    names = zip(("Active", "Lost"), descriptions, strict=False)
    made = [STATUS | {"name": name, "description": text} for name, text in names]
    return lambda d: d["schema"].update(statusSchema={"statuses": made})


# live, the manifest's edits, what is read, and what of it is not there yet
READS: dict[str, tuple[list[Edit], list[Edit], set[str], set[str]]] = {
    "an attribute, its type and that one's ancestors": (
        [], [set_attribute("size", description="new")],
        {"s", DRIVE, FILE, f"{FILE}/attributes[size]"}, set(),
    ),
    "a new attribute is not there yet": (
        [], [add_attribute("file", "hash", "Hash")],
        {"s", DRIVE, FILE, f"{FILE}/attributes[hash]"}, {f"{FILE}/attributes[hash]"},
    ),
    "a new type, its attribute and mapping": (
        [],
        [add_type("room", "Room"), add_attribute("room", "no", "No"), map_type("room", "Room")],
        {"s", "s/objectTypes[room]", "s/objectTypes[room]/attributes[no]", "s/mappings[room]"},
        {"s/objectTypes[room]", "s/objectTypes[room]/attributes[no]", "s/mappings[room]"},
    ),
    "a reference reads its target": (
        [], [refer("os", "held", "Held", to="file")],
        {"s", DRIVE, FILE, "s/objectTypes[os]", "s/objectTypes[os]/attributes[held]"},
        {"s/objectTypes[os]/attributes[held]"},
    ),
    "an icon and a status, and the type that the payload schema wants": (
        [icons("Disk", "File"), statuses("", "")],
        [icons("New", "File", "OS"), statuses("new", "")],
        {"s", DRIVE, "s/icons[disk]", "s/icons[os]", "s/statuses[Active]"}, {"s/icons[os]"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", READS)
def test_what_is_read(case: str) -> None:
    live, edits, expected, absent = READS[case]
    reads = planned(*edits, live=live_of(*live, everything=True)).reads
    assert {str(address) for address in reads} == expected
    assert {str(address) for address, each in reads.items() if each == NULL} == absent


def test_without_external_ids_the_name_path_stands_in_the_brackets() -> None:
    edits = (
        without_ids,
        lambda d: d["mapping"]["objectTypeMappings"][1].update(selector="new"),
        lambda d: d["schema"]["objectSchema"]["objectTypes"][0]["children"][0]["attributes"][
            1
        ].update(description="new"),
    )
    plan = planned(*edits)
    path = "s/objectTypes[Hard Drive/File]"
    assert {str(address) for address in plan.reads} == {
        "s", "s/objectTypes[Hard Drive]", path, f"{path}/attributes[Size]",
        "s/mappings[Hard Drive/File]",
        f"{path}/attributes[Path]",  # the mapping fills it by its name
    }  # fmt: skip
    assert NULL not in plan.reads.values()
    assert staleness(plan, live_of(set_type("os", description="theirs"))).relevance == (
        Relevance.IRRELEVANT
    )
    assert staleness(plan, live_of(set_mapping("file", selector="theirs"))).relevance == (
        Relevance.CONFLICT
    )


def test_a_new_type_without_an_external_id_is_named_by_its_path() -> None:
    room = {"name": "Room", "description": "", "attributes": []}
    plan = planned(without_ids, lambda d: d["schema"]["objectSchema"]["objectTypes"].append(room))
    assert plan.reads[Address.parse("s/objectTypes[Room]")] == NULL


MOVES: dict[str, tuple[Edit, str]] = {
    "the icon that is sent": (icons("Theirs", "File"), "conflict"),
    "another icon": (icons("Disk", "Theirs"), "irrelevant"),
    "the status that is sent": (statuses("theirs", ""), "conflict"),
    "another status": (statuses("", "theirs"), "irrelevant"),
}


@pytest.mark.parametrize("case", MOVES)
def test_icons_and_statuses_that_moved(case: str) -> None:
    meanwhile, relevance = MOVES[case]
    before = [icons("Disk", "File"), statuses("", "")]
    plan = planned(
        icons("New", "File"), statuses("new", ""), live=live_of(*before, everything=True)
    )
    now = live_of(*before, meanwhile, everything=True)
    assert staleness(plan, now).relevance == relevance


def test_what_nothing_is_sent_for_reads_nothing_and_any_move_is_a_conflict() -> None:
    for edits in ((), (set_type("os", name="OS"),)):
        plan = planned(*edits)
        assert plan.reads == {}
        assert staleness(plan, live_of()).relevance is Relevance.CONFLICT
