"""Addresses: how they are written and read, what is in what, and sets of them."""

import pytest

from reconciler.model.address import Address, Addresses

S = Address.of("s")
WRITTEN: dict[str, tuple[Address, str]] = {
    "a source": (S, "s"),
    "a slash in an id stands as it is": (S.object_type("a/b"), "s/objectTypes[a/b]"),
    "a name path": (S.object_type(("A", "b")), "s/objectTypes[A/b]"),
    "a slash inside a name of a path is escaped": (
        S.object_type(("A/b",)), r"s/objectTypes[A\/b]",
    ),
    "brackets and the escape itself are escaped": (
        S.mapping(r"a]/x[\ ").attribute("[b]"), r"s/mappings[a\]/x\[\\ ]/attributes[\[b\]]",
    ),
    "in fields, sources, icons and statuses as well": (
        Address.of("s[1]/2").status("[x]").field("a/[b]"), r"s\[1\]/2/statuses[\[x\]]/a/\[b\]",
    ),
    "the object schema": (S.object_schema.field("name"), "s/objectSchema/name"),
    "a source that is called like one": (
        Address.of("a/objectSchema").object_schema, r"a\/objectSchema/objectSchema",
    ),
    "nothing": (S.icon("").field(""), "s/icons[]/"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRITTEN)
def test_how_it_is_written(case: str) -> None:
    address, text = WRITTEN[case]
    assert str(address) == text
    assert Address.parse(text) == address


def test_what_it_is_made_of() -> None:
    of_type = Address.of("s[/").object_type(("A/b", "c]"))
    address = of_type.attribute("d/[e]").field("x/y")
    assert address.source == "s[/"
    assert str(address.within_source) == r"objectTypes[A\/b/c\]]/attributes[d/\[e\]]/x/y"
    assert (address.owner_key, address.key) == ("A/b/c]", "d/[e]")
    assert (of_type.owner_key, of_type.key) == ("A/b/c]", "A/b/c]")
    assert address.owner == of_type
    assert address.element == of_type.attribute("d/[e]")
    assert address.above == (Address.of("s[/"), of_type, of_type.attribute("d/[e]"))
    assert of_type.owner == of_type.element == of_type
    assert S.above == ()
    assert S.owner == S.element == S


@pytest.mark.parametrize("name", ["s", "a/b", "a/objectSchema", "a/objectSchema/name", "x[1]"])
def test_the_object_schema_is_in_its_source_whatever_that_is_called(name: str) -> None:
    source = Address.of(name)
    schema, field = source.object_schema, source.object_schema.field("name")
    assert {each.source for each in (source, schema, field)} == {name}
    assert source.owner == source
    assert field.owner == field.element == schema
    assert (field.above, field.within_source) == ((source, schema), "objectSchema/name")
    assert (field.owner_key, field.key) == ("", "")


@pytest.mark.parametrize("text", ["s/objectTypes[a", "s/objectTypes[a]b", "a]", "\\", "s/icons[\\"])
def test_what_is_no_address_stands_for_itself(text: str) -> None:
    address = Address.parse(text)
    assert str(address) == address.within_source == address.source == text
    assert address.owner == address.element == address
    assert address.key == address.owner_key == text
    assert address.above == ()


FILE = "s/objectTypes[file]"
CASES: dict[str, tuple[list[str], str, bool]] = {
    "nothing touches nothing": ([], FILE, False),
    "itself": ([FILE], FILE, True),
    "something in it": ([f"{FILE}/attributes[size]"], FILE, True),
    "something deep in it": ([f"{FILE}/attributes[size]/description"], FILE, True),
    "what it is in": ([FILE], f"{FILE}/attributes[size]", True),
    "what that is in": ([FILE], f"{FILE}/attributes[size]/description", True),
    "the source it is in": (["s"], FILE, True),
    "another one": (["s/objectTypes[os]"], FILE, False),
    "one beside it, in the same element": (
        [f"{FILE}/attributes[path]"], f"{FILE}/attributes[size]", False,
    ),
    "one whose name begins like its own": (["s/objectTypes[file"], FILE, False),
    "one that begins like it": (["s/objectTypes[files]"], FILE, False),
    "an id with slashes": (["s/objectTypes[type/file]"], "s/objectTypes[type/file]/name", True),
    "half of an id with slashes": (
        ["s/objectTypes[type/file]"], "s/objectTypes[type/folder]", False,
    ),
    "a source whose name begins like another's": (["s"], "s/t/objectTypes[file]", False),
    "a field whose name begins like another's": ([f"{FILE}/a"], f"{FILE}/a/b", False),
    "an id that reads like an attribute of it": (
        [r"s/objectTypes[a\]/attributes\[b]"], "s/objectTypes[a]", False,
    ),
    "an address without a slash": (["s"], "t", False),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_touches(case: str) -> None:
    addresses, text, touches = CASES[case]
    address = Address.parse(text)
    others = list(map(Address.parse, addresses))
    assert Addresses.of(others).touches(address) is touches
    apart = [a for a in others if a != address]
    assert any(a.contains(address) or address.contains(a) for a in apart) is (
        touches and apart == others
    )


def test_all_that_is_above_is_known() -> None:
    attribute = Address.parse(f"{FILE}/attributes[size]")
    found = Addresses.of([attribute, Address.parse("/odd")])
    assert found.exact == {attribute, Address.parse("/odd")}
    assert found.above == {Address.parse(FILE), S}
