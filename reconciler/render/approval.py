"""The question before anything is sent, in Terraform's manner."""

from reconciler.planning.plan import Plan
from reconciler.render.shorten import count
from reconciler.render.terminal import Screen, Style


def write_question(plan: Plan, screen: Screen) -> None:
    """Write what is asked; the answer is read by the caller."""
    operations = sum(s.operation is not None for s in plan.sources)
    screen.line()
    screen.line(
        (
            f"Do you want to send {count(operations, 'operation')} to {plan.environment}?",
            Style.STRONG,
        )
    )
    screen.line("  Only 'yes' will be accepted to approve.")
    screen.line()
