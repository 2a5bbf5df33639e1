"""Ask a person on the terminal before anything is sent (design.md#how-apply-works)."""

import sys

from reconciler.cli.answer import typed_answer
from reconciler.errors import ApprovalNeeded
from reconciler.planning.plan import Plan
from reconciler.render.approval import write_question
from reconciler.render.terminal import Screen

_YES = "yes"


def ask(plan: Plan, screen: Screen) -> None:
    """Return if the person at the terminal answers `yes` to sending *plan*.

    Raises ApprovalNeeded where the answer is another one, or there is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise ApprovalNeeded(
            "nothing was sent: there is no terminal to ask for approval",
            hint="pass --auto-approve, or a saved plan: reconciler plan -o PLAN",
        )
    write_question(plan, screen)
    answer = typed_answer(screen)
    screen.line()
    if answer != _YES:
        raise ApprovalNeeded("apply cancelled: nothing was sent")
