"""A manifest moved to live, difference by difference; the planner proves each."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.errors import ReconcilerError
from reconciler.manifest.draft import Draft, draft_of
from reconciler.manifest.manifest_text import ManifestText
from reconciler.model.normalise import LiveDocument, normalise
from reconciler.planning.adopt.manifest_text import adopt_as_new, adopt_into_manifest
from tests.support.documents.pull_proof import SOURCE, assert_nothing_to_do, live_of
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    attribute,
    document,
    drop_attribute,
    drop_type,
    map_attribute,
    map_type,
    mapping,
    set_attribute,
    set_mapping,
    set_type,
    types,
)

Check = Callable[[Json], Any]


def moved(before: Json, live: LiveDocument) -> Json:
    """The manifest *before* after it was moved to *live*."""
    text = json.dumps({"source": SOURCE, **before}, indent=2)
    draft = draft_of([ManifestText(file="m.json", stored=text)])
    assert isinstance(draft, Draft)
    made = adopt_into_manifest(SOURCE, draft, live)
    assert_nothing_to_do(made.text, live, "m.json")
    value: Json = json.loads(made.text)
    return value


def move_type(external_id: str, to: str | None) -> Edit:
    """Return the edit that hangs a type under another parent."""

    def edit(made: Json) -> None:
        moving = types(made)[external_id]
        roots = made["schema"]["objectSchema"]["objectTypes"]
        for level in [roots, *(t.get("children", []) for t in types(made).values())]:
            level[:] = [t for t in level if t["externalId"] != external_id]
        target = roots if to is None else types(made)[to].setdefault("children", [])
        target.append(moving)

    return edit


def put_in(find: Callable[..., Json], external_id: str, **fields: Any) -> Edit:
    return lambda made: find(made, external_id).update(fields)


CASES: dict[str, tuple[list[Edit], list[Edit], Check, Any]] = {
    "a description": (
        [],
        [set_type("file", description="new")],
        lambda d: types(d)["file"]["description"],
        "new",
    ),
    "a renamed type, in its mapping too": (
        [],
        [set_type("drive", name="Disk"), set_mapping("drive", objectTypeName="Disk")],
        lambda d: (types(d)["drive"]["name"], mapping(d, "drive")["objectTypeName"]),
        ("Disk", "Disk"),
    ),
    "a renamed type, in references to it too": (
        [set_attribute("os-ref", referenceObjectTypeName="Operating System")],
        [set_type("os", name="OS")],
        lambda d: attribute(d, "os-ref")["referenceObjectTypeName"],
        "OS",
    ),
    "a renamed type, referred to by name alone": (
        [
            lambda d: attribute(d, "os-ref").pop("referenceObjectTypeExternalId"),
            set_attribute("os-ref", referenceObjectTypeName="Operating System"),
        ],
        [set_type("os", name="OS")],
        lambda d: [k for k in attribute(d, "os-ref") if k.startswith("reference")],
        ["referenceObjectTypeName"],
    ),
    "a renamed attribute, in its mapping too": (
        [],
        [set_attribute("duid", name="Number")],
        lambda d: (
            attribute(d, "duid")["name"],
            mapping(d, "drive")["attributesMapping"][0]["attributeName"],
        ),
        ("Number", "Number"),
    ),
    "a renamed attribute that is mapped by name alone": (
        [lambda d: mapping(d, "drive")["attributesMapping"][0].pop("attributeExternalId")],
        [set_attribute("duid", name="Number")],
        lambda d: mapping(d, "drive")["attributesMapping"][0],
        {"attributeName": "Number", "attributeLocators": ["id"], "externalIdPart": True},
    ),
    "another target of a reference": (
        [],
        [set_attribute("os-ref", referenceObjectTypeExternalId="file")],
        lambda d: attribute(d, "os-ref")["referenceObjectTypeExternalId"],
        "file",
    ),
    "a reference where there was a text": (
        [set_attribute("size", type="text")],
        [set_attribute("size", type="referenced_object", referenceObjectTypeExternalId="os")],
        lambda d: attribute(d, "size")["referenceObjectTypeExternalId"],
        "os",
    ),
    "a text where there was a reference": (
        [set_attribute("os-ref", referenceObjectTypeName="Operating System")],
        [
            set_attribute("os-ref", type="text"),
            lambda d: attribute(d, "os-ref").pop("referenceObjectTypeExternalId"),
        ],
        lambda d: attribute(d, "os-ref"),
        {"externalId": "os-ref", "name": "OS", "description": "", "type": "text"},
    ),
    "a text where there was a status": (
        [],
        [
            set_attribute("state", type="text"),
            lambda d: attribute(d, "state").pop("typeValues"),
        ],
        lambda d: "typeValues" in attribute(d, "state"),
        False,
    ),
    "another label, and the minimum that it implies": (
        [],
        [set_attribute("path", label=False), set_attribute("size", label=True)],
        lambda d: [
            (attribute(d, a).get("label"), attribute(d, a).get("minimumCardinality"))
            for a in ("path", "size")
        ],
        [(False, None), (True, None)],
    ),
    "another label, and a minimum of its own": (
        [],
        [
            set_attribute("path", label=False, minimumCardinality=1),
            set_attribute("size", label=True, minimumCardinality=0),
        ],
        lambda d: [attribute(d, a).get("minimumCardinality") for a in ("path", "size")],
        [1, 0],
    ),
    "a label that stated its minimum": (
        [set_attribute("path", minimumCardinality=1)],
        [set_attribute("path", label=False)],
        lambda d: attribute(d, "path")["minimumCardinality"],
        0,
    ),
    "a new attribute, as short as can be": (
        [],
        [add_attribute("file", "new", "New", description="d", unique=True, maximumCardinality=-1)],
        lambda d: types(d)["file"]["attributes"][-1],
        {
            "externalId": "new", "name": "New", "description": "d", "type": "text",
            "maximumCardinality": -1, "unique": True,
        },
    ),
    "an attribute that is gone": (
        [],
        [drop_attribute("os-ref")],
        lambda d: [a["externalId"] for a in types(d)["drive"]["attributes"]],
        ["duid", "state"],
    ),
    "all attributes gone": (
        [],
        [drop_attribute("os-name")],
        lambda d: "attributes" in types(d)["os"],
        False,
    ),
    "a new type below one that had none, with a mapping": (
        [],
        [
            add_type("patch", "Patch", under="os"),
            add_attribute("patch", "patch-no", "Number", label=True),
            map_type("patch", "Patch"),
            map_attribute("patch", "patch-no", "Number", "no", externalIdPart=True),
        ],
        lambda d: (types(d)["os"]["children"], mapping(d, "patch")["selector"]),
        (
            [
                {
                    "externalId": "patch", "name": "Patch", "description": "",
                    "attributes": [
                        {"externalId": "patch-no", "name": "Number", "description": "",
                         "type": "text", "label": True}
                    ],
                }
            ],
            "x",
        ),
    ),
    "a child that is gone, and its mapping": (
        [],
        [drop_type("file")],
        lambda d: ("children" in types(d)["drive"], len(d["mapping"]["objectTypeMappings"])),
        (False, 1),
    ),
    "a type under another parent takes along what live does not show": (
        [set_type("file", iconKey="i")],
        [move_type("file", "os"), set_type("file", description="moved")],
        lambda d: (types(d)["os"]["children"][0]["iconKey"], "children" in types(d)["drive"]),
        ("i", False),
    ),
    "a parent that became the child of its child": (
        [],
        [move_type("file", None), move_type("drive", "file")],
        lambda d: [t["externalId"] for t in d["schema"]["objectSchema"]["objectTypes"]],
        ["os", "file"],
    ),
    "a parent that is new, above a type that is not": (
        [],
        [add_type("box", "Box"), move_type("os", "box")],
        lambda d: types(d)["box"]["children"][0]["externalId"],
        "os",
    ),
    "locators, identity and query": (
        [],
        [
            lambda d: mapping(d, "drive")["attributesMapping"][1].update(
                attributeLocators=["b", "a"], externalIdPart=True, objectMappingIQL="Name = x"
            )
        ],
        lambda d: mapping(d, "drive")["attributesMapping"][1],
        {"attributeExternalId": "os-ref", "attributeName": "OS", "attributeLocators": ["b", "a"],
         "objectMappingIQL": "Name = x", "externalIdPart": True},
    ),
    "a query that is gone": (
        [],
        [lambda d: mapping(d, "drive")["attributesMapping"][1].pop("objectMappingIQL")],
        lambda d: "objectMappingIQL" in mapping(d, "drive")["attributesMapping"][1],
        False,
    ),
    "a mapping that is gone": (
        [],
        [lambda d: d["mapping"]["objectTypeMappings"].clear()],
        lambda d: d["mapping"]["objectTypeMappings"],
        [],
    ),
    "the object schema's name is the server's": (
        [],
        [lambda d: d["schema"]["objectSchema"].update(name="Other", description="Other")],
        lambda d: d["schema"]["objectSchema"]["name"],
        "Disk Analysis Tool",
    ),
    "an unknown key that both have": (
        [set_type("file", inheritance=True)],
        [set_type("file", inheritance=False)],
        lambda d: types(d)["file"]["inheritance"],
        False,
    ),
    "an unknown key that live alone has": (
        [],
        [set_type("file", inheritance=False)],
        lambda d: "inheritance" in types(d)["file"],
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("mine", "theirs", "check", "expected"), CASES.values(), ids=CASES)
def test_live_is_taken_over(
    mine: list[Edit], theirs: list[Edit], check: Check, expected: Any
) -> None:
    before = document(*mine)
    made = moved(before, live_of(document(*theirs)))
    assert check(made) == expected
    assert made["schema"]["statusSchema"] == before["schema"]["statusSchema"], "not shown by live"


def test_the_system_attribute_stays_where_a_manifest_has_it() -> None:
    key = {"name": "Key", "description": "", "type": "text"}
    mine = document(lambda d: types(d)["file"]["attributes"].insert(0, key))
    made = moved(mine, live_of(document(set_type("file", description="x"))))
    assert types_of_attributes(made, "file") == ["Key", "Path", "Size"]


def test_a_name_that_several_types_of_live_have_gets_the_id() -> None:
    """Else the manifest would be of another type, which comes before in the document."""

    def by_name(made: Json) -> None:
        del mapping(made, "file")["objectTypeExternalId"]
        target = attribute(made, "os-ref")
        del target["referenceObjectTypeExternalId"]
        target["referenceObjectTypeName"] = "Operating System"

    def namesakes(made: Json) -> None:
        label = {"name": "Name", "description": "", "type": "text", "label": True}
        named = [
            {"externalId": f"z-{name}", "name": name, "description": ""}
            | {"attributes": [label | {"externalId": f"z-{name}-label"}]}
            for name in ("Operating System", "File")
        ]
        above: Json = {"externalId": "z", "name": "Z", "description": ""}
        above["attributes"] = [label | {"externalId": "z-label"}]
        made["schema"]["objectSchema"]["objectTypes"].insert(0, above | {"children": named})
        other = {"objectTypeExternalId": "z-File", "objectTypeName": "File", "description": ""}
        made["mapping"]["objectTypeMappings"].insert(0, other | {"selector": "others"})

    made = moved(document(by_name), live_of(document(namesakes), everything=True))
    assert attribute(made, "os-ref")["referenceObjectTypeExternalId"] == "os"
    assert mapping(made, "file")["objectTypeName"] == "File"


def types_of_attributes(made: Json, external_id: str) -> list[str]:
    stack = made["schema"]["objectSchema"]["objectTypes"]
    while stack:
        object_type = stack.pop()
        if object_type["externalId"] == external_id:
            return [a["name"] for a in object_type["attributes"]]
        stack += object_type.get("children", [])
    return []


def without_ids(made: Json) -> Json:
    """The document as its writer would have it without external ids."""
    names = {i: t["name"] for i, t in types(made).items()}
    raw: Json = json.loads(
        json.dumps(made), object_hook=lambda o: _without_ids(o, names) if o else o
    )
    raw["schema"].pop("statusSchema")
    return raw


def _without_ids(value: Json, names: dict[str, str]) -> Json:
    if reference := value.pop("referenceObjectTypeExternalId", None):
        value["referenceObjectTypeName"] = names[reference]
    for key in ("externalId", "objectTypeExternalId", "attributeExternalId"):
        value.pop(key, None)
    return value


NO_STATUS = drop_attribute("state")


def test_a_manifest_without_ids_stays_without() -> None:
    live = live_of(
        document(
            NO_STATUS,
            add_attribute("file", "hash", "Hash", unique=True),
            add_attribute("file", "on", "On", type="referenced_object",
                          referenceObjectTypeExternalId="drive"),
            map_attribute("file", "hash", "Hash", "hash"),
            drop_attribute("size"),
            set_type("os", description="theirs"),
        )
    )  # fmt: skip
    made = moved(without_ids(document(NO_STATUS)), live)
    assert "xternalId" not in json.dumps(made).replace("externalIdPart", "")
    file = made["schema"]["objectSchema"]["objectTypes"][0]["children"][0]
    assert [a["name"] for a in file["attributes"]] == ["Path", "Hash", "On"]
    assert file["attributes"][1] == {"name": "Hash", "description": "", "type": "text"}
    assert file["attributes"][2]["referenceObjectTypeName"] == "Hard Drive"


def test_what_a_manifest_without_ids_cannot_say_is_refused() -> None:
    with pytest.raises(ReconcilerError, match=r"live holds what m\.json cannot say") as refused:
        moved(without_ids(document(NO_STATUS)), live_of(document()))
    assert "move it away and pull again" in (refused.value.hint or "")
    assert '"status"' in (refused.value.hint or "")


def test_what_live_shows_of_icons_and_statuses_is_taken_over() -> None:
    image = "aWNvbg=="
    theirs = document(
        set_type("file", iconKey="file"),
        set_attribute("state", typeValues=["Retired"]),
        lambda d: d["schema"].update(
            iconSchema={"icons": [{"key": "file", "name": "File", "png48": image},
                                  {"key": "os", "name": "OS", "png48": image}]},
            statusSchema={"statuses": [
                {"name": "Active", "description": "", "category": "pending"},
                {"name": "Retired", "description": "", "category": "inactive"}]},
        ),
    )  # fmt: skip
    mine = document(
        set_type("file", iconKey="disk"),
        lambda d: d["schema"].update(
            iconSchema={"icons": [{"key": "file", "name": "Old", "png48": image},
                                  {"key": "disk", "name": "Disk", "png48": image}]},
        ),
    )  # fmt: skip
    made = moved(mine, live_of(theirs, everything=True))
    icons = made["schema"]["iconSchema"]["icons"]
    assert [(i["key"], i["name"]) for i in icons] == [("file", "File"), ("os", "OS")]
    assert types(made)["file"]["iconKey"] == "file"
    assert attribute(made, "state")["typeValues"] == ["Retired"]
    assert made["schema"]["statusSchema"]["statuses"] == [
        {"name": "Active", "description": "", "category": "pending"}
    ], "a status that only lives may be the whole site's"


def test_icons_and_statuses_that_live_shows_to_be_gone_go() -> None:
    image = "aWNvbg=="
    other = {"key": "x", "name": "Xx", "png48": image}
    theirs = document(
        lambda d: d["schema"].update(
            iconSchema={"icons": [other]},
            statusSchema={"statuses": [{"name": "On", "description": "", "category": "active"}]},
        ),
        NO_STATUS,
    )
    mine = document(
        NO_STATUS,
        lambda d: d["schema"].update(iconSchema={"icons": [{**other, "key": "y"}]}),
    )
    made = moved(mine, live_of(theirs, everything=True))
    assert made["schema"]["iconSchema"] == {"icons": [other]}
    assert "statusSchema" not in made["schema"]


def test_a_new_manifest_is_as_short_as_can_be() -> None:
    raw: Json = {
        "schema": {
            "objectSchema": {
                "name": "S",
                "description": None,
                "objectTypes": [
                    {
                        "externalId": "t", "name": "T", "description": None, "inheritance": False,
                        "attributes": [
                            {"externalId": "k", "name": "Key", "description": "", "type": "text",
                             "label": False, "minimumCardinality": 1},
                            {"externalId": "n", "name": "no", "description": "", "type": "text",
                             "label": True, "minimumCardinality": 1, "maximumCardinality": 1,
                             "unique": False},
                            {"externalId": "r", "name": "R", "description": "r",
                             "type": "referenced_object", "referenceObjectTypeName": "T",
                             "referenceObjectTypeExternalId": "t", "label": False,
                             "minimumCardinality": 0, "maximumCardinality": -1, "unique": True},
                        ],
                    }
                ],
            },
            "iconSchema": {"icons": []},
        },
        "mapping": {
            "objectTypeMappings": [
                {
                    "objectTypeExternalId": "t", "selector": "s", "unknownValues": "add",
                    "attributesMapping": [
                        {"attributeExternalId": "k", "attributeLocators": ["key"]},
                        {"attributeExternalId": "n", "attributeName": "no",
                         "attributeLocators": ["a: b"], "externalIdPart": False},
                    ],
                }
            ]
        },
    }  # fmt: skip
    live = normalise(raw)
    made = adopt_as_new("s", live, file="s.yaml")
    assert (
        made.text
        == """\
