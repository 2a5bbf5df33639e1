"""How a run ends for one source, whatever the API does (design.md#unknown-outcomes)."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.errors import (
    ForeignOrigin,
    MappingExists,
    NotFound,
    OperationFailed,
    PlanError,
    Rejected,
    StalePlan,
    TimedOut,
    Unavailable,
    UnreadableAnswer,
)
from reconciler.model.canonical import digest
from reconciler.model.source import ConfigStatus
from reconciler.outcome.events import ReadingBack, Sending, WaitingForImport
from reconciler.outcome.records import State
from reconciler.outcome.results import Ending, Outcome, SourceResult
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.operation.staleness import Relevance
from reconciler.planning.plan import Plan
from reconciler.planning.verdict.refusal_remedy import refusal_remedy
from reconciler.semantics.response import Code
from reconciler.value import replace
from tests.support.documents.site_document import (
    Json,
    add_attribute,
    document,
    set_attribute,
    set_type,
)
from tests.support.matrix import pairs
from tests.support.stages.applying import Stage, Staging
from tests.support.stages.assumed import assuming, undocumented

BEFORE = document()
AFTER = document(set_type("drive", description="A disk"))
UNREADABLE = "get-schema-and-mapping:html"
ICON = {"key": "disk", "name": "Disk", "png48": "iVBORw0KGgo="}


def create(stage: Stage, **options: Any) -> SourceResult:
    return stage.result(stage.plan(a=BEFORE), **options)


def update(stage: Stage, **options: Any) -> SourceResult:
    stage.behind_our_back(a=BEFORE)
    return stage.result(stage.plan(a=AFTER), **options)


def lagging_update(stage: Stage, **options: Any) -> SourceResult:
    """Live lags only once the change was sent: it was right when it was planned."""
    stage.on_event.append(
        lambda event: (
            stage.add_faults("get-schema-and-mapping:lags=4")
            if isinstance(event, ReadingBack)
            else None
        )
    )
    return update(stage, **options)


def unread_update(stage: Stage, **options: Any) -> SourceResult:
    """Live cannot be read once, after the change was sent."""
    fault = "get-schema-and-mapping:500:1"
    stage.on_event.append(lambda e: stage.add_faults(fault) if isinstance(e, Sending) else None)
    return update(stage, **options)


# A PUT at 03:04:05, and the 900 s that an operation takes at most.
RESUME = (
    "what became of it is not known: `reconciler apply --resume` can settle it from "
    "2026-01-02 03:19:05 UTC"
)
AT_ONCE = {"profile": assuming("async-answer=204")}
NOT_FOLLOWED = {"profile": assuming("async-answer=202")}
# The sentence → how the run is made, faults, the emulator's options,
#                the outcome, what the journal says, what the message holds, the error.
CASES: dict[str, tuple[Any, ...]] = {
    "a create that goes well": (
        create, (), {}, Outcome.DONE, State.DONE, "read back equal", None),
    "an update that goes well": (
        update, (), {}, Outcome.DONE, State.DONE, "read back equal", None),
    "an update answered 204": (
        update, (), AT_ONCE, Outcome.DONE, State.DONE, "read back equal", None),
    "a Location that is a path": (
        update, (), {"location": "path"}, Outcome.DONE, State.DONE, "read back equal", None),
    "a 202 without Location is read back until it shows": (
        create, (), {**NOT_FOLLOWED, "steps": 0, "duration": 60}, Outcome.DONE, State.DONE,
        "read back equal", None),
    "a 202 without Location that never shows is unknown": (
        create, (), {**NOT_FOLLOWED, "steps": 10_000}, Outcome.UNKNOWN, State.UNKNOWN,
        ("had not ended after 600 s; the server may still be processing it; nothing has changed "
        f"so far; {RESUME}"), TimedOut),
    "a refused body": (
        create, ("put-mapping:refuse=EXTERNAL_ID_MISMATCH",), {}, Outcome.FAILED, State.FAILED,
        "EXTERNAL_ID_MISMATCH; nothing was changed", Rejected),
    "a body that is refused in progress": (
        create, ("get-progress:fails",), {"steps": 5}, Outcome.FAILED, State.FAILED,
        "failure: The operation failed (a fault of the emulator); nothing was changed",
        OperationFailed),
    "a 500 is no proof": (
        create, ("put-mapping:500",), {}, Outcome.UNKNOWN, State.UNKNOWN,
        f"was answered 500 Internal Server Error; nothing has changed so far; {RESUME}",
        Unavailable),
    "a 503 is no proof": (
        update, ("patch-mapping:503:1",), {}, Outcome.UNKNOWN, State.UNKNOWN,
        "was answered 503 Service Unavailable; nothing has changed so far",
        Unavailable),
    "a 408 may be older than the request": (
        create, ("put-mapping:status=408",), {}, Outcome.UNKNOWN, State.UNKNOWN,
        "was answered 408 Request Timeout; nothing has changed so far", Unavailable),
    "a 425 is a refusal": (
        create, ("put-mapping:status=425",), {}, Outcome.FAILED, State.FAILED,
        "425 Too Early); nothing was changed", Rejected),
    "a cut before acting looks like any other": (
        update, ("patch-mapping:drop-before",), {}, Outcome.UNKNOWN, State.UNKNOWN,
        "nothing has changed so far", Unavailable),
    "a cut after the server took what it is long at": (
        update, ("patch-mapping:drop-after",), {"steps": 0, "duration": 12}, Outcome.UNKNOWN,
        State.UNKNOWN, "nothing has changed so far", Unavailable),
    "an answer that takes 12 s": (
        create, ("put-mapping:late=12",), {}, Outcome.DONE, State.DONE, "read back equal", None),
    "a GET that lags behind what was created": (
        create, ("get-configstatus:lags=4", "get-schema-and-mapping:lags=5"), {}, Outcome.DONE,
        State.DONE, "read back equal", None),
    "a GET that lags behind what was changed": (
        lagging_update, (), {}, Outcome.DONE, State.DONE, "read back equal", None),
    "a cut, and a GET that lags behind": (
        create, ("put-mapping:drop-after", "get-configstatus:lags=9"), AT_ONCE,
        Outcome.DONE, State.DONE, "; read back equal", None),
    "a cut after acting": (
        update, ("patch-mapping:drop-after",), AT_ONCE, Outcome.DONE, State.DONE,
        "read back equal", None),
    "a cut after the server took a create that it acts on later": (
        create, ("put-mapping:drop-after",), {"steps": 0, "duration": 3}, Outcome.DONE,
        State.DONE, "read back equal", None),
    "a 429 is sent again after its wait": (
        update, ("patch-mapping:429=2:3",), {}, Outcome.DONE, State.DONE,
        "read back equal", None),
    "a progress resource that is gone, of what was done": (
        create, ("get-progress:gone",), {"steps": 0}, Outcome.DONE, State.DONE,
        "404 Not Found; read back equal", None),
    "a progress resource that is gone, of what is not done": (
        create, ("get-progress:gone",), {"steps": 10_000}, Outcome.UNKNOWN, State.UNKNOWN,
        f"404 Not Found; nothing has changed so far; {RESUME}", NotFound),
    "an unknown status that never ends, of what was done": (
        create, ("get-progress:unknown-status",), {}, Outcome.DONE, State.DONE,
        "had not ended after 600 s; the server may still be processing it; read back equal", None),
    "an unknown status a few times": (
        create, ("get-progress:unknown-status:3",), {}, Outcome.DONE, State.DONE,
        "read back equal", None),
    "progress that never ends": (
        create, ("get-progress:never-ending",), {}, Outcome.UNKNOWN, State.UNKNOWN,
        "had not ended after 600 s", TimedOut),
    "progress that is limited for a while": (
        create, ("get-progress:429=1:30",), {}, Outcome.DONE, State.DONE,
        "read back equal", None),
    "progress that goes backwards ends at its first end": (
        create, ("get-progress:backwards",), {"steps": 3}, Outcome.DONE, State.DONE,
        "read back equal", None),
    "progress that ends without a result is failed": (
        create, ("get-progress:no-result",), {}, Outcome.FAILED, State.FAILED,
        "the operation ended FINISHED without a result; read back equal", OperationFailed),
    "a 202 with a Location is followed": (
        update, ("patch-mapping:202",), {"steps": 5}, Outcome.DONE, State.DONE,
        "read back equal", None),
    "a 303 without a Location is settled by reading back": (
        create, ("put-mapping:no-location",), {}, Outcome.DONE, State.DONE,
        "the answer is a 303 without a Location; read back equal", None),
    "a 204 that came a little too early": (
        create, ("put-mapping:early",), {"steps": 5}, Outcome.DONE, State.DONE,
        "read back equal", None),
    "a 204 that came much too early has not converged": (
        create, ("put-mapping:early",), {"steps": 90}, Outcome.NOT_CONVERGED,
        State.NOT_CONVERGED, "the server reported success; nothing was changed", None),
    "a log-in page in answer to a write": (
        update, ("patch-mapping:html",), {}, Outcome.UNKNOWN, State.UNKNOWN,
        "the answer is HTML, where JSON was expected; nothing has changed so far",
        UnreadableAnswer),
    "a write that was cut in half is settled by reading back": (
        update, ("patch-mapping:truncated",), {}, Outcome.DONE, State.DONE,
        "read back equal", None),
    "a gateway that gave up waiting is settled by reading back": (
        update, ("patch-mapping:504",), {}, Outcome.DONE, State.DONE,
        "504 Gateway Timeout; read back equal", None),
    "one bad answer to reading back is asked for again": (
        unread_update, (), {}, Outcome.DONE, State.DONE, "read back equal", None),
    "a Location on another origin": (
        create, ("put-mapping:foreign-location=http://evil.example",), {}, Outcome.UNKNOWN,
        State.UNKNOWN, f"it was not contacted; {RESUME}", ForeignOrigin),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_outcome(stage: Staging, case: str) -> None:
    run, faults, options, outcome, state, message, error = CASES[case]
    on = stage(*faults, **options)
    result = run(on)
    assert result.outcome is outcome, result.message
    assert message in result.message
    assert type(result.error) is (error or type(None))
    record = on.recorded()["a"]
    assert (record.state, record.message) == (state, result.message)
    assert record.ended_at is not None
    assert (record.sent_at or "").startswith("2026-01-02T03:04:")
    assert result.method == record.method == ("PUT" if run is create else "PATCH")
    # Nothing is ever sent twice, unless it was turned away.
    again = 3 if any("mapping:429" in fault for fault in faults) else 0
    assert on.writes() == ({"put": 1} if run is create else {"put": 1, "patch": 1 + again})


ODD = ("refuse", "html", "truncated", *(f"status={n}" for n in (401, 403, 404, 408, 410, 425, 500)))


FOLLOWED = {
    "done in a moment": ("", 4, Outcome.DONE),
    "asked again": (":3", 90, Outcome.DONE),
    "never done": ("", 900, Outcome.UNKNOWN),
}


@pytest.mark.parametrize(("odd", "case"), pairs(ODD, FOLLOWED))
def test_what_was_accepted_is_followed_whatever_its_progress_answers(
    stage: Staging, odd: str, case: str
) -> None:
    times, work, outcome = FOLLOWED[case]
    on = stage(f"get-progress:{odd}{times}", steps=0, duration=work)
    result = create(on)
    assert result.outcome is outcome, result.message
    assert on.recorded()["a"].state.value == outcome.value
    assert "nothing was changed" not in result.message
    assert on.writes() == {"put": 1}


def test_odd_answers_of_progress_hide_no_failure(stage: Staging) -> None:
    on = stage("get-progress:status=404:3", "get-progress:fails", steps=9)
    result = create(on)
    assert (result.outcome, on.recorded()["a"].state) == (Outcome.FAILED, State.FAILED)


@pytest.mark.parametrize("timeout", [0.001, 3.0])
@pytest.mark.parametrize("fault", ["put-mapping:drop-after", "put-mapping:early"])
def test_a_timeout_that_leaves_no_time_to_look_proves_nothing(
    stage: Staging, fault: str, timeout: float
) -> None:
    on = stage(fault, steps=10_000)
    result = create(on, timeout=timeout)
    assert result.outcome is Outcome.UNKNOWN, result.message
    assert "nothing has changed so far" in result.message


@pytest.mark.parametrize("run", [create, update])
def test_after_apply_the_next_plan_is_empty_and_the_receipt_is_what_was_sent(
    stage: Staging, run: Callable[[Stage], SourceResult]
) -> None:
    on = stage()
    run(on)
    assert not on.plan(a=BEFORE if run is create else AFTER).has_changes
    receipt, recorded = on.journal.receipts("local")["a"][-1], on.recorded()["a"]
    assert digest(receipt.body) == recorded.body_digest
    assert recorded.read_back_digest == digest(receipt.live)
    assert receipt.live == on.plan(a=BEFORE).sources[0].evidence.live
    assert (
        receipt.desired == on.plan(a=BEFORE if run is create else AFTER).sources[0].evidence.desired
    )


@pytest.mark.parametrize("code", ["UNKNOWN_REFERENCE", "EXTERNAL_ID_MISMATCH"])
def test_a_refusal_carries_the_codes_the_raw_answer_and_the_remedy_of_the_prediction(
    stage: Staging, code: str
) -> None:
    result = create(stage(f"put-mapping:refuse={code}"))
    assert isinstance(result.error, Rejected)
    assert [fault.code for fault in result.error.faults] == [code]
    assert "dataValidationErrors" in (result.error.raw or "")
    assert result.error.hint == refusal_remedy(Code[code], "a")


def test_a_failure_in_progress_carries_the_raw_answer(stage: Staging) -> None:
    result = create(stage("get-progress:fails", steps=5))
    assert isinstance(result.error, OperationFailed)
    assert '"result":"ERROR"' in (result.error.raw or "").replace(" ", "")


# Live as it was planned for → what became of it before apply.
def edited_meanwhile(on: Stage) -> Plan:
    on.behind_our_back(a=BEFORE)
    plan = on.plan(a=AFTER)
    on.behind_our_back(a=document(set_type("drive", description="Somebody else's")))
    return plan


def edited_beside(on: Stage) -> Plan:
    """Live's description of the type moved, and a new attribute of it is what is sent."""
    on.behind_our_back(a=BEFORE)
    plan = on.plan(a=document(add_attribute("drive", "maker", "Maker")))
    on.behind_our_back(a=AFTER)
    return plan


