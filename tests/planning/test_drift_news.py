"""What is news against what an earlier run saw: laws that hold for any two reports."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.planning.drift.new_findings import (
    DriftSeen,
    all_as_new,
    drift_seen,
    has_new_drift,
    without_known,
)
from reconciler.planning.drift.report import DriftFinding, DriftReport, SourceDrift, Standing
from reconciler.planning.drift.report_file import read_drift, write_drift
from reconciler.value import replace
from tests.support.samples import plans as samples

CHANGE = samples.UPDATE.changes[0]
STANDINGS = st.sampled_from(Standing)
FINDINGS = st.builds(
    lambda name, before, standing: DriftFinding(
        change=replace(CHANGE, address=Address.of("s").icon(name), before=before), standing=standing
    ),
    st.sampled_from("abc"),
    st.sampled_from(["x", "y", None]),
    STANDINGS,
)


@st.composite
def reports(draw: st.DrawFn) -> DriftReport:
    names = draw(st.sets(st.sampled_from(["one", "two"])))
    sources = []
    for name in sorted(names):
        findings = {f.change.address: f for f in draw(st.lists(FINDINGS, max_size=3))}
        error = draw(st.sampled_from([None, None, "401"]))
        kept = () if error else tuple(findings.values())
        sources.append(SourceDrift(source=name, findings=kept, error=error))
    return DriftReport(
        environment="p",
        sources=tuple(sources),
        created_at="2026-03-01T00:00:00Z",
        errored=any(s.error for s in sources),
    )


@given(reports())
def test_the_same_again_is_no_news(report: DriftReport) -> None:
    again = without_known(report, drift_seen(report))
    assert not again.alarms
    assert again.drifted == report.drifted
    assert not has_new_drift(again, drift_seen(report))
    assert all_as_new(again) == report


@given(reports())
def test_without_an_earlier_run_everything_is_news(report: DriftReport) -> None:
    assert without_known(report, {}) == report
    assert has_new_drift(report, {}) == (report.alarms or report.errored)


@given(reports(), reports())
def test_what_is_told_is_what_differs(before: DriftReport, now: DriftReport) -> None:
    told = without_known(now, drift_seen(before))
    then = {s.source: s for s in before.sources if s.error is None}
    for source in told.sources:
        if source.error is not None or source.source not in then:
            continue
        known = {
            (f.change.address, f.standing, f.change.before)
            for f in then[source.source].findings
            if f.standing.alarms
        }
        for finding in source.findings:
            change = finding.change
            seen = (change.address, finding.standing, change.before) in known
            assert finding.alarms == (finding.standing.alarms and not seen)
        drifted = {f.change.address for f in source.findings if f.standing.alarms}
        assert set(source.settled) == {address for address, _, _ in known} - drifted


@given(reports(), reports())
def test_what_could_not_be_read_is_not_forgotten(before: DriftReport, now: DriftReport) -> None:
    earlier = drift_seen(before)
    kept = drift_seen(now, earlier)
    for source in now.sources:
        if source.error is not None:
            was = earlier.get(source.source, DriftSeen(differences={}))
            assert kept[source.source] == replace(was, readable=False)


@given(reports(), reports())
def test_a_report_s_file_tells_the_same(before: DriftReport, now: DriftReport) -> None:
    told = without_known(now, drift_seen(before))
    read = read_drift(write_drift(told, tool_version="0"))
    assert read == told
    assert drift_seen(read) == drift_seen(now)
