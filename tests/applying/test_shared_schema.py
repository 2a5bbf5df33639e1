"""Sources of one object schema: applied one after the other, and none drifts for another's sake."""

import copy
import io
import itertools
import json
from typing import Any

import pytest

from reconciler.applying.refresh import refresh
from reconciler.assets.client import AssetsBackend
from reconciler.errors import PlanError
from reconciler.model.source import EXTERNAL, ConfigStatus, Description, SourceRef
from reconciler.outcome.events import Sending
from reconciler.outcome.results import Outcome
from reconciler.outcome.source_status import SourceStatus
from reconciler.planning.plan import Action, Plan
from reconciler.planning.verification import open_plan
from reconciler.render.journal import write_status
from reconciler.render.plan.json import plan_json
from reconciler.render.plan.text import plan_lines
from reconciler.render.terminal import Screen, plain
from tests.support.documents.site_document import (
    add_attribute,
    document,
    drop_type,
    map_attribute,
    map_type,
    mapping,
    set_type,
    types,
    without_ids,
)
from tests.support.stages.applying import Stage, Staging, source
from tests.support.stages.assumed import assuming, showing
from tests.support.stages.emulator_site import tagged
from tests.support.strategies.documents import image

# "os" is a root type of all three, and the reference of "file" to it is one of "disks" alone.
DOCUMENTS: dict[str, Any] = {
    "disks": document(),
    "systems": document(
        drop_type("file"),
        drop_type("drive"),
        map_type("os", "Operating System"),
        map_attribute("os", "os-name", "Name", "name"),
    ),
    "things": tagged("thing"),
}


def sharing(stage: Staging, **options: Any) -> Stage:
    on = stage(**options)
    for name in DOCUMENTS:
        on.ask("PUT", f"/emulator/workspace/w/sources/{name}", {"objectSchema": "CMDB"})
    return on


def actions(plan: Plan) -> dict[str, Action]:
    return {s.source: s.action for s in plan.sources}


@pytest.mark.parametrize("order", [*itertools.permutations(DOCUMENTS)], ids=" ".join)
def test_apply_all_and_then_nothing_is_left_for_all_and_for_each(
    stage: Staging, order: tuple[str, ...]
) -> None:
    on = sharing(stage)
    plan = on.plan(**{name: DOCUMENTS[name] for name in order})
    report = on.apply(plan)
    assert {r.outcome for r in report.results} == {Outcome.DONE}
    sent = [event.source for event in on.events if isinstance(event, Sending)]
    assert sent == sorted(sent), "in the plan's order"
    assert {*actions(on.plan(**DOCUMENTS)).values()} == {Action.NO_OP}
    on.beside = DOCUMENTS
    for name in order:
        (alone,) = on.plan(**{name: DOCUMENTS[name]}).sources
        assert alone.action is Action.NO_OP


def test_orphans_are_told_once_and_may_be_a_sources_that_was_not_looked_at(stage: Staging) -> None:
    on = sharing(stage)
    on.apply(on.plan(**DOCUMENTS))
    edited = {**DOCUMENTS, "disks": document(drop_type("file"))}
    plan = on.plan(**edited)
    orphans = [c for s in plan.sources for c in s.changes if c.verdict == "orphan"]
    assert {c.address.source for c in orphans} == {"disks"}
    assert not [d for d in plan.diagnostics if d.code == "not-looked-at"]
    on.beside = edited
    by_hand = tagged("other")
    types(by_hand)["other"]["name"] = "Other"
    on.ask("POST", "/emulator/workspace/w/object-schemas/CMDB/types", by_hand)
    for name in DOCUMENTS:
        alone = on.plan(**{name: edited[name]})
        (told,) = [d.text for d in alone.diagnostics if d.code == "not-looked-at"]
        others = ", ".join(f'"{n}"' for n in sorted(DOCUMENTS.keys() - {name}))
        assert told.endswith(f"not looked at: {others}")


def test_manifests_without_ids_know_each_other_by_name_paths(stage: Staging) -> None:
    on = sharing(stage)
    on.beside = {
        "disks": document(without_ids),
        "things": json.loads(json.dumps(DOCUMENTS["things"]), object_hook=_without_ids),
    }
    plan = on.plan(**on.beside)
    assert not [c for s in plan.sources for c in s.changes if c.verdict == "orphan"]
    assert {r.outcome for r in on.apply(plan).results} == {Outcome.DONE}
    for name, manifest in on.beside.items():
        (alone,) = on.plan(**{name: manifest}).sources
        assert (alone.action, alone.changes) == (Action.NO_OP, ())


def _without_ids(value: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in value.items() if not k.lower().endswith("externalid")}


