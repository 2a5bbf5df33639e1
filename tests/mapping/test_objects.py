"""What one entry becomes: selectors, locators, types, identity, references (docs/mapping.md)."""

from typing import Any

import pytest

from reconciler.mapping.iql import NOT_ESCAPED
from reconciler.mapping.objects import ValueFaultKind
from tests.support.documents.mapped import (
    ID,
    LABEL,
    PLAIN,
    attribute,
    fill,
    mapper,
    object_type,
    objects,
    one_type,
    type_mapping,
)

ROW = {"id": "1", "name": "One"}

# The sentence → the selector, the root, its entry, and the places and ids that it makes.
SELECTED: dict[str, tuple[str, str, Any, list[tuple[str, str]]]] = {
    "an entry itself": ("rows", "rows", {"id": 1, "name": "a"}, [("", "1")]),
    "a list within": (
        "rows.files", "rows", {"files": [{"id": 1}, {"id": 2}]},
        [("files[0]", "1"), ("files[1]", "2")]),
    "an object counts as a list of one": ("rows.os", "rows", {"os": {"id": 1}}, [("os", "1")]),
    "lists of lists": (
        "rows.a.b", "rows", {"a": [{"b": [{"id": 1}]}, {"b": [[{"id": 2}]]}]},
        [("a[0].b[0]", "1"), ("a[1].b[0][0]", "2")]),
    "a member whose name has dots": ("rows.a.b", "rows", {"a.b": [{"id": 1}]}, [("a.b[0]", "1")]),
    "nothing is there": ("rows.files", "rows", {"other": 1}, []),
    "null, an empty text": ("rows.files", "rows", {"files": [None, ""]}, []),
    "another root": ("rows.files", "others", {"files": [{"id": 1}]}, []),
    "what is no object makes none": ("rows.files", "rows", {"files": ["x", 3]}, []),
}  # fmt: skip


@pytest.mark.parametrize("case", SELECTED)
def test_a_selector_selects(case: str) -> None:
    selector, root, entry, expected = SELECTED[case]
    made = objects(one_type(entries=(), selector=selector), root, entry)
    assert [(o.where, (o.external_id or ("",))[0]) for o in made] == expected


# The sentence → the locators, the entry, and the values, None for a fault of their type.
LOCATED: dict[str, tuple[tuple[str, ...], dict[str, Any], tuple[str, ...]]] = {
    "a member": (("v",), {"v": "x"}, ("x",)),
    "a number as it is written": (("v",), {"v": 12}, ("12",)),
    "a boolean": (("v",), {"v": True}, ("true",)),
    "a step into an object": (("a.v",), {"a": {"v": "x"}}, ("x",)),
    "a step through a list": (("a.v",), {"a": [{"v": "x"}, {"w": 1}, {"v": "y"}]}, ("x", "y")),
    "a list of values": (("v",), {"v": ["x", "y"]}, ("x", "y")),
    "a name with dots first": (("a.v",), {"a.v": "x", "a": {"v": "y"}}, ("x",)),
    "empty": (("v",), {"v": ""}, ()),
    "null": (("v",), {"v": None}, ()),
    "missing": (("v",), {}, ()),
    "several locators are one text": (("v", "w"), {"v": "x", "w": "y"}, ("x y",)),
    "several, one of them empty": (("v", "w"), {"v": "", "w": "y"}, ("y",)),
}


@pytest.mark.parametrize("case", LOCATED)
def test_a_locator_finds(case: str) -> None:
    locators, entry, expected = LOCATED[case]
    made = one_type(attribute("v", maximumCardinality=-1), entries=(fill("v", *locators),))
    (mapped,) = objects(made, "rows", ROW | entry)
    assert (mapped.values.get("v", ()), mapped.faults) == (expected, ())