source: s
schema:
  objectSchema:
    name: S
    description: ""
    objectTypes:
      - externalId: t
        name: T
        description: ""
        inheritance: false
        attributes:
          - externalId: "n"
            name: "no"
            description: ""
            type: text
            label: true
          - externalId: r
            name: R
            description: r
            type: referenced_object
            referenceObjectTypeExternalId: t
            maximumCardinality: -1
            unique: true
mapping:
  objectTypeMappings:
    - objectTypeExternalId: t
      objectTypeName: T
      selector: s
      description: ""
      unknownValues: add
      attributesMapping:
        - attributeName: Key
          attributeLocators:
            - key
        - attributeExternalId: "n"
          attributeName: "no"
          attributeLocators:
            - "a: b"
"""
    )
    assert_nothing_to_do(made.text, live, "s.yaml")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda d: d["schema"]["objectSchema"]["objectTypes"].clear(), "objectTypes"),
        (lambda d: mapping(d, "file").pop("selector"), '"selector"'),
        (
            lambda d: mapping(d, "file")["attributesMapping"][0].update(attributeLocators=[]),
            "attributeLocators",
        ),
    ],
    ids=["no type", "no selector", "no locator"],
)
def test_live_that_no_manifest_can_say_is_refused(spoil: Edit, said: str) -> None:
    theirs = document(spoil)
    if not theirs["schema"]["objectSchema"]["objectTypes"]:
        theirs["mapping"]["objectTypeMappings"].clear()
    with pytest.raises(ReconcilerError, match=r"live holds what s\.yaml cannot say") as refused:
        adopt_as_new("s", normalise(theirs), file="s.yaml")
    assert said in (refused.value.hint or "")
