"""Schema operations in a run: sent once, judged by reading back, the first not done is the last."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.applying.context import ApplyOptions
from reconciler.applying.run import apply
from reconciler.applying.stop import Stop
from reconciler.assets.schema_client import AssetsSchemaBackend
from reconciler.errors import LeaseLost, Locked, PlanError, RateLimited, Unauthorized, Unsettled
from reconciler.journal.leases import (
    OBJECT_SCHEMAS,
    Leases,
    this_runner,
    writing_lease,
)
from reconciler.model.source import ConfigStatus
from reconciler.outcome.events import (
    Event,
    ReadingBack,
    Retrying,
    SchemaOperationEnded,
    Sending,
    WaitingForImport,
    WaitingForLock,
)
from reconciler.outcome.records import State
from reconciler.outcome.results import ApplyReport, Outcome, SourceResult
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.plan import Plan
from reconciler.value import replace
from tests.support.stages.applying import Stage
from tests.support.stages.assumed import assuming
from tests.support.stages.schema_operations import (
    SERIAL,
    SITE,
    calls,
    names,
    rename_plan,
    rename_plans,
    schema_backend,
    sent,
)

SWITCH = {"switch": "Bridge"}
RENAMED = "rename of object type 'Site' (3)"


def outcomes(result: SourceResult) -> list[str]:
    return [str(each.outcome) for each in result.schema_operations]


def test_a_rename_is_sent_once_and_read_back(site: Callable[..., Stage]) -> None:
    on = site()
    result = on.result(rename_plan(on, **SITE))
    assert (result.outcome, result.method) == (Outcome.DONE, None)
    assert result.message == "1 schema operation, read back equal"
    assert outcomes(result) == ["done"]
    assert sent(on) == {"put-object-type": 1}
    assert "Place" in names(on)
    assert on.journal.unfinished("local") is None
    record = calls(on)["Site"]
    assert (record.state, record.message) == (State.DONE, "read back through both APIs")
    assert record.before is not None
    assert record.before["name"] == "Site"
    told = [type(event).__name__ for event in on.events]
    assert told == [
        "ApplyStarted", "SourceStarted", "Sending", "ReadingBack", "SchemaOperationEnded",
        "SourceEnded", "ApplyEnded",
    ]  # fmt: skip


# What comes over the first of two renames → how it ends, and how often it was sent.
FAULTS: dict[str, tuple[Outcome, int]] = {
    "no-effect": (Outcome.NOT_CONVERGED, 1),
    "refuse": (Outcome.FAILED, 1),
    "status=401": (Outcome.FAILED, 1),
    "status=403": (Outcome.FAILED, 1),
    "status=404": (Outcome.FAILED, 1),
    "429=1": (Outcome.FAILED, 5),
    "500": (Outcome.UNKNOWN, 1),
    "503": (Outcome.UNKNOWN, 1),
    "html": (Outcome.UNKNOWN, 1),
    "drop-before": (Outcome.UNKNOWN, 1),
    "504": (Outcome.DONE, 1),
    "drop-after": (Outcome.DONE, 1),
    "truncated": (Outcome.DONE, 1),
    "late=12": (Outcome.DONE, 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_after_the_first_that_is_not_done_nothing_is_sent(
    site: Callable[..., Stage], fault: str
) -> None:
    on = site(f"put-object-type:{fault}")
    outcome, times = FAULTS[fault]
    result = on.result(rename_plan(on, text="Where it is", **SITE, **SERIAL))
    is_done = outcome is Outcome.DONE
    assert result.outcome is outcome
    assert outcomes(result) == [str(outcome), "done" if is_done else "not-started"]
    follows = {"put-attribute": 1, "patch-mapping": 1} if is_done else {}
    assert sent(on) == {"put-object-type": times} | follows
    assert ("Place" in names(on)) is is_done
    if not is_done:
        assert result.message.startswith(f"{RENAMED}: ")
        assert result.message.endswith("; not sent: rename of attribute 'Serial' (12), PATCH")
        assert result.attempts == times
    is_open = on.journal.unfinished("local") is not None
    assert is_open is (outcome is Outcome.UNKNOWN)


def test_an_external_id_that_does_not_survive_is_a_failure(site: Callable[..., Stage]) -> None:
    on = site(profile=assuming("external-id-after-rename=new"))
    result = on.result(rename_plan(on, text="Where it is", **SITE))
    assert result.outcome is Outcome.NOT_CONVERGED
    assert "the external id 'site' did not survive" in result.message
    assert sent(on) == {"put-object-type": 1}


def test_a_429_is_waited_for_and_looked_at_before_it_is_sent_again(
    site: Callable[..., Stage],
) -> None:
    on = site("put-object-type:429=7:1")
    result = on.result(rename_plan(on, **SITE))
    assert result.outcome is Outcome.DONE
    assert sent(on) == {"put-object-type": 2}
    assert [e.seconds for e in on.events if isinstance(e, Retrying)] == [7.0]
    assert on.time.seconds >= 7.0


class Overtaken(AssetsSchemaBackend):
    """The backend, where somebody else does what was refused, in that very moment."""

    async def send(self, workspace_id: str, operation: SchemaOperation, **how: Any) -> int:
        try:
            return await super().send(workspace_id, operation, **how)
        except RateLimited:
            assert await super().send(workspace_id, operation) == 200
            raise


@pytest.mark.parametrize("asked", [1, 700])
def test_what_is_done_after_a_429_is_seen_before_anything_is_said_of_it(
    site: Callable[..., Stage], asked: int
) -> None:
    on = site(f"put-object-type:429={asked}:1")
    plan = rename_plan(on, text="Where it is", **SITE)
    assert on.object_schemas is not None
    on.object_schemas.__class__ = Overtaken
    assert on.result(plan).outcome is Outcome.DONE
    assert calls(on)["Site"].message == "answered 429, and yet done: read back through both APIs"
    assert sent(on) == {"put-object-type": 2, "patch-mapping": 1}


def test_what_is_done_while_a_429_is_waited_for_is_not_sent_again(
    site: Callable[..., Stage],
) -> None:
    on = site("put-object-type:429=7:1")
    plan = rename_plan(on, **SITE)

    def overtake(event: object) -> None:
        if isinstance(event, Retrying):
            on.on_event.remove(overtake)
            (call,) = plan.sources[0].schema_operations
            other = asyncio.get_running_loop().create_task(schema_backend(on).send("w", call))
            others.append(other)

    others: list[asyncio.Task[int]] = []
    on.on_event.append(overtake)
    assert on.result(plan).outcome is Outcome.DONE
    assert [other.result() for other in others] == [200]
    assert sent(on) == {"put-object-type": 2}, "the one refused, and the other's"


def test_a_429_is_not_waited_for_beyond_the_deadline(site: Callable[..., Stage]) -> None:
    on = site("put-object-type:429=700")
    result = on.result(rename_plan(on, **SITE))
    assert result.outcome is Outcome.FAILED
    assert isinstance(result.error, RateLimited)
    assert sent(on) == {"put-object-type": 1}


def test_an_element_that_moved_makes_the_plan_stale(site: Callable[..., Stage]) -> None:
    on = site()
    plan = rename_plan(on, text="Where it is", **SITE, **SERIAL)
    assert on.result(rename_plan(on, site="Elsewhere")).outcome is Outcome.DONE
    result = on.result(plan)
    assert result.outcome is Outcome.STALE
    assert "object type 'Site' (3) has become 'Elsewhere'; nothing was sent" in result.message
    assert outcomes(result) == ["stale", "not-started"]
    assert sent(on) == {"put-object-type": 1}
    assert on.journal.unfinished("local") is None


def test_a_plan_is_applied_once(site: Callable[..., Stage]) -> None:
    on = site()
    plan = rename_plan(on, text="Where it is", **SITE)
    assert on.result(plan).outcome is Outcome.DONE
    result = on.result(plan)
    assert result.outcome is Outcome.STALE
    assert sent(on) == {"put-object-type": 1, "patch-mapping": 1}


def test_live_that_changed_in_what_the_patch_changes_makes_it_stale(
    site: Callable[..., Stage],
) -> None:
    on = site()
    plan = rename_plan(on, text="Where it is", **SITE)
    assert on.result(rename_plan(on, text="By hand")).outcome is Outcome.DONE
    result = on.result(plan)
    assert result.outcome is Outcome.STALE
    assert sent(on) == {"patch-mapping": 1}


def test_live_that_changed_in_what_the_source_names_makes_a_rename_stale(
    site: Callable[..., Stage],
) -> None:
    on = site()
    plan = rename_plan(on, "switches", switch="Bridge")
    other = rename_plan(on, ports="Port count")
    assert on.result(other).outcome is Outcome.DONE
    assert on.result(plan).outcome is Outcome.STALE
    again = rename_plan(on, "switches", switch="Bridge")
    assert on.result(again).outcome is Outcome.DONE


def test_an_import_of_any_source_of_the_object_schema_is_waited_for(
    site: Callable[..., Stage],
) -> None:
    on = site()
    plan = rename_plans(on, {"devices": SITE, "switches": {}})
    on.force_status("switches", ConfigStatus.RUNNING)
    waited = []

    def end(event: object) -> None:
        if isinstance(event, WaitingForImport):
            waited.append(event.source)
            on.force_status_soon("switches", None)

    on.on_event.append(end)
    assert on.apply(plan).results[0].outcome is Outcome.DONE
    assert set(waited) == {"switches"}
    assert sent(on) == {"put-object-type": 1}


def test_sources_of_one_object_schema_write_one_after_the_other(
    site: Callable[..., Stage],
) -> None:
    on = site()
    plan = rename_plans(on, {"devices": SITE, "switches": SWITCH})
    report = on.apply(plan)
    told = [
        (type(e).__name__, e.source)
        for e in on.events
        if isinstance(e, (Sending, SchemaOperationEnded))
    ]
    assert [source for _, source in told] == ["devices"] * 2 + ["switches"] * 2
    assert [r.outcome for r in report.results] == [Outcome.DONE, Outcome.DONE]


def test_a_401_ends_the_companion_part_of_the_run(site: Callable[..., Stage]) -> None:
    on = site("put-object-type:status=401")
    report = on.apply(rename_plans(on, {"devices": SITE, "switches": SWITCH}))
    assert [r.outcome for r in report.results] == [Outcome.FAILED, Outcome.FAILED]
    assert sent(on) == {"put-object-type": 1}
    for result in report.results:
        assert isinstance(result.error, Unauthorized)
        assert "(schemaAuth) was answered 401" in result.message


def test_without_a_credential_nothing_is_sent_at_all(site: Callable[..., Stage]) -> None:
    on = site()
    plan = rename_plan(on, text="Where it is", **SITE)
    on.object_schemas = None
    with pytest.raises(PlanError, match="no credential for them"):
        on.apply(plan)
    assert sent(on) == {}
    assert on.journal.runs() == ()


def test_one_runner_writes_to_an_object_schema_whatever_its_environment(
    site: Callable[..., Stage],
) -> None:
    on = site()
    plan = rename_plan(on, **SITE)
    elsewhere = Leases(
        on.journal.store,
        environment=OBJECT_SCHEMAS,
        runner=this_runner("ann"),
        is_running=lambda _: True,
    )
    assert elsewhere.take(writing_lease("w", "1")) is None
    patch = rename_plan(on, "switches", text="Where it is")
    for each, options in ((plan, {}), (patch, {"one_writer": True})):
        result = on.result(each, lock_timeout=3.0, **options)
        assert isinstance(result.error, Locked)
        assert "object schema 1 of workspace w is locked by ann" in result.message
    assert sent(on) == {}
    told = {e.source for e in on.events if isinstance(e, WaitingForLock)}
    assert told == {"devices", "switches"}
    assert on.result(patch).outcome is Outcome.DONE, "who has no schemaAuth waits for nobody"


@pytest.mark.parametrize("environment", ["local", OBJECT_SCHEMAS])
def test_who_lost_either_lease_after_the_intent_sends_nothing(
    site: Callable[..., Stage], environment: str
) -> None:
    """The call is held back by the limit of the API until the leases are renewed."""
    on = site("put-object-type:429=12:1")
    plan = rename_plan(on, text="Where it is", **SITE)

    def lose(event: object) -> None:
        if isinstance(event, Sending):
            on.on_event.remove(lose)
            runner = this_runner("somebody else")
            leases = Leases(on.journal.store, environment=environment, runner=runner)
            (holder,) = leases.holders()
            assert leases.break_lease(holder)

    on.on_event.append(lose)
    result = on.result(plan)
    assert (result.outcome, outcomes(result)) == (Outcome.FAILED, ["not-started"])
    assert isinstance(result.error, LeaseLost)
    assert sent(on) == {"put-object-type": 1}, "the one that was refused"
    assert on.taken_up(plan, "devices").outcome is Outcome.DONE
    assert sent(on) == {"put-object-type": 2, "patch-mapping": 1}


def test_nothing_is_sent_beside_what_may_still_act_on_the_object_schema(
    site: Callable[..., Stage],
) -> None:
    """Neither a schema operation nor a PATCH, of whatever source; in the same run as well."""
    on = site("put-object-type:drop-before:1")
    others = [
        rename_plan(on, "switches", **SWITCH),
        rename_plan(on, text="Where it is"),
        rename_plan(on, "switches", text="Where it is"),
    ]
    (patch,) = others[-1].sources
    alone = rename_plan(on, **SITE)
    first, second = on.apply(replace(alone, sources=(*alone.sources, patch))).results
    assert (first.outcome, second.outcome) == (Outcome.UNKNOWN, Outcome.FAILED)
    for result in (second, *(on.result(plan) for plan in others)):
        assert isinstance(result.error, Unsettled)
        assert "what was sent to its object schema at " in result.message
        assert str(result.error.hint).endswith("reconciler apply --resume")
    assert sent(on) == {"put-object-type": 1}


def test_no_schema_operation_is_sent_beside_a_patch_that_may_still_act(
    site: Callable[..., Stage],
) -> None:
    on = site("patch-mapping:drop-before:1")
    assert on.result(rename_plan(on, text="Where it is")).outcome is Outcome.UNKNOWN
    for name, wanted, to in (
        ("switches", SWITCH, "its object schema"),
        ("devices", SITE, "the source"),
    ):
        result = on.result(rename_plan(on, name, **wanted))
        assert isinstance(result.error, Unsettled)
        assert f"what was sent to {to} at " in result.message
    assert sent(on) == {"patch-mapping": 1}
    # Another source's PATCH is none of its business, as it ever was.
    assert on.result(rename_plan(on, "switches", text="Theirs")).outcome is Outcome.DONE


def test_two_runners_on_sources_of_one_object_schema_wait_for_each_other(
    site: Callable[..., Stage],
) -> None:
    """The second is started while the first one's call is held back by a 429, and finds it done."""
    on = site("put-object-type:429=5:1")
    both = rename_plans(on, {"devices": SITE, "switches": SWITCH})
    first, second = (replace(both, sources=(each,)) for each in both.sources)
    told: list[tuple[str, str]] = []

    async def run() -> tuple[ApplyReport, ApplyReport]:
        started = asyncio.Event()

        def emit(event: Event) -> None:
            if isinstance(event, Sending | SchemaOperationEnded | WaitingForLock):
                told.append((event.source, type(event).__name__))
            if isinstance(event, Sending):
                started.set()

        async def other() -> ApplyReport:
            await started.wait()
            ports = replace(on.ports(emit), runner=this_runner("ann"), stop=Stop())
            return await apply(second, ports, options=ApplyOptions())

        return await asyncio.gather(apply(first, on.ports(emit), options=ApplyOptions()), other())

    reports = on.run(run())
    assert [r.outcome for report in reports for r in report.results] == [Outcome.DONE] * 2
    assert told[:2] == [("devices", "Sending"), ("switches", "WaitingForLock")]
    written = [source for source, what in told if what != "WaitingForLock"]
    assert written == ["devices"] * 2 + ["switches"] * 2
    assert sent(on) == {"put-object-type": 3}
    assert {"Place", "Bridge"} <= names(on)