# The type → values that are of it, and values that are not.
TYPED: dict[str, tuple[list[Any], list[Any]]] = {
    "text": (["", "x", 1, 1.5, True], [{"a": 1}]),
    "textarea": (["x\ny"], []),
    "integer": ([12, "12", "-3"], ["x", 1.5, "1.5", True, "١"]),
    "double": ([1.5, "1.5", 3, "1e3"], ["x", float("nan"), float("inf")]),
    "boolean": ([True, "false", "TRUE"], ["yes", 1, 0]),
    "date": (["2024-01-31"], ["2024-02-30", "31.01.2024", "20240131", 20240131]),
    "date_time": (
        ["2024-01-31T09:30:00Z", "2024-01-31 09:30:00+02:00"], ["2024-01-31", "today", 17]),
    "time": (["09:30:00", "09:30"], ["25:00:00", "noon"]),
    "url": (["https://example.org/x", "mailto:a@b"], ["example.org", "not a url"]),
    "email": (["a@b.example"], ["a", "a@b@c", "a b@c"]),
    "ipaddress": (["10.0.0.1", "::1"], ["10.0.0.256", "10.0.0.0/8", "host"]),
    "select": (["any"], []),
}  # fmt: skip


@pytest.mark.parametrize("type_", TYPED)
def test_values_are_of_their_type(type_: str) -> None:
    made = one_type(attribute("v", type_), entries=(fill("v"),))
    right, wrong = TYPED[type_]
    for value in right:
        (mapped,) = objects(made, "rows", ROW | {"v": value})
        assert mapped.faults == (), value
    for value in wrong:
        (mapped,) = objects(made, "rows", ROW | {"v": value})
        assert [f.code for f in mapped.faults] == [ValueFaultKind.WRONG_TYPE], value
        assert "v" not in mapped.values, "it is left out"


def test_a_status_takes_what_its_type_values_name() -> None:
    made = one_type(attribute("v", "status", typeValues=["Up"]), entries=(fill("v"),))
    (up,) = objects(made, "rows", ROW | {"v": "Up"})
    (down,) = objects(made, "rows", ROW | {"v": "Down"})
    assert (up.faults, [f.code for f in down.faults]) == ((), [ValueFaultKind.WRONG_TYPE])
    assert "one of Up" in down.faults[0].text


def test_cardinality() -> None:
    made = one_type(
        attribute("v", minimumCardinality=1, maximumCardinality=2), entries=(fill("v"),)
    )
    faults = [
        [f.code for f in objects(made, "rows", ROW | {"v": values})[0].faults]
        for values in ([], ["a"], ["a", "b"], ["a", "b", "c"])
    ]
    assert faults == [[ValueFaultKind.MISSING], [], [], [ValueFaultKind.TOO_MANY]]


def test_the_identity_is_made_of_its_parts() -> None:
    made = mapper(
        [object_type("t", ID, attribute("site"), LABEL)],
        [type_mapping("t", "rows", fill("id", part=True), fill("site", part=True), fill("name"))],
    )
    ids = [
        o.external_id
        for o in objects(
            made, "rows", {"id": 1, "site": "x"}, {"id": 1, "site": ""}, {"name": "no id"}
        )
    ]
    assert ids == [("1", "x"), ("1", ""), None]


def test_without_a_part_the_label_is_the_identity() -> None:
    made = mapper([object_type("t", LABEL)], [type_mapping("t", "rows", fill("name"))])
    (mapped,) = objects(made, "rows", {"name": "One"})
    assert (mapped.external_id, mapped.label) == (("One",), "One")


OS_NAME = attribute("os-name", label=True) | {"name": "Name"}

