"""`merge`: reports of shards are together what one job would have said."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.policy import Acknowledgement
from reconciler.planning.drift.report import DriftReport, Shard, drift_of
from reconciler.planning.drift.report_file import merge_reports, read_drift, write_drift
from reconciler.planning.plan import Plan
from reconciler.value import replace
from tests.support.samples.drift_reports import TODAY, whole
from tests.support.stages.cli_project import Desk

KNOWN = (
    Acknowledgement(address="source-1*/**", reason="r", owner="ann", expires=TODAY),
    Acknowledgement(address="**", reason="r", owner="bob", expires=date(2020, 1, 1)),
)


def share(plan: Plan, shard: Shard) -> DriftReport:
    mine = tuple(s for s in plan.sources if shard.has(s.source))
    return drift_of(replace(plan, sources=mine), KNOWN, today=TODAY)


@given(st.sets(st.integers(0, 40).map(lambda n: f"source-{n}"), max_size=12), st.integers(1, 5))
def test_shards_together_are_the_whole(names: set[str], total: int) -> None:
    plan = whole(names)
    shares = [share(plan, Shard(index, total)) for index in range(1, total + 1)]
    read = [read_drift(write_drift(report, tool_version="0")) for report in shares]
    together = write_drift(merge_reports(read), tool_version="0")
    assert together == write_drift(share(plan, Shard(1, 1)), tool_version="0")


def test_the_reports_of_jobs_become_one(desk: Desk) -> None:
    alone = desk("drift", "--output", "json=all.json")
    assert alone.code == 2, "nothing is live yet, and no base is known"
    for shard in ("1/2", "2/2"):
        desk("drift", "--shard", shard, "--output", f"json={shard[0]}.json")
    done = desk("merge", "1.json", "2.json", "--output", "json=m.json", "--output", "junit=m.xml")
    assert (done.code, done.out) == (2, alone.out)
    merged, whole = (json.loads((desk.root / f"{name}.json").read_text()) for name in ("m", "all"))
    timeless = {"created_at": None, "duration_seconds": None}
    assert merged | timeless == whole | timeless
    assert "<testsuites" in (desk.root / "m.xml").read_text()


def test_what_is_no_share_of_one_whole_is_refused(desk: Desk) -> None:
    desk("drift", "--output", "json=all.json")
    twice = desk("merge", "all.json", "all.json")
    assert (twice.code, "more than one report has disks, people" in twice.err) == (64, True)
    other = (desk.root / "all.json").read_text().replace('"local"', '"production"')
    desk.write("other.json", other)
    mixed = desk("merge", "all.json", "other.json")
    assert (mixed.code, "several environments: local, production" in mixed.err) == (64, True)
    desk.write("plan.json", "{}")
    no_report = desk("merge", "plan.json")
    assert no_report.code == 1
    assert "plan.json is not a drift report" in no_report.err
    assert desk("merge", "none.json").code == 1
    assert desk("merge").code == 64


def test_a_share_that_is_missing_is_an_error_and_the_others_are_judged(desk: Desk) -> None:
    desk("drift", "--shard", "2/3", "--output", "json=2.json")
    done = desk("merge", "2.json", "--format", "json")
    assert done.code == 1
    assert "error[missing-shard]: shard 1/3, 3/3 is missing" in done.err
    assert json.loads(done.out)["errored"]


def test_shares_of_two_wholes_are_refused(desk: Desk) -> None:
    for shard in ("1/2", "1/3", "2/2"):
        desk("drift", "--shard", shard, "--output", f"json={shard.replace('/', '-')}.json")
    mixed = desk("merge", "1-2.json", "1-3.json", "2-2.json")
    assert mixed.code == 64
    twice = desk("merge", "1-3.json", "1-3.json")
    assert twice.code == 64


def test_a_report_with_a_day_that_is_none_is_refused(desk: Desk) -> None:
    desk("drift", "--output", "json=drift.json")
    report = json.loads((desk.root / "drift.json").read_text())
    known = {"address": "**", "reason": "r", "owner": "ann", "muted": 0, "expired": False}
    report["acknowledgements"] = [known | {"expires": "2026-02-30"}]
    desk.write("drift.json", json.dumps(report))
    done = desk("merge", "drift.json")
    assert done.code == 1
    assert "drift.json is not a drift report: Invalid RFC3339 encoded date" in done.err
