"""Prompts: a person's answer at the terminal, and approval (design.md#how-apply-works).

Ctrl-C ends the run however early it comes.
"""

import contextlib
import select
import signal
import socket
import sys

from reconciler import interruption
from reconciler.command_line import command_line
from reconciler.errors import ApprovalNeeded
from reconciler.planning.plan import Plan
from reconciler.render.apply.words import write_question
from reconciler.render.plan.operation_words import losses_of, operations_of
from reconciler.render.terminal import Screen


def typed_answer(screen: Screen) -> str:
    """Return the line typed on standard input, stripped; empty at its end."""
    # Before the question is visible: a Ctrl-C in response must find this handler. That of the loop
    # only cancels its task, which a read from the terminal never notices.
    with interruption.handling(interruption.interrupt):
        screen.raw("  Enter a value: ")
        _wait_for_a_line()
        return sys.stdin.readline().strip()


def _wait_for_a_line() -> None:
    """Return when there is a line to read.

    A signal just before a read would only be noticed after it. As a byte on a socket it ends
    the `select`, and the interpreter calls its handler. Windows selects among sockets only, and
    there Ctrl-C ends the read itself.
    """
    ours, wakened = socket.socketpair()
    with ours, wakened:
        wakened.settimeout(0)
        before = signal.set_wakeup_fd(wakened.fileno())
        try:
            with contextlib.suppress(OSError):
                select.select([sys.stdin, ours], [], [])
        finally:
            signal.set_wakeup_fd(before)


def is_approved(screen: Screen) -> bool:
    """Return whether the person at the terminal answers `yes` to the question on *screen*."""
    return typed_answer(screen) == "yes"


def ask(plan: Plan, screen: Screen) -> None:
    """Return if the person at the terminal approves of sending *plan*.

    Raises ApprovalNeeded for an answer that does not, or if there is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise ApprovalNeeded(
            "nothing was sent: there is no terminal to ask for approval",
            hint=f"pass --auto-approve, or a saved plan: {command_line('plan -o PLAN')}",
        )
    _ask(plan, screen)


def ask_about_losses(plan: Plan, screen: Screen) -> None:
    """Return if *plan*, which was saved, loses nothing, or the person at the terminal approves.

    Where there is nobody to ask, it is enough that `--accept-loss` named the number when the plan
    was made. Raises ApprovalNeeded for an answer that does not approve.
    """
    if losses_of(operations_of(plan)).total and sys.stdin.isatty():
        _ask(plan, screen)


def _ask(plan: Plan, screen: Screen) -> None:
    wanted = write_question(plan, screen)
    typed = typed_answer(screen)
    screen.line()
    if typed.replace(",", "") != wanted:
        raise ApprovalNeeded("apply cancelled: nothing was sent")
