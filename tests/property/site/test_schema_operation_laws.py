"""What schema operations bring about, over random edits with all policies allowed.

On the emulator, through both APIs. Their edits are in `operation_edits`, a row for each way.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, find, given, settings
from hypothesis import strategies as st

from reconciler.applying.refresh import read_live
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.outcome.results import Outcome
from reconciler.planning.change import Change, Verdict
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.object_schema.kinds import WAYS
from reconciler.planning.object_schema.operation import Phase as When
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.premises import Premise
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.rules import Ability
from tests.support.stages.applying import Stage, source
from tests.support.stages.assumed import showing
from tests.support.stages.schema_operations import schema_backend
from tests.support.strategies.documents import Json, defining_its_statuses, documents
from tests.support.strategies.edits import EDITS, edited
from tests.support.strategies.mapping_edits import (
    describe_mapping,
    map_attribute,
    relocate,
    requery,
    reselect,
    unmap_attribute,
)
from tests.support.strategies.operation_edits import (
    ALL_ALLOWED,
    ASKING,
    OPERATION_EDITS,
    WITHOUT_EDIT,
    Way,
)
from tests.support.strategies.picking import Edit
from tests.support.strategies.schema_edits import describe_attribute, describe_type
from tests.support.strategies.worlds import slow

few = settings(slow, max_examples=settings().max_examples // 5)
NAME = "a"
ALLOWED = PlanOptions(policy=ALL_ALLOWED, allow_residual=True)
NOT_YET = "its new parent is not there yet"
SETTLED = frozenset().union(*(row.settles for row in OPERATION_EDITS.values()))
# What a PATCH changes, and another PATCH changes back.
PATCHED_BACK = (
    describe_type, describe_attribute, describe_mapping, relocate, requery, reselect,
    map_attribute, unmap_attribute,
)  # fmt: skip


@contextmanager
def site(first: Json, *, shows: bool = False) -> Iterator[Stage]:
    """Yield a stage with the companion API's credential, whose source has *first*."""
    with (
        tempfile.TemporaryDirectory() as directory,
        Stage(Path(directory), steps=0, profile=showing(shows)) as on,
    ):
        on.object_schemas = schema_backend(on)
        assert on.result(planned(on, first)).outcome is Outcome.DONE
        # Who creates a source names no object schema.
        brought_about(on, first)
        yield on


def planned(on: Stage, wanted: Json) -> Plan:
    return on.planned({NAME: wanted}, ALLOWED)


def only(plan: Plan) -> SourcePlan:
    (planned,) = plan.sources
    return planned


def live(on: Stage) -> Document:
    found = on.run(read_live(on.backend(), source(NAME))).document
    assert found is not None
    return found.document


def brought_about(on: Stage, wanted: Json) -> Plan:
    """Plan and apply what is *wanted*, and return the plan.

    What maps a type that was deleted stays, and is not valid until somebody takes it out.
    """
    plan = planned(on, wanted)
    outcome, made = on.result(plan).outcome, only(plan)
    if made.certificate is not None and Premise.MAPPING_STAYS in made.certificate.rests_on:
        assert outcome is Outcome.NOT_CONVERGED
    else:
        assert outcome is (Outcome.DONE if made.sends else Outcome.UNCHANGED)
    return plan


@st.composite
def worked_on(draw: st.DrawFn, edits: tuple[Edit, ...]) -> tuple[Json, Json]:
    """A manifest, which defines the statuses that it names, and what somebody makes of it."""
    first = defining_its_statuses(draw(documents(ids=True, tag=NAME)))
    return first, draw(edited(first, edits=edits, least=1))


def device(name: str, state: str = "State", *, text: str = "", kind: str = "status") -> Json:
    """A manifest with one type, whose second attribute takes no statuses or options."""
    named: Json = {"externalId": "t/0", "name": "Name", "description": "", "type": "text"}
    second = {"externalId": "t/1", "name": state, "description": text, "type": kind}
    object_type = {
        "externalId": "t",
        "name": name,
        "description": "",
        "attributes": [named | {"label": True}, second],
    }
    return {
        "schema": {
            "objectSchema": {"name": "Random", "description": "", "objectTypes": [object_type]},
            "statusSchema": {
                "statuses": [{"name": "Active", "description": "", "category": "active"}]
            },
        },
        "mapping": {"objectTypeMappings": []},
    }


def rule_of(change: Change) -> tuple[str, str]:
    elements = {"add": "+", "remove": "-"}
    return change.kind, change.field or elements[change.action]


