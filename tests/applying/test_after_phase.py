"""Schema operations after the PATCH: on live as it was read back, each the last if it is not done.

What an operation does is nothing to its phase: here they are renames.
"""

from collections.abc import Callable

import pytest

from reconciler.errors import LeaseLost
from reconciler.outcome.events import Event, ReadingBack, SchemaOperationEnded, Sending
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.planning.plan import Plan
from tests.support.stages.applying import Stage
from tests.support.stages.schema_operations import (
    SERIAL,
    SITE,
    names,
    rename_plan,
    sent,
)

TEXT = "Where it is"
BEFORE, LATER = "rename of attribute 'Serial' (12)", "rename of object type 'Site' (3)"
CODE = {"code": "Short code"}
LAST = "rename of attribute 'Code' (17)"


def all_kinds(on: Stage) -> Plan:
    """Return a plan with one operation before the PATCH, and two after it."""
    return rename_plan(on, text=TEXT, later=("site", "code"), **SERIAL, **SITE, **CODE)


def outcomes(result: SourceResult) -> list[str]:
    """Return what became of the operations, in the order in which they are sent."""
    first, *rest = (str(each.outcome) for each in result.schema_operations)
    return [first, str(result.mapping), *rest]


def test_it_is_sent_after_the_patch_was_read_back(site: Callable[..., Stage]) -> None:
    on = site()
    result = on.result(all_kinds(on))
    assert (result.outcome, result.method) == (Outcome.DONE, "PATCH")
    assert result.message == "3 schema operations and PATCH, read back equal"
    order = [(e.method, e.what) for e in on.events if isinstance(e, Sending)]
    assert order == [("PUT", BEFORE), ("PATCH", None), ("PUT", LATER), ("PUT", LAST)]
    assert {"Place", "Serial number", "Short code"} <= names(on)
    assert on.journal.unfinished("local") is None


def test_without_a_patch_it_is_sent_as_well(site: Callable[..., Stage]) -> None:
    on = site()
    result = on.result(rename_plan(on, later=("site",), **SITE))
    assert (result.outcome, result.method, result.mapping) == (Outcome.DONE, None, None)
    assert result.message == "1 schema operation, read back equal"


# What goes wrong → what happens to the four, and what is said last.
STOPS: dict[str, tuple[str, list[str], str]] = {
    "the PATCH is refused": (
        "patch-mapping:refuse", ["done", "failed", "not-started", "not-started"],
        f"1 of 3 schema operations done; not sent: {LATER}, {LAST}",
    ),
    "the PATCH is lost": (
        "patch-mapping:drop-before", ["done", "unknown", "not-started", "not-started"],
        f"1 of 3 schema operations done; not sent: {LATER}, {LAST}",
    ),
    "the first after it has no effect": (
        "put-object-type:no-effect", ["done", "done", "not-converged", "not-started"],
        f"1 of 3 schema operations done; PATCH done; not sent: {LAST}",
    ),
    "the first after it is refused": (
        "put-object-type:refuse", ["done", "done", "failed", "not-started"],
        f"1 of 3 schema operations done; PATCH done; not sent: {LAST}",
    ),
    "the first after it is lost": (
        "put-object-type:drop-before", ["done", "done", "unknown", "not-started"],
        f"1 of 3 schema operations done; PATCH done; not sent: {LAST}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STOPS)
def test_what_stands_after_something_that_is_not_done_is_not_sent(
    site: Callable[..., Stage], case: str
) -> None:
    fault, became, told = STOPS[case]
    on = site(f"{fault}:1")
    result = on.result(all_kinds(on))
    assert outcomes(result) == became
    stopped = next(each for each in became if each != "done")
    assert result.outcome == stopped
    assert result.message.startswith("PATCH: " if became[1] == stopped else f"{LATER}: ")
    assert result.message.endswith(f"; {told}")
    is_open = on.journal.unfinished("local") is not None
    assert is_open is (stopped == "unknown")


def test_a_new_plan_does_the_rest(site: Callable[..., Stage]) -> None:
    on = site("put-object-type:refuse:1")
    assert on.result(all_kinds(on)).outcome is Outcome.FAILED
    result = on.result(rename_plan(on, text=TEXT, later=("site", "code"), **SITE, **CODE))
    assert (result.outcome, result.method) == (Outcome.DONE, None)
    assert sent(on) == {"put-attribute": 2, "put-object-type": 2, "patch-mapping": 1}


@pytest.mark.parametrize("key", ["code", "device"])
def test_before_each_both_apis_are_read_again(site: Callable[..., Stage], key: str) -> None:
    """It rests on what it requires, and on what the PATCH brought about; on nothing else."""
    on = site()
    plan = all_kinds(on)
    killed_at(on, plan, SchemaOperationEnded)
    other = rename_plan(on, "switches", **{key: "Elsewhere"})
    assert on.result(other).outcome is Outcome.DONE
    result = on.taken_up(plan, "devices")
    is_concerned = key == "code"
    assert result.outcome is (Outcome.STALE if is_concerned else Outcome.DONE)
    if is_concerned:
        assert "has become 'Elsewhere'; nothing was sent; 2 of 3" in result.message


def test_who_lost_its_lease_after_the_patch_says_what_was_done(site: Callable[..., Stage]) -> None:
    on = site()

    def lose(event: object) -> None:
        if isinstance(event, Sending) and event.what == LATER:
            on.on_event.remove(lose)
            on.time.seconds += 3600

    on.on_event.append(lose)
    result = on.result(all_kinds(on))
    assert isinstance(result.error, LeaseLost)
    assert outcomes(result) == ["done", "done", "not-started", "not-started"]
    assert result.message == (
        "the lease of devices was lost; nothing more was sent; "
        f"1 of 3 schema operations done; PATCH done; not sent: {LATER}, {LAST}"
    )


def test_interrupted_between_the_patch_and_what_comes_after_it(site: Callable[..., Stage]) -> None:
    on = site()
    plan, stop = all_kinds(on), on.stop

    def interrupt(event: object) -> None:
        if isinstance(event, Sending) and event.method == "PATCH":
            stop.request()

    on.on_event.append(interrupt)
    report = on.apply(plan)
    on.on_event.remove(interrupt)
    (result,) = report.results
    assert (report.interrupted, result.outcome) == (True, Outcome.NOT_STARTED)
    assert result.message == (
        f"1 of 3 schema operations done; PATCH done; not sent: {LATER}, {LAST}"
    )
    assert on.taken_up(plan, "devices").outcome is Outcome.DONE
    assert sent(on) == {"put-attribute": 2, "put-object-type": 1, "patch-mapping": 1}


def killed_at(on: Stage, plan: Plan, event: type[object], *, what: str = LATER) -> None:
    """Apply *plan* in a process that dies when *event* is told, once *what* was sent."""
    seen: list[object] = []

    def dies(told: Event) -> bool:
        if isinstance(told, Sending):
            seen.append(told.what)
        return isinstance(told, event) and what in seen

    on.killed(plan, dies)


def test_what_was_left_in_flight_is_settled_and_the_rest_goes_on(
    site: Callable[..., Stage],
) -> None:
    on = site()
    plan = all_kinds(on)
    killed_at(on, plan, ReadingBack)
    result = on.taken_up(plan, "devices")
    assert result.outcome is Outcome.DONE
    assert outcomes(result) == ["done"] * 4
    assert sent(on) == {"put-attribute": 2, "put-object-type": 1, "patch-mapping": 1}