def test_what_a_neighbour_does_is_no_change_of_ones_own(stage: Staging) -> None:
    on = sharing(stage)
    on.apply(on.plan(**DOCUMENTS))
    wider = copy.deepcopy(DOCUMENTS)
    add_attribute("os", "os-vendor", "Vendor")(wider["disks"])
    set_type("thing", description="Theirs")(wider["things"])
    plan = on.plan(**wider)
    assert actions(plan) == {"disks": "update", "systems": "no-op", "things": "update"}
    digests = {s.source: s.live_digest for s in plan.sources}
    on.apply(on.plan(disks=wider["disks"]))
    moved = {s.source: s.live_digest != digests[s.source] for s in on.plan(**wider).sources}
    assert moved == {"disks": True, "systems": False, "things": False}
    plan = on.plan(**wider)
    assert [str(c.address) for s in plan.sources for c in s.changes] == [
        "things/objectTypes[thing]/description"
    ]
    assert {r.outcome for r in on.apply(plan).results} == {Outcome.DONE, Outcome.UNCHANGED}
    assert {*actions(on.plan(**wider)).values()} == {Action.NO_OP}


def test_what_is_a_neighbours_was_not_renamed_to_ones_own(stage: Staging) -> None:
    on = sharing(stage)
    wider: dict[str, Any] = {
        "disks": document(add_attribute("os", "os-vendor", "Vendor")),
        "systems": tagged("thong"),
        "things": tagged("thing"),
    }
    types(wider["things"])["thing"]["name"] = "Things"
    assert "probable-rename" not in codes(on.plan(**wider)), "what the plan itself makes before"
    on.beside = wider
    on.apply(on.plan(disks=wider["disks"], systems=wider["systems"]))
    assert "probable-rename" not in codes(on.plan(things=wider["things"]))
    shares_os = copy.deepcopy(DOCUMENTS["systems"])
    add_attribute("os", "os-vendors", "Vendors")(shares_os)
    on.beside = {**wider, "systems": shares_os}
    assert "probable-rename" not in codes(on.plan(systems=shares_os))


def codes(plan: Plan) -> set[str]:
    return {d.code for d in plan.diagnostics}


def test_a_source_whose_neighbour_failed_is_stale_or_sends_what_it_planned(stage: Staging) -> None:
    on = sharing(stage)
    plan = on.plan(**DOCUMENTS)
    on.add_faults("put-mapping:refuse:1")
    outcomes = {r.source: r.outcome for r in on.apply(plan).results}
    assert outcomes["disks"] is Outcome.FAILED
    assert outcomes["systems"] is Outcome.STALE, "it was planned for what disks would leave"
    on.apply(on.plan(**DOCUMENTS))
    assert {*actions(on.plan(**DOCUMENTS)).values()} == {Action.NO_OP}


class Describing(AssetsBackend):
    """The backend, in which Assets says of each source what it is."""

    async def describe(self, source: SourceRef) -> Description:
        return Description(
            name="Laptops" if source.name == "things" else "Ein CSV", object_schema="5",
            module=EXTERNAL if source.name == "things" else "rlabs-import-type-csv",
        )  # fmt: skip


def test_assets_names_a_source_and_its_object_schema_and_refuses_another_kind(
    stage: Staging,
) -> None:
    on = stage()
    on.kept = on.backend()
    on.kept.__class__ = Describing
    text = "\n".join(map(plain, plan_lines(on.plan(things=DOCUMENTS["things"]))))
    assert "import source things (Laptops), object schema 5" in text
    stream = io.StringIO()
    status = SourceStatus(
        source="things", config_status=ConfigStatus.IDLE, last_apply=None, last_execution=None,
        description=on.run(on.kept.describe(source("things"))),
    )  # fmt: skip
    write_status([status], Screen(stream=stream))
    assert stream.getvalue().split()[-3:] == ["Laptops", "5", EXTERNAL]
    found = on.run(refresh(on.kept, [source("disks")], parallelism=1))["disks"].live
    assert isinstance(found, PlanError)
    assert str(found) == (
        'the import source "Ein CSV" is of kind "rlabs-import-type-csv": '
        "schema and mapping can be sent to external imports only"
    )


@pytest.mark.parametrize("resets", [False, True])
def test_settings_in_the_ui_are_a_risk_and_their_loss_is_no_convergence(
    stage: Staging, *, resets: bool
) -> None:
    on = sharing(stage, profile=assuming(*["settings-reset=reset"] * resets))
    on.apply(on.plan(**DOCUMENTS))
    where = "/emulator/workspace/w/sources/disks/settings/"
    on.ask("PUT", where + "drive", {"emptyValues": "REMOVE", "selectorQlQuery": "a = b"})
    on.ask("PUT", where + "file", {"emptyValues": "REMOVE"})
    edited = copy.deepcopy(DOCUMENTS)
    mapping(edited["disks"], "drive").update(description="Ours", selector="others")
    edited["things"] = tagged("thing")
    plan = open_plan(json.loads(plan_json(on.plan(**edited))))
    changes = {c.field: c for s in plan.sources for c in s.changes}
    names = ("emptyValues", "selectorQlQuery")
    assert {c.settings for c in changes.values()} == {names}
    assert {f: c.risk_code for f, c in changes.items()} == {
        "description": "ui-settings-may-reset",
        "selector": "selector-changed",
    }
    for change in changes.values():
        assert (change.risk_text or "").endswith(
            "no API restores it (emptyValues, selectorQlQuery)"
        )
    result = next(r for r in on.apply(plan).results if r.source == "disks")
    assert result.outcome is (Outcome.NOT_CONVERGED if resets else Outcome.DONE)
    lost = 'emptyValues, selectorQlQuery of "Hard Drive"'
    assert (lost in result.message) is resets