def done_by_another(on: Stage) -> Plan:
    on.behind_our_back(a=BEFORE)
    plan = on.plan(a=AFTER)
    on.behind_our_back(a=AFTER)
    return plan


def created_by_another(on: Stage) -> Plan:
    plan = on.plan(a=BEFORE)
    on.behind_our_back(a=BEFORE)
    return plan


def applied_once(on: Stage) -> Plan:
    """The change is hidden by live, so that only the journal knows."""
    on.behind_our_back(a=BEFORE)
    plan = on.plan(PlanOptions(resend_write_only=True), a=BEFORE)
    assert on.result(plan).outcome is Outcome.DONE
    return plan


def configured_meanwhile(on: Stage) -> Plan:
    plan = on.plan(a=AFTER)
    on.behind_our_back(a=BEFORE)
    return plan


def emptied_meanwhile(on: Stage) -> Plan:
    on.behind_our_back(a=BEFORE)
    plan = on.plan(a=AFTER)
    on.force_status("a", ConfigStatus.MISSING_MAPPING)
    return plan


STALE = {
    "live was edited": (
        edited_meanwhile,
        "live changed after it was made, in what it changes or rests on",
        "live-changed",
    ),
    "a type was edited that the body names": (
        edited_beside,
        "live changed after it was made, in what it changes or rests on",
        "live-changed",
    ),
    "somebody did the same": (
        done_by_another,
        "live already has all that it would change",
        "already-applied",
    ),
    "somebody created the same": (
        created_by_another,
        "live already has all that it would change",
        "already-applied",
    ),
    "the source was configured": (
        configured_meanwhile,
        "the source had no mapping when it was made, and is configured now",
        "config-status-changed",
    ),
    "the mapping went away": (
        emptied_meanwhile,
        "the source was configured when it was made, and has no mapping now",
        "config-status-changed",
    ),
}