@few
@given(manifests=worked_on((*ASKING, *EDITS)), shows=st.booleans())
def test_what_was_applied_is_planned_no_more(manifests: tuple[Json, Json], *, shows: bool) -> None:
    """What is left was announced, and is what neither API can do, or what the remedy tells of."""
    first, wanted = manifests
    with site(first, shows=shows) as on:
        left = only(brought_about(on, wanted)).residual
        announced, then = {c.address for c in left}, only(planned(on, wanted))
        while then.schema_operations:  # what the PATCH made room for, as it was told
            assert {a for each in then.schema_operations for a in each.settles} <= {
                c.address for c in left if NOT_YET in str(c.remedy)
            }
            left = only(brought_about(on, wanted)).residual
            then = only(planned(on, wanted))
    assert (then.schema_operations, then.operation) == ((), None)
    assert {c.address for c in then.residual} <= announced
    for change in then.changes:
        key = rule_of(change)
        assert change.verdict in {Verdict.IMPOSSIBLE, Verdict.ORPHAN}, change
        is_refused = (change.remedy or "").startswith("reconciler cannot")
        is_impossible = CAPABILITIES[key].ability is Ability.NO or change.predicted_code
        assert is_impossible or is_refused, change
        assert key not in SETTLED or is_refused, change


@few
@given(manifests=worked_on((*ASKING, *ASKING, *PATCHED_BACK)), shows=st.booleans())
# Importsource does not show which statuses an attribute takes, as the companion API did.
@example(manifests=(device("A"), device("B", text="other")), shows=False)
# Importsource says that a status has an empty description, the companion API that it has none.
@example(manifests=(device("A"), device("B")), shows=True)
# A PUT repeats that a selection has no options, which it never had.
@example(manifests=(device("A", kind="select"), device("A", "Mode", kind="select")), shows=True)
def test_the_manifest_of_before_gives_the_live_of_before(
    manifests: tuple[Json, Json], *, shows: bool
) -> None:
    """git revert, plan, apply: what the plan says is reversible was nobody's last word."""
    first, wanted = manifests
    with site(first, shows=shows) as on:
        before = live(on)
        plan = only(brought_about(on, wanted))
        if all(each.reversible for each in plan.schema_operations):
            brought_about(on, first | turned_round(wanted))
            assert live(on) == before


def turned_round(manifest: Json) -> Json:
    """What nothing but a statement says: which status has which name."""
    stated = manifest.get("renamedStatuses", {})
    return {"renamedStatuses": {new: old for old, new in stated.items()}}


@few
@given(manifests=worked_on((*ASKING, *ASKING, *EDITS)))
def test_each_call_settles_exactly_what_it_names(manifests: tuple[Json, Json]) -> None:
    first, wanted = manifests
    with site(first, shows=True) as on:
        plan = only(planned(on, wanted))
        known, announced = open_differences(plan), {c.address for c in plan.residual}
        for named in sent_one_by_one(on, plan):
            left = open_differences(only(planned(on, wanted)))
            assert known - left == named
            assert left <= known | announced
            known = left


def open_differences(plan: SourcePlan) -> set[Address]:
    return {c.address for c in plan.changes}


def sent_one_by_one(on: Stage, plan: SourcePlan) -> Iterator[set[Address]]:
    """Send each call of *plan*, and yield what it is to settle."""
    calls = plan.schema_operations
    yield from sent(on, [each for each in calls if each.phase is When.BEFORE])
    if plan.operation is not None:
        on.run(on.backend().submit(source(NAME), plan.operation))
        yield {c.address for c in plan.changes if c.verdict.is_sent}
    yield from sent(on, [each for each in calls if each.phase is When.AFTER])


def sent(on: Stage, calls: list[SchemaOperation]) -> Iterator[set[Address]]:
    for each in calls:
        assert on.object_schemas is not None
        on.run(on.object_schemas.send("w", each))
        yield {*each.settles}


def test_every_way_of_schema_operations_is_tried() -> None:
    """Add a row to `operation_edits` with each way that is planned."""
    assert OPERATION_EDITS.keys() | WITHOUT_EDIT.keys() == WAYS.keys()
    assert not OPERATION_EDITS.keys() & WITHOUT_EDIT.keys()


@pytest.mark.parametrize("way", OPERATION_EDITS, ids=" ".join)
def test_its_edits_ask_for_it(way: Way) -> None:
    kind, element = way
    row = OPERATION_EDITS[way]

    def asks(manifests: tuple[Json, Json]) -> bool:
        first, wanted = manifests
        if first == wanted:
            return False
        with site(first) as on:
            plan = only(planned(on, wanted))
        settles = {rule_of(c) for c in plan.changes if c.verdict is Verdict.SCHEMA_OPERATION}
        return settles >= row.settles and any(
            each.kind is kind and each.object.kind is element for each in plan.schema_operations
        )

    for edit in row.edits:
        find(worked_on((edit,)), asks, settings=some)


some = settings(
    max_examples=100,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
