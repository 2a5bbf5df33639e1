"""The numbers by which people name what a plan has: `explain PLAN 3`."""

from reconciler.model.address import Address
from reconciler.planning.change import Verdict
from reconciler.planning.plan import Plan


def impossible(plan: Plan) -> tuple[Address, ...]:
    """Return the addresses of the impossible changes in the order of *plan*; the first is 1."""
    found = (
        change.address
        for planned in plan.sources
        for change in (*planned.changes, *planned.residual)
        if change.verdict is Verdict.IMPOSSIBLE
    )
    return tuple(dict.fromkeys(found))


def numbered(plan: Plan, number: int) -> dict[Address, str]:
    """Return the addresses of the changes that *plan* shows under *number*, each with what it is.

    Of all its impossible changes one; and what the schema operations settle that have the number
    in their source, since each source counts its own from 1.
    """
    found = impossible(plan)[max(number - 1, 0) : number]
    settled = {
        address: f"schema operation {number} of {planned.source}"
        for planned in plan.sources
        for at, operation in enumerate(planned.schema_operations, start=1)
        if at == number
        for address in operation.settles
    }
    return dict.fromkeys(found, f"impossible change {number}") | settled
