"""A run of apply that is over: one source sent, one blocked."""

from reconciler.outcome.apply_record import ApplyRecord
from reconciler.outcome.results import Ending
from reconciler.outcome.retries import Counts
from tests.support.samples import plans as samples

ACCOUNT = ApplyRecord(
    plan=samples.plan(samples.UPDATE, samples.BLOCKED),
    report=samples.REPORT,
    began=True,
    ending=Ending.FAILED,
    exit_code=1,
    started_at="2026-03-01T10:20:30.000Z",
    ended_at="2026-03-01T10:20:36.500Z",
    seconds=6.5,
    traffic=Counts(retries=2, waited=6.0),
)
