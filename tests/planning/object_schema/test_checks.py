"""What an operation requires, and what proves it: tables over what both APIs show."""

from typing import Any

import pytest

from reconciler.model.document import Document
from reconciler.model.wire import read_document
from reconciler.planning.object_schema.checks import not_settled, unmet
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.kinds import WAYS
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.object_schema.rules import RULES
from reconciler.planning.object_schema.seen import Seen
from reconciler.value import replace
from tests.support.documents.assets import (
    Shown,
    all_of,
    attribute,
    content_of,
    object_type,
    plan_with_assets,
    source_of,
)
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import (
    Edit,
    document,
    move_type,
    set_attribute,
    set_mapping,
    set_type,
)

LIVE = live_of().document
(SOURCE,) = plan_with_assets(
    source_of(set_type("file", name="Document"), set_attribute("size", name="Bytes"))
).sources
TYPE, SIZE = SOURCE.schema_operations
AFTER = after_operations(LIVE, SOURCE.schema_operations)


def defined(called: str, /, **keys: Any) -> Shown:
    """Somebody gave an attribute other keys, of its definition as Assets has it."""
    return lambda shown: replace(
        shown,
        attributes=tuple(
            replace(a, definition={**a.definition, **keys}) if a.name == called else a
            for a in shown.attributes
        ),
    )


MOVING_FILE = move_type("file", under="os")
MANY = object_type("File", objects=1204)(content_of(LIVE))


def move_of(*edits: Edit, **given: Any) -> SchemaOperation:
    (source,) = plan_with_assets(source_of(*edits, **given)).sources
    (operation,) = source.schema_operations
    return operation