def test_types_made_by_hand_are_adopted_by_a_manifest_without_ids(stage: Staging) -> None:
    """And what one source has adopted, the other finds."""
    on = sharing(stage, answers="observed")
    on.ask("POST", "/emulator/workspace/w/object-schemas/CMDB/types", document(without_ids))
    by_ids = on.plan(disks=DOCUMENTS["disks"])
    (blocked,) = by_ids.sources
    assert blocked.action is Action.BLOCKED
    assert "EXTERNAL_ID_MISMATCH" in {c.predicted_code for c in blocked.changes}
    plan = on.plan(disks=document(without_ids), things=DOCUMENTS["things"])
    for planned in plan.sources:
        assert planned.certificate is not None
        assert planned.certificate.rests_on == ("put-taken-beside-types",)
        assert planned.convergence == "proved"
    assert {c.kind for c in plan.sources[0].changes} == {"mapping"}
    assert {r.outcome for r in on.apply(plan).results} == {Outcome.DONE}
    assert on.writes() == {"put": 2}


def test_two_that_define_one_type_differently_do_not_overwrite_each_other(stage: Staging) -> None:
    on = sharing(stage)
    theirs = copy.deepcopy(DOCUMENTS)
    set_type("os", description="Theirs")(theirs["systems"])
    plan = on.plan(**theirs)
    assert actions(plan) == {"disks": "create", "systems": "blocked", "things": "create"}
    assert plan.sources[1].reason.code == "conflicting_definitions"
    assert open_plan(json.loads(plan_json(plan))) == plan
    on.apply(plan)
    # It lives as "disks" has it: now "systems" alone would send it, and "disks" next time.
    assert actions(on.plan(**theirs)) == {"disks": "no-op", "systems": "create", "things": "no-op"}


def carrying(made: Any, *, icon: str = "Disk", category: str = "active", key: str = "disk") -> Any:
    """Return the document with what live may hide: an icon, a status, and a type's icon."""
    made = copy.deepcopy(made)
    icons = [{"key": k, "name": icon, "png48": image(1)} for k in ("disk", "rack")]
    statuses = [{"name": "Active", "description": "", "category": category}]
    made["schema"] |= {"iconSchema": {"icons": icons}, "statusSchema": {"statuses": statuses}}
    for object_type in types(made).values():
        object_type["iconKey"] = key
    return made


# What the second manifest defines differently → what is said of it, None where it is sent.
HIDDEN: dict[str, tuple[dict[str, str], str | None]] = {
    "nothing": ({}, None),
    "an icon": ({"icon": "Theirs"}, "the icon disk"),
    "a status": ({"category": "pending"}, "the status Active"),
    "the icon of a type": ({"key": "rack"}, "iconKey of os"),
}


@pytest.mark.parametrize("shows", [False, True])
@pytest.mark.parametrize("case", HIDDEN)
def test_what_live_may_hide_is_sent_by_each_for_itself_if_it_is_equal(
    case: str, *, shows: bool, stage: Staging
) -> None:
    differing, said = HIDDEN[case]
    on = sharing(stage, profile=showing(shows))
    ours, theirs = carrying(DOCUMENTS["disks"]), carrying(DOCUMENTS["systems"], **differing)
    plan = on.plan(disks=ours, systems=theirs)
    assert open_plan(json.loads(plan_json(plan))) == plan
    second = plan.sources[1]
    assert second.action is (Action.BLOCKED if said else Action.CREATE)
    if said:
        expected = f"disks defines {said} differently, and both would send it"
        assert second.reason.text == expected
    outcomes = [r.outcome for r in on.apply(plan).results]
    assert outcomes == [Outcome.DONE, Outcome.BLOCKED if said else Outcome.DONE]
    on.beside = {"disks": ours, "systems": theirs}
    (first,) = on.plan(disks=ours).sources
    assert first.action is Action.NO_OP, "nobody overwrote it"


@pytest.mark.parametrize(("icon", "outcome"), [("Disk", Outcome.DONE), ("Theirs", Outcome.STALE)])
def test_an_icon_that_shows_since_is_overwritten_by_an_equal_one_alone(
    icon: str, outcome: Outcome, stage: Staging
) -> None:
    on = sharing(stage, profile=showing())
    plan = on.plan(disks=carrying(DOCUMENTS["disks"]))
    on.apply(on.plan(things=carrying(DOCUMENTS["things"], icon=icon)))
    (result,) = on.apply(plan).results
    assert result.outcome is outcome
