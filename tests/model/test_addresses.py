"""Whether an address touches a set of addresses: itself, something in it, or what it is in."""

import pytest

from reconciler.planning.addresses import Addresses

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
    "one that begins like it": ([f"{FILE}s"], FILE, False),
    "an id with slashes": (["s/objectTypes[type/file]"], "s/objectTypes[type/file]/name", True),
    "half of an id with slashes": (
        ["s/objectTypes[type/file]"], "s/objectTypes[type/folder]", False,
    ),
    "an address without a slash": (["s"], "t", False),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_touches(case: str) -> None:
    addresses, address, touches = CASES[case]
    assert Addresses.of(addresses).touches(address) is touches


def test_all_that_is_above_is_known() -> None:
    found = Addresses.of([f"{FILE}/attributes[size]", "/odd"])
    assert found.exact == {f"{FILE}/attributes[size]", "/odd"}
    assert found.above == {FILE, "s"}
