"""What a drift report says in a line."""

import pytest

from reconciler.planning.drift.new_findings import drift_seen, without_known
from reconciler.planning.drift.report import DriftReport, SourceDrift, drift_of
from reconciler.render.drift.words import closing
from reconciler.value import replace
from tests.support.samples.drift_reports import TODAY, whole

DRIFTED = drift_of(whole({"a", "b"}), (), today=TODAY)
IN_SYNC = DriftReport(
    environment="production", created_at="2026-03-01T00:00:00Z", sources=(SourceDrift(source="a"),)
)
UNREAD = SourceDrift(source="c", error="GET was answered 401")


def unread(report: DriftReport) -> DriftReport:
    return replace(report, sources=(*report.sources, UNREAD), errored=True)


CLOSINGS: dict[str, DriftReport] = {
    "No drift in 1 source.": IN_SYNC,
    "Drift in 2 of 2 sources.": DRIFTED,
    "Drift in 2 of 3 sources; 1 could not be read.": unread(DRIFTED),
    "No drift in 1 of 2 sources; 1 could not be read.": unread(IN_SYNC),
    "1 source could not be read.": replace(unread(IN_SYNC), sources=(UNREAD,)),
    "No new drift in 2 sources; 2 drifted as reported before.": without_known(
        DRIFTED, drift_seen(DRIFTED)
    ),
    "No drift in 1 source; there are more, which were not judged.": replace(IN_SYNC, errored=True),
    "Nothing could be judged.": replace(IN_SYNC, sources=(), errored=True),
}


@pytest.mark.parametrize("said", CLOSINGS)
def test_the_closing_says_what_is_known_and_no_more(said: str) -> None:
    assert closing(CLOSINGS[said]) == said