def test_live_may_move_in_what_the_operation_neither_reads_nor_writes(stage: Staging) -> None:
    on = stage()
    on.behind_our_back(a=BEFORE)
    plan = on.plan(a=AFTER)
    on.behind_our_back(a=document(add_attribute("os", "vendor", "Vendor")))
    result = on.result(plan)
    assert result.outcome is Outcome.DONE
    assert [(str(m.change.address), m.relevance) for m in result.moved] == [
        ("a/objectTypes[os]/attributes[vendor]", Relevance.IRRELEVANT)
    ]


def test_a_plan_is_never_applied_twice(stage: Staging) -> None:
    """Live hides what was sent, so that nothing but the journal knows."""
    on = stage()
    plan = applied_once(on)
    before = on.writes()
    result = on.result(plan)
    assert result.outcome is Outcome.STALE
    assert isinstance(result.error, StalePlan)
    assert result.error.code == "already-applied"
    assert on.writes() == before
    again = replace(plan, created_at="later")
    assert on.result(again).outcome is Outcome.DONE, "made anew it is another plan"


@pytest.mark.parametrize("case", STALE)
def test_a_stale_plan_sends_nothing(stage: Staging, case: str) -> None:
    meanwhile, message, code = STALE[case]
    on = stage()
    plan = meanwhile(on)
    before = on.writes()
    result = on.result(plan)
    assert result.outcome is Outcome.STALE
    assert result.message == f"the plan is stale: {message}; nothing was sent"
    assert isinstance(result.error, StalePlan)
    assert result.error.code == code
    assert on.writes() == before
    assert on.recorded()["a"].state is State.STALE
    assert on.recorded()["a"].sent_at is None


