"""What the companion API makes of a document: a table of changes, and one of refusals."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.model.document import Document
from reconciler.model.wire import read_document, write_document
from reconciler.semantics.schema_changes.attributes import (
    AttributeChange,
    change_attribute,
    delete_attribute,
)
from reconciler.semantics.schema_changes.hierarchy import (
    INHERITANCE,
    find_type,
    is_inherited,
    owners_above,
)
from reconciler.semantics.schema_changes.lost_mappings import (
    lost_mappings,
    without_lost_mappings,
)
from reconciler.semantics.schema_changes.object_types import (
    TypeChange,
    change_type,
    delete_type,
    move_type,
)
from reconciler.semantics.schema_changes.refusal import ChangeRefused
from reconciler.semantics.schema_changes.statuses import change_status, delete_status
from tests.support.documents.semantic_bodies import live

Change = Callable[[Document], Document]


def lines(value: Any, where: str = "") -> dict[str, Any]:
    """Return each leaf of a JSON value by its path; elements of lists by what identifies them."""
    if isinstance(value, dict):
        return {
            k: v for key, each in value.items() for k, v in lines(each, f"{where}/{key}").items()
        }
    if isinstance(value, list) and value and isinstance(value[0], dict):
        ids = ("externalId", "objectTypeExternalId", "attributeExternalId", "key", "name")
        return {
            k: v
            for each in value
            for k, v in lines(
                each, f"{where}/{next(each[key] for key in ids if key in each)}"
            ).items()
        }
    return {where: value}


def difference(change: Change, before: Document) -> dict[str, tuple[Any, Any]]:
    """Return the leaves that *change* changes, each by the end of its path, before and after."""
    old, new = (lines(write_document(each)) for each in (before, change(before)))
    return {
        key.removeprefix("/schema/objectSchema/objectTypes/").removeprefix("/"): (
            old.get(key),
            new.get(key),
        )
        for key in {**old, **new}
        if old.get(key) != new.get(key)
    }


def of_attribute(type_id: str, attribute_id: str, **wanted: Any) -> Change:
    return lambda d: change_attribute(d, type_id, attribute_id, AttributeChange(**wanted))


MAPPINGS = "mapping/objectTypeMappings"
CHANGES: dict[str, tuple[Change, dict[str, tuple[Any, Any]]]] = {
    "a type's name, in references and mappings as well": (
        lambda d: change_type(d, "os", TypeChange(name="System")),
        {
            "os/name": ("Operating System", "System"),
            "drive/attributes/os-ref/referenceObjectTypeName": ("Operating System", "System"),
        },
    ),
    "a mapped type's name": (
        lambda d: change_type(d, "drive", TypeChange(name="Disk")),
        {
            "drive/name": ("Hard Drive", "Disk"),
            f"{MAPPINGS}/drive/objectTypeName": ("Hard Drive", "Disk"),
        },
    ),
    "a type's description and icon": (
        lambda d: change_type(d, "os", TypeChange(description="Runs", icon_key="os")),
        {"os/description": ("", "Runs"), "os/iconKey": (None, "os")},
    ),
    "what a type passes on, and that it has no objects": (
        lambda d: change_type(d, "os", TypeChange(inherited=True, abstract=True)),
        {"os/inheritance": (None, True), "os/abstractObject": (None, True)},
    ),
    "nothing of a type": (lambda d: change_type(d, "os", TypeChange()), {}),
    "an attribute's name, in mappings as well": (
        of_attribute("drive", "duid", name="Id"),
        {
            "drive/attributes/duid/name": ("DUID", "Id"),
            f"{MAPPINGS}/drive/attributesMapping/duid/attributeName": ("DUID", "Id"),
        },
    ),
    "an attribute's own name": (of_attribute("drive", "duid", name="DUID"), {}),
    "the label, which its holder loses": (
        of_attribute("file", "size", label=True),
        {
            "drive/children/file/attributes/size/label": (False, True),
            "drive/children/file/attributes/path/label": (True, False),
        },
    ),
    "no label where there is none": (of_attribute("file", "size", label=False), {}),
    "unique and cardinalities": (
        of_attribute("file", "size", unique=True, minimum_cardinality=1),
        {
            "drive/children/file/attributes/size/unique": (False, True),
            "drive/children/file/attributes/size/minimumCardinality": (0, 1),
        },
    ),
    "the type": (
        of_attribute("file", "size", type="double"),
        {"drive/children/file/attributes/size/type": ("integer", "double")},
    ),
    "a reference that becomes a text": (
        of_attribute("drive", "os-ref", type="text"),
        {
            "drive/attributes/os-ref/type": ("referenced_object", "text"),
            "drive/attributes/os-ref/referenceObjectTypeName": ("Operating System", None),
            "drive/attributes/os-ref/referenceObjectTypeExternalId": ("os", None),
        },
    ),
    "the target of a reference": (
        of_attribute("drive", "os-ref", target="file"),
        {
            "drive/attributes/os-ref/referenceObjectTypeName": ("Operating System", "File"),
            "drive/attributes/os-ref/referenceObjectTypeExternalId": ("os", "file"),
        },
    ),
    "the allowed statuses": (
        of_attribute("drive", "state", type_values=()),
        {"drive/attributes/state/typeValues": (["Active"], [])},
    ),
    "the name of a status, where it is allowed as well": (
        lambda d: change_status(d, "Active", new_name="Sound", category="active"),
        {
            "schema/statusSchema/statuses/Active/name": ("Active", None),
            "schema/statusSchema/statuses/Active/description": ("", None),
            "schema/statusSchema/statuses/Active/category": ("active", None),
            "schema/statusSchema/statuses/Sound/name": (None, "Sound"),
            "schema/statusSchema/statuses/Sound/description": (None, ""),
            "schema/statusSchema/statuses/Sound/category": (None, "active"),
            "drive/attributes/state/typeValues": (["Active"], ["Sound"]),
        },
    ),
    "the category of a status": (
        lambda d: change_status(
            d, "Active", new_name="Active", category="pending", description="x"
        ),
        {
            "schema/statusSchema/statuses/Active/category": ("active", "pending"),
            "schema/statusSchema/statuses/Active/description": ("", "x"),
        },
    ),
}


@pytest.mark.parametrize("sentence", CHANGES)
def test_a_change_changes_what_it_says_and_nothing_else(sentence: str) -> None:
    change, expected = CHANGES[sentence]
    assert difference(change, live()) == expected


@pytest.mark.parametrize("sentence", CHANGES)
def test_what_comes_of_a_change_is_in_canonical_order(sentence: str) -> None:
    after = CHANGES[sentence][0](live())
    assert read_document(write_document(after)) == after


def keys(document: Document) -> set[str]:
    """Return the written paths of all types."""
    found = set()
    for line in lines(write_document(document)["schema"]["objectSchema"]["objectTypes"]):
        path, _, end = line.rpartition("/")
        if end == "name" and "/attributes/" not in path:
            found.add(path.strip("/").replace("/children", ""))
    return found


MOVES: dict[str, tuple[Change, set[str]]] = {
    "under another type": (
        lambda d: move_type(d, "file", "os"),
        {"drive", "os", "os/file"},
    ),
    "to the root": (lambda d: move_type(d, "file", None), {"drive", "file", "os"}),
    "nowhere": (lambda d: move_type(d, "file", "drive"), {"drive", "drive/file", "os"}),
    "with all that is below": (
        lambda d: move_type(d, "drive", "os"),
        {"os", "os/drive", "os/drive/file"},
    ),
    "away": (lambda d: delete_type(d, "file"), {"drive", "os"}),
    "away with its children": (lambda d: delete_type(d, "drive", children="go-along"), {"os"}),
    "away without its children": (
        lambda d: delete_type(d, "drive", children="become-roots"),
        {"file", "os"},
    ),
}


@pytest.mark.parametrize("sentence", MOVES)
def test_a_type_moves(sentence: str) -> None:
    change, expected = MOVES[sentence]
    before = live()
    after = change(before)
    assert keys(after) == expected
    assert after.mappings == before.mappings, "what happens to mappings is unknown"
    assert read_document(write_document(after)) == after


def inheriting(document: Document) -> Document:
    """Let File inherit from System, and what is below it."""
    return move_type(change_type(document, "os", TypeChange(inherited=True)), "file", "os")


REFUSED: dict[str, tuple[Change, str]] = {
    "its own name": (lambda d: change_type(d, "os", TypeChange(name="Operating System")), "name"),
    "a type's name in another case": (
        lambda d: change_type(d, "os", TypeChange(name="FILE")),
        "name",
    ),
    "no name": (lambda d: change_type(d, "os", TypeChange(name="")), "name"),
    "inheritance with children": (
        lambda d: change_type(d, "drive", TypeChange(inherited=True)),
        "inherited",
    ),
    "a type below itself": (lambda d: move_type(d, "drive", "file"), "toObjectTypeId"),
    "a type under itself": (lambda d: move_type(d, "drive", "drive"), "toObjectTypeId"),
    "a type with children": (lambda d: delete_type(d, "drive"), ""),
    "a type that is referred to": (lambda d: delete_type(d, "os"), ""),
    "an attribute without a name": (of_attribute("file", "size", name=""), "name"),
    "a system attribute's name": (of_attribute("file", "size", name="Key"), "name"),
    "an inherited name": (
        lambda d: of_attribute("file", "size", name="name")(inheriting(d)),
        "name",
    ),
    "the last label": (of_attribute("file", "path", label=False), "label"),
    "a label below an inherited type": (
        lambda d: of_attribute("file", "size", label=True)(inheriting(d)),
        "label",
    ),
    "a unique one with many values": (
        of_attribute("file", "size", unique=True, maximum_cardinality=-1),
        "uniqueAttribute",
    ),
    "the label attribute's deletion": (lambda d: delete_attribute(d, "duid"), ""),
    "the deletion of the name": (
        lambda d: delete_attribute(of_attribute("file", "size", name="Name")(d), "size"),
        "",
    ),
    "a status without a name": (
        lambda d: change_status(d, "Active", new_name="", category="active"),
        "name",
    ),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_a_change_is_refused(sentence: str) -> None:
    change, field = REFUSED[sentence]
    with pytest.raises(ChangeRefused) as refused:
        change(live())
    assert refused.value.field == field


def test_a_third_unique_attribute_is_refused_inherited_ones_included() -> None:
    document = of_attribute("os", "os-name", unique=True)(inheriting(live()))
    document = of_attribute("file", "path", unique=True)(document)
    assert of_attribute("file", "path", unique=True)(document) == document
    with pytest.raises(ChangeRefused):
        of_attribute("file", "size", unique=True)(document)


MISSING: tuple[Change, ...] = (
    lambda d: change_type(d, "no", TypeChange()),
    lambda d: move_type(d, "no", None),
    lambda d: move_type(d, "file", "no"),
    lambda d: delete_type(d, "no"),
    of_attribute("file", "duid", name="x"),
    of_attribute("drive", "os-ref", target="no"),
    lambda d: delete_attribute(d, "no"),
    lambda d: change_status(d, "no", new_name="x", category="active"),
    lambda d: delete_status(d, "no"),
)


@pytest.mark.parametrize("change", MISSING)
def test_what_is_not_there_cannot_be_changed(change: Change) -> None:
    with pytest.raises(KeyError):
        change(live())


def test_a_deleted_attribute_and_its_mapping_part() -> None:
    document = delete_attribute(of_attribute("drive", "os-ref", label=True)(live()), "duid")
    assert "duid" not in {a.external_id for a in find_type(document, "drive")[0].attributes}
    assert [*lost_mappings(document)] == [("drive", "duid")]
    left = without_lost_mappings(document)
    assert [*lost_mappings(left)] == []
    assert len(left.mappings) == len(document.mappings)


def test_a_deleted_type_leaves_its_mapping_behind() -> None:
    document = delete_type(live(), "drive", children="go-along")
    assert ("drive", None) in lost_mappings(document)
    assert without_lost_mappings(document).mappings == ()


def test_nothing_is_lost_where_all_is_there() -> None:
    assert [*lost_mappings(live())] == []
    assert without_lost_mappings(live()) == live()


def test_a_deleted_status_is_allowed_nowhere() -> None:
    document = delete_status(live(), "Active")
    assert document.statuses == ()
    (state,) = (a for a in find_type(document, "drive")[0].attributes if a.external_id == "state")
    assert state.type_values == ()


def test_what_is_below_an_inherited_type_inherits() -> None:
    document = move_type(inheriting(live()), "drive", "file")
    drive, above = find_type(document, "drive")
    assert [t.external_id for t in owners_above(above)] == ["os", "file"]
    assert is_inherited(drive, above)
    assert find_type(document, "os")[0].extra == {INHERITANCE: True}
    assert owners_above(find_type(live(), "file")[1]) == ()