# The expression → the entry, what it compares and with what; a text says why it is not judged.
ASKED: dict[str, tuple[dict[str, Any], str | None, tuple[str, ...], bool] | str] = {
    "name = ${os}": ({"os": "Linux"}, "name", ("Linux",), False),
    'Name Like "${os}"': ({"os": "Linux"}, "name", ("Linux",), True),
    "name LIKE ${os.family}": ({"os": {"family": "Linux"}}, "name", ("Linux",), True),
    "name IN (${os${0}})": ({"os": ["a", "b"]}, "name", ("a", "b"), False),
    'name in (${os}, "x")': ({"os": "a"}, "name", ("a", "x"), False),
    "name = ${os${2}}": ({"os": ["a", "b"]}, "name", ("b",), False),
    'name = "${vendor} ${os}"': ({"vendor": "A", "os": "b"}, "name", ("A b",), False),
    'name = "a \\"${os}\\""': ({"os": "b"}, "name", ('a "b"',), False),
    "name = ${os} ": ({"os": "O'Brien, 100 %"}, "name", ("O'Brien, 100 %",), False),
    "Key = ${os}": "is given by Assets",
    "name = ${os} AND id = 1": "only one comparison",
    "name != ${os}": "only one comparison",
    "colour = ${os}": "has no attribute",
    "name = ${os": 'has no "}"',
    'name = "${os}': "is not closed",
    "name in (${os}": 'has no ")"',
    "name in (${os},)": "only one comparison",
    "operating system = ${os}": '"operating system"',
    'name = "a\\b ${os}"': "a backslash",
}


@pytest.mark.parametrize("iql", ASKED)
def test_a_reference_asks(iql: str) -> None:
    expected = ASKED[iql]
    made = mapper(
        [
            object_type("t", ID, LABEL, attribute(
                "ref", "referenced_object", referenceObjectTypeExternalId="os")),
            object_type("os", attribute("os-id"), OS_NAME),
        ],
        [
            type_mapping("t", "rows", *PLAIN, fill("ref", "os", iql=iql)),
            type_mapping("os", "os", fill("os-id", part=True), fill("os-name")),
        ],
    )  # fmt: skip
    entry = {"os": "Linux"} if isinstance(expected, str) else expected[0]
    (mapped,) = objects(made, "rows", ROW | entry)
    lookup = mapped.references["ref"]
    assert lookup.target == "os"
    if isinstance(expected, str):
        assert expected in (lookup.unjudged or "")
    else:
        assert lookup.unjudged is None
        assert (lookup.attribute, lookup.values, lookup.like) == ("os-name", *expected[2:])


# The expression → the values of `v` that it cannot hold as they are, and how it would read.
UNESCAPED: dict[str, tuple[tuple[str, ...], str]] = {
    "name = ${v}": (('B "q"', "a\\b", "a\nb", "${id}"), 'name = "{}"'),
    'name = "\\"x ${id} ${v}"': (('B "q"',), 'name = "\\"x 1 {}"'),
    "name = '${v}'": (("O'Brien", 'B "q"'), "name = '{}'"),
    'name IN ("a", ${v${0}})': (('B "q"',), 'name IN ("a", "{}")'),
}


@pytest.mark.parametrize("iql", UNESCAPED)
def test_a_value_that_needs_an_escape_is_not_judged(iql: str) -> None:
    reference = attribute("ref", "referenced_object", referenceObjectTypeExternalId="t")
    made = mapper(
        [object_type("t", ID, LABEL, reference)],
        [type_mapping("t", "rows", *PLAIN, fill("ref", "v", iql=iql))],
    )
    values, asked = UNESCAPED[iql]
    for value in values:
        (mapped,) = objects(made, "rows", {"id": "1", "name": value, "v": value})
        lookup = mapped.references["ref"]
        assert (lookup.asked, lookup.values) == (asked.format(value), ())
        assert (lookup.unescaped, lookup.unjudged) == (value, NOT_ESCAPED)


def test_a_reference_without_a_value_refers_to_nothing() -> None:
    made = mapper(
        [object_type("t", ID, LABEL, attribute(
            "ref", "referenced_object", referenceObjectTypeExternalId="t"))],
        [type_mapping("t", "rows", *PLAIN, fill("ref", "parent", iql="name = ${parent}"))],
    )  # fmt: skip
    (mapped,) = objects(made, "rows", ROW)
    assert mapped.references == {}