def test_an_interrupted_source_is_left_half_done_and_taken_up(
    site: Callable[..., Stage],
) -> None:
    on = site()
    plan = rename_plan(on, text="Where it is", **SITE, **SERIAL)
    stop = on.stop

    def interrupt(event: object) -> None:
        if isinstance(event, SchemaOperationEnded):
            stop.request()

    on.on_event.append(interrupt)
    report = on.apply(plan)
    on.on_event.remove(interrupt)
    (result,) = report.results
    assert (report.interrupted, result.outcome) == (True, Outcome.NOT_STARTED)
    assert outcomes(result) == ["done", "not-started"]
    assert result.message == (
        "1 of 2 schema operations done; not sent: rename of attribute 'Serial' (12), PATCH"
    )
    assert sent(on) == {"put-object-type": 1}
    assert on.taken_up(plan, "devices").outcome is Outcome.DONE
    assert sent(on) == {"put-object-type": 1, "put-attribute": 1, "patch-mapping": 1}


def killed_at(on: Stage, event: type[object], *, text: str = "") -> Plan:
    """Rename in a process that dies when *event* is told; return its plan."""
    plan = rename_plan(on, text=text, **SITE)
    on.killed(plan, lambda told: isinstance(told, event))
    return plan


def test_resumed_before_the_longest_operation_is_over_it_stays_unknown(
    site: Callable[..., Stage],
) -> None:
    on = site()
    plan = killed_at(on, Sending)
    for _ in range(2):
        result = on.taken_up(plan, "devices")
        assert result.outcome is Outcome.UNKNOWN
        assert "`reconciler apply --resume` can settle it from" in result.message
        assert calls(on)["Site"].state is State.SENDING
    assert sent(on) == {}


