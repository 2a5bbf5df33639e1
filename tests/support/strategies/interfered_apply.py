"""An apply while a person works in Assets, and what must hold of it all the same."""

from reconciler.outcome.results import Outcome, SourceResult
from reconciler.planning.plan import Plan
from tests.support.stages.interference import Interference
from tests.support.strategies.assets_work import Work
from tests.support.strategies.site_laws import disputed
from tests.support.strategies.site_under_test import Saved, Site


def apply_during(site: Site, saved: Saved, work: Work, *, at: int, behind: bool) -> None:
    """Apply while a person does *work*: before the write number *at*, or *behind* it."""
    stage, plan = site.stage, saved.read()
    there, before, gone = site.elements(), site.writes(), set[str]()
    ended: set[str] = set()

    async def act() -> None:
        had = site.elements()
        await site.working(work)
        gone.update(had - site.elements())
        ended.update(site.ended)

    plain = stage.transport
    stage.transport = Interference(plain, act, at=at, behind=behind)
    report = stage.apply(plan, parallelism=1)
    stage.transport = plain

    results = {each.source: each for each in report.results}
    assert there - gone <= site.elements(), "nothing else is lost"
    for name, result in results.items():
        site.seen[f"during {result.outcome}"] += 1
        if result.outcome in {Outcome.UNCHANGED, Outcome.BLOCKED, Outcome.STALE}:
            assert site.writes()[name] == before[name], "no mapping was sent"
    # With schema operations, what it left last may have been read before the work or after it.
    unsure = {each.source for each in plan.sources if each.schema_operations} - ended
    site.note_receipts(saved, report.results, unsure=unsure)
    _hold_of_done(site, saved, plan, {n: r for n, r in results.items() if n not in ended})
    if any(each.outcome is Outcome.UNKNOWN for each in report.results):
        site.settle(saved, unsure=unsure)


def _hold_of_done(site: Site, saved: Saved, plan: Plan, results: dict[str, SourceResult]) -> None:
    """Law 2: what is done is done, though somebody was at work."""
    then = {each.source: each for each in site.planned_again(saved)}
    for planned in plan.sources:
        name = planned.source
        if name in results and results[name].outcome is Outcome.DONE:
            made = {c.address for c in planned.changes if c.verdict.takes_effect}
            known = disputed(saved)
            left = [c for c in then[name].changes if (c.kind, *c.names) not in known]
            assert not made & {c.address for c in left}, "law 2: done is done"
