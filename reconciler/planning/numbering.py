"""The numbers by which people name what is impossible in a plan: `explain PLAN 3`."""

from reconciler.model.address import Address
from reconciler.planning.plan import Plan, Verdict


def impossible(plan: Plan) -> tuple[Address, ...]:
    """Return the addresses of the impossible changes in the order of *plan*; the first is 1."""
    found = (
        change.address
        for planned in plan.sources
        for change in (*planned.changes, *planned.residual)
        if change.verdict is Verdict.IMPOSSIBLE
    )
    return tuple(dict.fromkeys(found))
