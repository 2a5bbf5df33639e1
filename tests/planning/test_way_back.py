"""What takes a change back: each kind of change that can be sent, and what its way back is."""

import pytest

from reconciler.model.source import ConfigStatus
from reconciler.planning.object_schema.operation import Losses
from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import write_plan
from reconciler.planning.verdict.way_back import way_back
from reconciler.render.plan.json import plan_json
from reconciler.value import replace
from tests.support.documents.assets import plan_with_assets, source_of
from tests.support.documents.planned import live_of, plan_of
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    drop_mapping,
    map_attribute,
    map_type,
    set_attribute,
    set_mapping,
    set_type,
)

DELETE = "by the schema operation delete"
PATCH = "by PATCH"
MAYBE = f"{PATCH}, if it has an effect"
SETTINGS = f"{MAYBE}, or by the schema operation settings"


def icons(*keys: str, **fields: str) -> Edit:
    made = [{"key": key, "name": key, "png48": "iVBO", **fields} for key in keys]
    return lambda document: document["schema"].update(iconSchema={"icons": made})


def statuses(*names: str, **fields: str) -> Edit:
    made = [{"name": n, "description": "", "category": "active", **fields} for n in names]
    return lambda document: document["schema"].update(statusSchema={"statuses": made})


def entries(*left: str) -> Edit:
    """Maps of the type `drive` no more than the attributes *left*."""

    def edit(document: Json) -> None:
        for each in document["mapping"]["objectTypeMappings"]:
            if each["objectTypeExternalId"] == "drive":
                each["attributesMapping"] = [
                    e for e in each["attributesMapping"] if e["attributeExternalId"] in left
                ]

    return edit


icon_of_drive = set_type("drive", iconKey="disk")
# what is wanted, what is live, and what takes each change back
Case = tuple[list[Edit], list[Edit], list[str | None]]
CASES: dict[str, Case] = {
    "a new type goes with its objects": (
        [add_type("room", "Room")],
        [],
        [f"{DELETE}, and its objects go with it"],
    ),
    "a new attribute goes with its values": (
        [add_attribute("os", "maker", "Maker")],
        [],
        [f"{DELETE}, and its values go with it"],
    ),
    "a new status": ([statuses("Active", "New")], [], [DELETE]),
    "nothing takes an icon away": ([icons("disk", "new")], [icons("disk")], [None]),
    "nor a mapping": ([map_type("os", "Operating System")], [], [None]),
    "nor an icon of a type that had none": (
        [icon_of_drive, set_type("os", iconKey="disk")],
        [icon_of_drive],
        [None],
    ),
    "another icon": ([set_type("os", iconKey="b")], [set_type("os", iconKey="a")], [PATCH]),
    "an icon's name": ([icons("disk", name="Disk")], [icons("disk")], [PATCH]),
    "a status's category": ([statuses("Active", category="pending")], [], [PATCH]),
    "a description": ([set_type("file", description="new")], [], [PATCH]),
    "an attribute's description": ([set_attribute("path", description="n")], [], [PATCH]),
    "another label": (
        [set_attribute("os-name", label=False, minimumCardinality=1)],
        [],
        [f"{MAYBE}, or by the schema operation label"],
    ),
    "a narrower cardinality": (
        [set_attribute("size", minimumCardinality=1)],
        [],
        [f"{SETTINGS}; values that an import dropped meanwhile are not restored"],
    ),
    "a wider cardinality": ([set_attribute("size", maximumCardinality=5)], [], [SETTINGS]),
    "unique": ([set_attribute("duid", unique=True)], [], [SETTINGS]),
    "statuses of an attribute": ([set_attribute("state", typeValues=[])], [], [SETTINGS]),
    "another selector": (
        [set_mapping("file", selector="other")],
        [],
        [f"{PATCH}; objects that an import removed meanwhile are not restored"],
    ),
    "a mapping's description": ([set_mapping("file", description="new")], [], [PATCH]),
    "another attribute is mapped": (
        [map_attribute("file", "size", "Size", "size")],
        [],
        [PATCH],
    ),
    "an attribute is mapped no more": ([entries("duid")], [], [PATCH]),
    "identity goes": (
        [entries("os-ref")],
        [],
        [f"{PATCH}; objects that an import made a second time meanwhile stay"],
    ),
}


def ways_back(plan: Plan) -> list[str | None]:
    changes = plan.sources[0].changes
    return [way_back(each) for each in changes if each.verdict.takes_effect]


@pytest.mark.parametrize("case", CASES)
def test_the_way_back(case: str) -> None:
    wanted, there, expected = CASES[case]
    live = live_of(*there, everything=True)
    assert ways_back(plan_of(*wanted, live=live, allow_residual=True)) == expected


def test_a_source_that_is_created_goes_back_likewise() -> None:
    created = plan_of(drop_mapping("file"), status=ConfigStatus.MISSING_MAPPING)
    assert set(ways_back(created)) == {
        f"{DELETE}, and its objects go with it",
        f"{DELETE}, and its values go with it",
        DELETE,
        None,
    }


RENAMED = plan_with_assets(source_of(set_type("file", name="Document", description="new")))


def test_what_a_schema_operation_makes_goes_back_as_it_says() -> None:
    (source,) = RENAMED.sources
    (operation,) = source.schema_operations
    renamed, described = source.changes
    assert way_back(renamed, operation) == 'by a rename back to "File"'
    assert not operation.is_final
    losing = replace(operation, loses=Losses(values=1))
    assert losing.is_final
    assert way_back(renamed, losing) == ('by a rename back to "File"; what is lost is not restored')
    assert replace(operation, reversible=None).is_final
    assert way_back(described) == PATCH


def test_only_a_plan_with_schema_auth_says_it_in_its_json() -> None:
    """Without the credential a plan is byte for byte what it was before there was a way back."""
    told = {c["field"]: c.get("reversible") for c in write_plan(RENAMED)["sources"][0]["changes"]}
    assert told == {"name": 'by a rename back to "File"', "description": PATCH}
    without = plan_of(set_type("file", description="new"))
    assert '"reversible"' not in plan_json(without)
    stopped = plan_with_assets(
        source_of(set_type("file", name="Document"), set_attribute("size", type="text"))
    )
    changes = write_plan(stopped)["sources"][0]["changes"]
    assert [c["verdict"] for c in changes] == ["schema-operation", "impossible"]
    assert not any("reversible" in each for each in changes), "nothing is made"


def test_losses_in_words() -> None:
    lost = Losses(objects=1204, references=3)
    assert lost.text == "1,204 objects, 3 references"
    assert lost.total == 1207
    assert (Losses().text, Losses(values=1).text) == ("nothing", "1 value")
    assert (lost + Losses(values=2, references=1)).text == "1,204 objects, 2 values, 4 references"
