"""Guards on the volume of a plan: policy.maxChanges and policy.maxChangePercent.

They hold for each source, and count what would be sent.
"""

from collections.abc import Sequence

from reconciler.planning.align import Side
from reconciler.planning.options import PlanOptions
from reconciler.planning.plan import Change

# A share of less than this many elements says nothing.
FEWEST_ELEMENTS = 10


def tripped(changes: Sequence[Change], live: Side, options: PlanOptions) -> str | None:
    """Return why these changes are too many, with number, share and limit; None if they are not."""
    sent = sum(c.verdict.is_sent for c in changes)
    most = options.max_changes
    if most is not None and sent > most:
        return f"{sent} changes would be sent, and policy.maxChanges is {most}"
    elements = sum(1 + len(node.attributes) for node in live.types.values())
    elements += sum(1 + len(node.entries) for node in live.mappings.values())
    share = options.max_change_percent
    if share is None or elements < FEWEST_ELEMENTS or 100 * sent <= share * elements:
        return None
    return (
        f"{sent} changes would be sent to {elements} live elements, {100 * sent / elements:.0f} %, "
        f"and policy.maxChangePercent is {share:g}"
    )
