"""The laws of addresses, on names that nobody should give but some do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.mapping.spec import type_specs
from reconciler.model.address import Address, Key
from reconciler.model.document import (
    Attribute,
    AttributeMapping,
    Document,
    Icon,
    ObjectType,
    Status,
    TypeMapping,
    walk_types,
)
from reconciler.model.fields import WRITE_ONLY
from reconciler.planning.diff.align import align
from reconciler.planning.diff.difference import Sides
from reconciler.planning.diff.differences import differences
from tests.support.documents.planned import plan_of
from tests.support.documents.site_document import Json, add_attribute, map_attribute
from tests.support.documents.site_document import mapping as mapping_of

hostile = st.sampled_from(
    ["A/b", "A", "b", "a]/attributes[b", "a", "]", "[", "\\", "\\/", "a]/name", "objectTypes[b"]
)
in_documents = hostile | st.text(alphabet="ab/[]\\.* é💾\n\0", max_size=5)
names = in_documents | st.text()
keys = names | st.lists(names, min_size=1, max_size=3).map(tuple)


@st.composite
def addresses(draw: st.DrawFn) -> tuple[Address, str, Key, str | None, str | None]:
    """An address, and the names of its source, owner, inner element and field."""
    source, key = draw(names), draw(keys)
    inner, field = draw(st.none() | names), draw(st.none() | names)
    at = Address.of(source)
    at = draw(st.sampled_from([at.object_type, at.mapping]))(key)
    at = at if inner is None else at.attribute(inner)
    return at if field is None else at.field(field), source, key, inner, field


@given(addresses())
def test_what_is_written_is_read(
    drawn: tuple[Address, str, Key, str | None, str | None],
) -> None:
    address, source, key, inner, field = drawn
    read = Address.parse(str(address))
    assert read == address
    owner_key = key if isinstance(key, str) else "/".join(key)
    assert (read.source, read.owner_key) == (source, owner_key)
    assert read.key == (owner_key if inner is None else inner)
    assert (read.element == read) is (field is None)
    assert (read.owner == read.element) is (inner is None)
    assert str(read) == f"{Address.of(source)}/{read.within_source}"


@given(addresses())
def test_what_it_is_in_contains_it(
    drawn: tuple[Address, str, Key, str | None, str | None],
) -> None:
    address, source, *_ = drawn
    assert address.above[0] == Address.of(source)
    assert {address.owner, address.element} <= {*address.above, address}
    assert all(above.contains(address) for above in address.above)
    assert not address.contains(address)
    assert not any(address.contains(above) for above in address.above)
    for outer, inner in zip(address.above, address.above[1:], strict=False):
        assert outer.contains(inner)


@st.composite
def hostile_documents(draw: st.DrawFn) -> Document:
    """A document of hostile names, each type and attribute with a hostile id, or none with one."""
    paths = draw(st.sets(st.lists(in_documents, min_size=1, max_size=3).map(tuple), max_size=4))
    every = sorted({path[:depth] for path in paths for depth in range(1, len(path) + 1)})
    inner = {path: draw(st.lists(in_documents, max_size=2, unique=True)) for path in every}
    number = len(every) + sum(map(len, inner.values()))
    has_ids = draw(st.booleans())
    ids = iter(
        draw(st.lists(in_documents.filter(bool), min_size=number, max_size=number, unique=True))
    )

    def attribute(name: str) -> Attribute:
        return Attribute(name=name, type="text", external_id=next(ids) if has_ids else None)

    def of(path: tuple[str, ...]) -> ObjectType:
        return ObjectType(
            name=path[-1],
            external_id=next(ids) if has_ids else None,
            attributes=tuple(map(attribute, inner[path])),
            children=tuple(of(each) for each in every if each[:-1] == path),
        )

    types = tuple(of(each) for each in every if len(each) == 1)
    return Document(
        object_types=types,
        mappings=tuple(mapping(t) for t, _ in walk_types(types) if has_ids),
        icons=tuple(Icon(key=key) for key in draw(st.sets(in_documents, max_size=2))),
        statuses=tuple(Status(name=name) for name in draw(st.sets(in_documents, max_size=2))),
    )


def mapping(of: ObjectType) -> TypeMapping:
    return TypeMapping(
        object_type_external_id=of.external_id,
        selector="x",
        attributes=tuple(
            AttributeMapping(attribute_external_id=a.external_id, locators=("x",))
            for a in of.attributes
        ),
    )


@given(hostile_documents(), st.booleans())
def test_no_two_elements_have_one_address(document: Document, is_live: bool) -> None:  # noqa: FBT001
    by_ids = bool(document.mappings)
    sides = [document, Document()]
    desired, live = align(*sides[:: -1 if is_live else 1], seed="s", by_ids=by_ids)
    found = list(differences(Sides(source="s", desired=desired, live=live, shown=WRITE_ONLY)))
    elements = [e for t, _ in walk_types(document.object_types) for e in (t, *t.attributes)]
    others = (*document.mappings, *document.icons, *(() if is_live else document.statuses))
    assert len(found) == len(elements) + len(others)
    assert len({d.address for d in found}) == len(found)


A_B = (ObjectType(name="A/b"), ObjectType(name="A", children=(ObjectType(name="b"),)))


@pytest.mark.parametrize(
    "types",
    [
        A_B,
        (
            ObjectType(external_id="a]/attributes[b", name="A"),
            ObjectType(
                external_id="a",
                name="B",
                attributes=(Attribute(external_id="b", name="b", type="text"),),
            ),
        ),
    ],
    ids=["a root type `A/b` and `b` in `A`", "an id that reads like an attribute of another"],
)
def test_nor_do_these(types: tuple[ObjectType, ...]) -> None:
    document = Document(object_types=types)
    by_ids = types[0].external_id is not None
    desired, live = align(document, None, seed="s", by_ids=by_ids)
    found = differences(Sides(source="s", desired=desired, live=live, shown=WRITE_ONLY))
    addresses = [d.address for d in found]
    assert len(set(addresses)) == len(addresses) == 3


def test_nor_do_an_attribute_by_its_name_and_one_whose_id_is_that() -> None:
    def by_name(made: Json) -> None:
        entry = {"attributeName": "new", "attributeLocators": ["x"]}
        mapping_of(made, "file")["attributesMapping"].append(entry)

    new = add_attribute("file", "new", "New"), map_attribute("file", "new", "New", "y"), by_name
    (planned,) = plan_of(*new).sources
    assert [str(c.address) for c in planned.changes] == [
        "s/objectTypes[file]/attributes[new]",
        r"s/mappings[file]/attributes[\/new]",
        "s/mappings[file]/attributes[new]",
    ]
    assert {str(a) for a in planned.reads} >= {
        "s/objectTypes[file]/attributes[new]", r"s/objectTypes[file]/attributes[\/new]",
    }  # fmt: skip


def test_types_of_a_preview_have_keys_of_their_own() -> None:
    names = [ObjectType(name="x\0y"), ObjectType(name="x", children=(ObjectType(name="y"),))]
    specs = type_specs(Document(object_types=(*A_B, *names)))
    assert len({spec.key for spec in specs}) == len(specs) == 6