def test_a_put_that_comes_second_is_stale_and_never_a_patch(stage: Staging) -> None:
    on = stage()
    plan = on.plan(a=BEFORE)
    assert on.result(plan).outcome is Outcome.DONE
    on.add_faults("get-configstatus:lags=4", "get-schema-and-mapping:lags=4")
    report = on.apply(replace(plan, sources=(replace(plan.sources[0], source="b"),)))
    (second,) = report.results
    assert second.outcome is Outcome.STALE
    assert second.message == (
        "the plan is stale: this plan (or an earlier run) configured it first; nothing was changed"
    )
    assert isinstance(second.error, StalePlan)
    assert isinstance(second.error.__cause__, MappingExists)
    assert on.writes() == {"put": 2}
    assert report.ending is Ending.BLOCKED


UNDOCUMENTED = document(set_attribute("size", unique=True))
BOTH = document(set_attribute("size", unique=True), set_type("drive", description="A disk"))


def patched(on: Stage, after: Json) -> SourceResult:
    on.behind_our_back(a=BEFORE)
    return on.result(on.plan(a=after))


def test_what_the_api_ignored_remains_and_is_said_to_be_undocumented(stage: Staging) -> None:
    on = stage(profile=undocumented("stays"))
    result = patched(on, UNDOCUMENTED)
    assert result.outcome is Outcome.NOT_CONVERGED
    assert [change.field for change in result.remaining] == ["unique"]
    assert result.message == (
        "the server reported success; nothing was changed "
        "(the API took the call; whether it makes such changes is not documented)"
    )
    assert on.recorded()["a"].state is State.NOT_CONVERGED