MOVE, TO_ROOT = move_of(MOVING_FILE), move_of(move_type("file", under=None))
COUNTED = move_of(MOVING_FILE, content=MANY)
MOVED, AT_ROOT = (after_operations(LIVE, [each]) for each in (MOVE, TO_ROOT))
PASSED_ON = (
    "object type 'Hard Drive' (301) passes its attributes on: some, with their values, would come "
    "or go"
)
UNDER_OS = object_type("File", parent_id="303")
UNMET: dict[str, tuple[SchemaOperation, Shown, str | None]] = {
    "as it was": (TYPE, lambda shown: shown, None),
    "renamed since": (
        TYPE, object_type("File", name="Files"), "object type 'File' (302) has become 'Files'",
    ),
    "gone": (TYPE, object_type("File", id="9"), "object type 'File' (302) is no longer there"),
    "taken since": (
        TYPE, object_type("Operating System", name="DOCUMENT"),
        "another one has the name 'Document' by now",
    ),
    "an attribute as it was": (SIZE, lambda shown: shown, None),
    "one of another type has the name": (SIZE, attribute("DUID", name="Bytes"), None),
    "one that is inherited has the name": (
        SIZE, all_of(attribute("DUID", name="bytes"), object_type("Hard Drive", is_inherited=True)),
        "another one has the name 'Bytes' by now",
    ),
    "moved to a type above": (
        SIZE, attribute("Size", owner_id="301"), "attribute 'Size' (1005) is no longer there",
    ),
    "locked since": (
        SIZE, attribute("Size", is_editable=False),
        "Assets lets nobody change attribute 'Size' (1005)",
    ),
    "made the label since": (
        SIZE, defined("Size", label=True), "attribute 'Size' (1005) has another label by now",
    ),
    "changed in what importsource does not show": (
        SIZE, defined("Size", suffix="GiB", summable=True),
        "attribute 'Size' (1005) has another suffix, summable by now",
    ),
    "a type to be moved as it was": (MOVE, lambda shown: shown, None),
    "with more objects and attributes": (
        MOVE, all_of(attribute("Name", owner_id="302"), object_type("File", objects=3)), None,
    ),
    "moved elsewhere since": (
        MOVE, object_type("File", parent_id=None),
        "object type 'File' (302) is under the root by now",
    ),
    "its new parent gone": (
        MOVE, object_type("Operating System", id="9"),
        "object type 303, its new parent, is no longer there",
    ),
    "its new parent below it": (
        MOVE, object_type("Operating System", parent_id="302"),
        "object type 303, its new parent, is below it by now",
    ),
    "its new parent below one that is inherited": (
        MOVE, all_of(object_type("Operating System", parent_id="301"),
                   object_type("Hard Drive", is_inherited=True)),
        PASSED_ON,
    ),
    "another one of its name at the root": (
        TO_ROOT, object_type("Operating System", name="FILE"),
        "another one has the name 'File' there by now",
    ),
    "objects gone": (
        COUNTED, lambda shown: shown, "object type 'File' (302) has 0 objects, no longer 1,204",
    ),
    "an attribute gone": (
        MOVE, attribute("Size", owner_id="303"),
        "object type 'File' (302) has no attribute 1005 any more",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNMET)
def test_what_an_operation_requires(case: str) -> None:
    operation, shows, why = UNMET[case]
    assert unmet(operation, Seen(content=shows(content_of(LIVE)), live=LIVE)) == why


NOT_SETTLED: dict[str, tuple[SchemaOperation, Shown, Document, str | None]] = {
    "done": (TYPE, lambda shown: shown, AFTER, None),
    "an attribute done": (SIZE, lambda shown: shown, AFTER, None),
    "without effect": (TYPE, object_type("Document", name="File"), AFTER, "Assets shows 'File'"),
    "gone": (TYPE, object_type("Document", id="9"), AFTER, "Assets no longer shows it"),
    "not in importsource": (
        TYPE, lambda shown: shown, LIVE, "importsource shows 'File' under 'file'",
    ),
    "under another external id": (
        TYPE, lambda shown: shown, Document(), "the external id 'file' did not survive",
    ),
    "something else was lost": (
        SIZE, attribute("Bytes", definition={"name": "Bytes", "suffix": "", "type": 0}), AFTER,
        "Assets changed suffix as well",
    ),
    "moved": (MOVE, UNDER_OS, MOVED, None),
    "moved to the root": (TO_ROOT, object_type("File", parent_id=None), AT_ROOT, None),
    "a move without effect": (MOVE, lambda shown: shown, MOVED, "Assets shows it under 301"),
    "a move to the root without effect": (
        TO_ROOT, lambda shown: shown, AT_ROOT, "Assets shows it under 301",
    ),
    "moved away": (MOVE, object_type("File", id="9"), MOVED, "Assets no longer shows it"),
    "attributes lost": (
        MOVE, all_of(UNDER_OS, attribute("Size", owner_id="303")), MOVED,
        "object type 'File' (302) has no attribute 1005 any more",
    ),
    "objects lost": (
        COUNTED, UNDER_OS, MOVED, "object type 'File' (302) has 0 objects, no longer 1,204",
    ),
    "not moved in importsource": (MOVE, UNDER_OS, LIVE, "importsource shows 'file' under 'drive'"),
    "not at the root in importsource": (
        TO_ROOT, object_type("File", parent_id=None), MOVED, "importsource shows 'file' under 'os'",
    ),
    "moved under another external id": (
        MOVE, UNDER_OS, replace(MOVED, object_types=()), "the external id 'file' did not survive",
    ),
    "moved without its mapping": (
        MOVE, UNDER_OS, replace(MOVED, mappings=()), "importsource shows no mapping of 'file'",
    ),
    "moved, and its mapping changed": (
        MOVE, UNDER_OS, read_document(document(MOVING_FILE, set_mapping("file", selector="x"))),
        "the mapping of 'file' reads 'x', not 'drives.files'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_SETTLED)
def test_what_proves_an_operation(case: str) -> None:
    operation, shows, live, why = NOT_SETTLED[case]
    there = content_of(LIVE if operation in (MOVE, TO_ROOT, COUNTED) else AFTER)
    seen = Seen(content=shows(there), live=live)
    assert not_settled(operation, seen) == why


def test_an_operation_on_another_element_than_the_external_id_means_is_not_sent() -> None:
    """A plan was altered so, and made again from its evidence: a namesake would have gone."""
    namesake = replace(SIZE.object, id="1001", type_id="301")
    operation = replace(SIZE, object=namesake, body=None)
    shown = attribute("DUID", name="Size")(content_of(LIVE))
    assert unmet(operation, Seen(content=shown, live=LIVE)) == (
        "'size' is Hard Drive / File / Size by now, not attribute 'Size' (1001)"
    )


def test_each_rule_that_a_kind_requires_is_there_and_said_in_words() -> None:
    assert {rule for way in WAYS.values() for rule in way.rules} < RULES.keys()
