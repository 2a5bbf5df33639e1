"""How much of what is pulled git had changed as well."""

from collections.abc import Mapping

from reconciler.app.baselines import baselines, beside
from reconciler.app.pull.result import PullResult
from reconciler.applying.refresh import Refreshed
from reconciler.manifest.load import Loaded
from reconciler.manifest.project.model import Project
from reconciler.model.source import Live
from reconciler.planning.change import Attribution, Change, Verdict
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.planner import plan_sources, surrounded
from reconciler.value import replace


def count_conflicts(
    result: PullResult, project: Project, loaded: Loaded, refreshed: Mapping[str, Refreshed]
) -> None:
    """Add to *result* the numbers of conflicts: of what the *loaded* manifests had changed as well.

    They are known of sources that the journal has an apply of.
    """
    differing = {each.source for each in result.pulled if each.before is not None and each.differs}
    if not differing:
        return
    known = baselines(project, None)
    result.diagnostics.extend(known.diagnostics)
    inputs = [
        SourceInput(
            ref=found.source,
            desired=manifest.document,
            live=found.live,
            baseline=base,
            places=False,
        )
        for manifest in loaded.manifests
        if manifest.source in differing
        if isinstance((found := refreshed[manifest.source]).live, Live)
        # A manifest that nobody changed conflicts with nothing, and planning takes a while.
        if (base := known.of(found.source)) is not None and base.desired != manifest.document
    ]
    if not inputs:
        return
    around = surrounded(inputs, beside(loaded, {each.ref.name for each in inputs}, known))
    planned, _ = plan_sources(around, PlanOptions.of_drift(project.policy))
    numbers = {each.source: sum(map(_is_conflict, each.changes)) for each in planned}
    # One id that is taken over may settle several differences of the plan.
    result.pulled = [
        replace(each, conflicts=min(each.settled, numbers.get(each.source, 0)))
        for each in result.pulled
    ]


def _is_conflict(change: Change) -> bool:
    is_pulled = change.verdict is not Verdict.WRITE_ONLY and not change.is_hidden
    return is_pulled and change.attribution is Attribution.CONFLICT