def test_resumed_after_it_the_old_name_proves_that_it_had_no_effect(
    site: Callable[..., Stage],
) -> None:
    on = site()
    plan = killed_at(on, Sending, text="Where it is")
    on.time.seconds += 905
    result = on.taken_up(plan, "devices")
    assert result.outcome is Outcome.FAILED
    assert "it had no effect: nothing was changed" in result.message
    assert result.message.endswith("; not sent: PATCH")
    assert sent(on) == {}, "it is for a new plan to send it again"
    assert on.journal.unfinished("local") is None
    assert on.result(rename_plan(on, text="Where it is", **SITE)).outcome is Outcome.DONE
    assert sent(on) == {"put-object-type": 1, "patch-mapping": 1}


def test_what_was_done_is_settled_and_the_patch_goes_on(site: Callable[..., Stage]) -> None:
    on = site()
    plan = killed_at(on, ReadingBack, text="Where it is")
    assert sent(on) == {"put-object-type": 1}
    result = on.taken_up(plan, "devices")
    assert (result.outcome, result.method) == (Outcome.DONE, "PATCH")
    assert outcomes(result) == ["done"]
    assert sent(on) == {"put-object-type": 1, "patch-mapping": 1}


def test_another_name_is_neither(site: Callable[..., Stage]) -> None:
    on = site()
    plan = killed_at(on, Sending)
    on.time.seconds += 905
    (planned,) = rename_plan(on, site="Elsewhere").sources
    assert on.run(schema_backend(on).send("w", planned.schema_operations[0])) == 200
    result = on.taken_up(plan, "devices")
    assert result.outcome is Outcome.STALE
    assert "neither as it was nor as planned" in result.message
