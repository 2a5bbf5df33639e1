"""Patterns of addresses: one star within a segment, two across, brackets are literal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.address_glob import AddressGlob

# The sentence → the pattern, an address that it matches, one that it does not.
CASES: dict[str, tuple[str, str, str]] = {
    "an address stands for itself": (
        "hw/objectTypes[hw/laptop]/description",
        "hw/objectTypes[hw/laptop]/description",
        "hw/objectTypes[hw/laptop]/name",
    ),
    "a star in brackets is any id, with its slashes": (
        "hw/objectTypes[*]/description",
        "hw/objectTypes[hw/laptop]/description",
        "hw/objectTypes[hw/laptop]/attributes[hw/laptop/id]/description",
    ),
    "a star is a part of an id": (
        "hw/objectTypes[hw/lap*]/description",
        "hw/objectTypes[hw/laptop]/description",
        "hw/objectTypes[hw/desktop]/description",
    ),
    "a star is one segment": (
        "hw/*/selector",
        "hw/mappings[hw/laptop]/selector",
        "hw/mappings[hw/laptop]/attributes[hw/laptop/id]/selector",
    ),
    "two stars are a whole source": (
        "hw/**",
        "hw/objectTypes[hw/laptop]/attributes[hw/laptop/id]/description",
        "hw2/objectTypes[hw/laptop]",
    ),
    "two stars in front are any source": (
        "**/description",
        "hw/objectTypes[hw/laptop]/description",
        "hw/objectTypes[hw/laptop]/description/x",
    ),
    "brackets are literal": (
        "hw/objectTypes[abc]",
        "hw/objectTypes[abc]",
        "hw/objectTypesa",
    ),
    "dots and plus signs are literal": ("hw.x/icons[a+]", "hw.x/icons[a+]", "hwyx/icons[aa]"),
    "an id may hold escaped brackets, and slashes in them": (
        r"hw/objectTypes[a\[1/2\]b]/*",
        r"hw/objectTypes[a\[1/2\]b]/description",
        r"hw/objectTypes[a\[1/2\]b]/attributes[x]/description",
    ),
    "a star stands for escaped characters, too": (
        "hw/objectTypes[*]/name",
        r"hw/objectTypes[\]/attributes\[x]/name",
        "hw/objectTypes[]",
    ),
    "a bracket in a pattern closes where its segment ends": (
        "hw/objectTypes[a[1]b]/*",
        "hw/objectTypes[a[1]b]/description",
        "hw/objectTypes[a[1]b]/attributes[x]/description",
    ),
    "a question mark is literal": ("hw/icons[?]", "hw/icons[?]", "hw/icons[a]"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_matches_what_it_says(case: str) -> None:
    pattern, one, other = CASES[case]
    glob = AddressGlob.of(pattern)
    assert glob.matches(Address.parse(one))
    assert not glob.matches(Address.parse(other))


ids = st.text(alphabet="ab/[]\\*? .\n", min_size=1, max_size=6)


@given(ids, ids, ids)
def test_whatever_the_ids_two_stars_match_all_of_a_source(source: str, a: str, b: str) -> None:
    name = Address.of(source)
    address = name.object_type(a).attribute(b).field("name")
    assert AddressGlob.of(f"{name}/**").matches(address)
    assert AddressGlob.of("**").matches(address)
    assert AddressGlob.of(f"{name}/objectTypes[*]/attributes[*]/name").matches(address)
    assert not AddressGlob.of(f"{name}/objectTypes[*]/name").matches(address)


@given(ids, ids)
def test_an_address_as_a_pattern_matches_itself(a: str, b: str) -> None:
    address = Address.of("hw").object_type((a, b)).field("name")
    assert AddressGlob.of(str(address)).matches(address)


@given(st.text(alphabet="ab/[]\\?.\n", min_size=1, max_size=12))
def test_without_a_star_only_itself_matches(text: str) -> None:
    glob = AddressGlob.of(text)
    assert glob.matches(Address.parse(text))
    assert not glob.matches(Address.parse(f"{text}a"))
