"""The labels of a pull request that summarise its plan: those that apply, and no others."""

from reconciler.forges.forge import Forge
from reconciler.planning.plan import Plan

ERROR = "reconciler: error"
BLOCKED = "reconciler: blocked"
CHANGES = "reconciler: changes"
RISK_DATA = "reconciler: risk-data"
NO_CHANGES = "reconciler: no-changes"
OURS = frozenset({ERROR, BLOCKED, CHANGES, RISK_DATA, NO_CHANGES})


def labels_of(plan: Plan) -> frozenset[str]:
    """Return the labels that apply to *plan*."""
    held = {
        ERROR: plan.errored,
        BLOCKED: plan.blocked,
        CHANGES: plan.has_changes,
        RISK_DATA: plan.summary.risk_data > 0,
        NO_CHANGES: not (plan.errored or plan.blocked or plan.has_changes),
    }
    return frozenset(label for label, holds in held.items() if holds)


async def set_labels(forge: Forge, plan: Plan) -> frozenset[str]:
    """Set our labels of the pull request to those of *plan*, and return these.

    Labels that are not ours stay unchanged; nothing is sent if nothing changes.
    """
    wanted = labels_of(plan)
    has = await forge.labels() & OURS
    if has != wanted:
        await forge.change_labels(add=wanted - has, remove=has - wanted)
    return wanted
