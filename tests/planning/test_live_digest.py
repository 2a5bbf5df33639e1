"""What of live moves the digest of a source: its own, and the names beside what is new."""

import pytest

from reconciler.model.wire import read_document
from reconciler.planning.live_digest import live_digest
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import (
    Edit,
    add_attribute,
    add_type,
    document,
    drop_attribute,
    drop_type,
    map_type,
    set_attribute,
    set_type,
    without_ids,
)

# Edits of the manifest and of live → whether live's edit moves the digest.
CASES: dict[str, tuple[list[Edit], list[Edit], bool]] = {
    "a type that the manifest names": ([], [set_type("os", description="x")], True),
    "an attribute that it names": ([], [set_attribute("size", description="x")], True),
    "its own mapping": ([], [map_type("os", "Operating System")], True),
    "a type of somebody else": ([], [add_type("theirs", "Theirs")], False),
    "an attribute of somebody else": ([], [add_attribute("os", "theirs", "Theirs")], False),
    "a type beside a new one": ([add_type("new", "New")], [add_type("theirs", "Theirs")], True),
    "a type elsewhere than a new one": (
        [add_type("new", "New", under="drive")], [add_type("theirs", "Theirs")], False),
    "an attribute beside a new one": (
        [add_attribute("os", "new", "New")], [add_attribute("os", "theirs", "Theirs")], True),
    "an ancestor that the manifest no longer names by its id": (
        [set_type("drive", externalId="drive-2")], [set_type("drive", description="x")], True),
    "an attribute that the manifest dropped": (
        [drop_attribute("size")], [set_attribute("size", description="x")], False),
    "a type that it dropped": ([drop_type("os")], [set_type("os", description="x")], False),
    "a type that it dropped and still maps": (
        [drop_type("os"), map_type("os", "OS")], [set_type("os", description="x")], True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_moves_the_digest(case: str) -> None:
    ours, theirs, moves = CASES[case]
    desired = read_document(document(*ours))
    before, after = live_digest(live_of(), desired), live_digest(live_of(*theirs), desired)
    assert (before != after) is moves


def test_a_manifest_without_ids_names_by_name_path() -> None:
    desired = read_document(document(without_ids))
    before = live_digest(live_of(), desired)
    assert before == live_digest(live_of(add_type("theirs", "Theirs")), desired)
    assert before != live_digest(live_of(set_type("os", description="x")), desired)