def test_a_cut_after_which_live_is_neither_is_unknown(stage: Staging) -> None:
    """The rest may follow, or somebody else may have done the first part."""
    on = stage("patch-mapping:drop-after", profile=undocumented("stays", "async-answer=204"))
    result = patched(on, BOTH)
    assert result.outcome is Outcome.UNKNOWN
    assert "; 1 change remains" in result.message
    assert isinstance(result.error, Unavailable)


def with_icon(name: str) -> Json:
    made = document()
    made["schema"]["iconSchema"] = {"icons": [ICON | {"name": name}]}
    return made


def resent(on: Stage) -> SourceResult:
    on.behind_our_back(a=with_icon("Old"))
    return on.result(on.plan(PlanOptions(resend_write_only=True), a=with_icon("New")))


def test_what_live_never_shows_is_done_if_the_server_says_so(stage: Staging) -> None:
    result = resent(stage())
    assert (result.outcome, result.message) == (Outcome.DONE, "live does not show what was sent")


def test_what_live_never_shows_is_unknown_after_a_cut(stage: Staging) -> None:
    on = stage("patch-mapping:drop-after", profile=assuming("async-answer=204"))
    result = resent(on)
    assert result.outcome is Outcome.UNKNOWN
    assert "; live does not show what was sent; what became of it" in result.message
    assert on.recorded()["a"].state is State.UNKNOWN


def test_what_cannot_be_read_back_is_unknown(stage: Staging) -> None:
    on = stage()
    plan = on.plan(a=BEFORE)
    on.on_event.append(lambda e: on.add_faults(UNREADABLE) if isinstance(e, Sending) else None)
    result = on.result(plan)
    assert result.outcome is Outcome.UNKNOWN
    assert "live cannot be read back: GET importsource/a/schema-and-mapping" in result.message


def test_what_cannot_be_checked_is_not_sent(stage: Staging) -> None:
    plan = stage().plan(a=BEFORE)
    on = stage("get-configstatus:500")
    result = on.result(plan)
    assert result.outcome is Outcome.FAILED
    assert result.message.endswith("500 Internal Server Error; nothing was sent")
    assert on.recorded()["a"].state is State.FAILED
    assert on.recorded()["a"].sent_at is None


def test_a_disabled_source_fails_and_nothing_is_sent(stage: Staging) -> None:
    on = stage()
    plan = on.plan(a=BEFORE)
    on.force_status("a", ConfigStatus.DISABLED)
    result = on.result(plan)
    assert result.outcome is Outcome.FAILED
    assert result.message == "the import source is disabled; nothing was sent"
    assert isinstance(result.error, PlanError)


def test_a_running_import_is_waited_for(stage: Staging) -> None:
    on = stage()
    on.behind_our_back(a=BEFORE)
    plan = on.plan(a=AFTER)
    on.force_status("a", ConfigStatus.RUNNING)
    waits = 0

    def end_the_import_at_the_third(event: object) -> None:
        nonlocal waits
        waits += isinstance(event, WaitingForImport)
        if waits == 3:
            on.force_status_soon("a", None)

    on.on_event.append(end_the_import_at_the_third)
    result = on.result(plan)
    assert result.outcome is Outcome.DONE
    assert waits >= 3


def test_an_import_that_never_ends_times_out_and_nothing_is_sent(stage: Staging) -> None:
    on = stage()
    on.behind_our_back(a=BEFORE)
    plan = on.plan(a=AFTER)
    before = on.writes()
    on.force_status("a", ConfigStatus.RUNNING)
    result = on.result(plan, timeout=90.0)
    assert result.outcome is Outcome.FAILED
    assert result.message == (
        "an import was still running on the source after 90 s; nothing was sent"
    )
    assert isinstance(result.error, TimedOut)
    assert 90 <= result.seconds < 91
    assert on.writes() == before


@pytest.mark.parametrize(
    "fault",
    [
        "get-progress:never-ending",
        "get-progress:gone",
        "get-progress:503",
        "get-progress:429=2",
        "get-configstatus:429=2",
        "put-mapping:429=2",
        "get-schema-and-mapping:drop-before",
    ],
)
def test_all_waiting_for_a_source_is_within_the_timeout(stage: Staging, fault: str) -> None:
    """The retries within one call know the deadline too."""
    on = stage(steps=10_000 if "progress" in fault else 0)
    plan = on.plan(a=BEFORE)
    on.add_faults(fault)
    assert on.result(plan, timeout=3.0).seconds < 3.5


# Live as GET shows it differs from what was sent → what remains.
DIFFERENT = {
    "a create, an attribute is not there": (
        create, "lacks", ["a/objectTypes[os]/attributes[os-name]"]),
    "a create, descriptions are others": (
        create, "alters",
        ["a/objectTypes[drive]/description", "a/objectTypes[os]/description"]),
    "an update, its attribute is not there": (
        update, "lacks", ["a/objectTypes[os]/attributes[os-name]/description"]),
    "an update, its description is another": (
        update, "alters", ["a/objectTypes[drive]/description"]),
}  # fmt: skip
BOTH_TYPES = document(
    set_type("drive", description="A disk"), set_attribute("os-name", description="A name")
)


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_reads_differently_has_not_converged_and_says_what_remains(
    stage: Staging, case: str
) -> None:
    run, kind, remaining = DIFFERENT[case]
    on = stage()
    if run is update:
        on.behind_our_back(a=BEFORE)
    plan = on.plan(a=BEFORE if run is create else BOTH_TYPES)

    def differ(event: object) -> None:
        if isinstance(event, ReadingBack):
            on.add_faults(f"get-schema-and-mapping:{kind}")

    on.on_event.append(differ)
    report = on.apply(plan)
    (result,) = report.results
    assert result.outcome is Outcome.NOT_CONVERGED
    assert report.ending is Ending.BLOCKED
    assert [str(change.address) for change in result.remaining] == remaining
    left = "1 change remains" if len(remaining) == 1 else f"{len(remaining)} changes remain"
    assert result.message == f"the server reported success; {left}"


def test_a_create_that_did_nothing_says_that_all_of_it_remains(stage: Staging) -> None:
    on = stage("put-mapping:early", steps=99)
    plan = on.plan(a=BEFORE)
    assert on.result(plan).remaining == plan.sources[0].changes
