"""What comes out of one `apply`: what is shown as it runs, and the reports, also of a failure.

Thin: it hands events to the view and keeps what the end needs; the values that are
shown are made elsewhere.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from reconciler.applying.clock import Clock
from reconciler.applying.stop import Stop
from reconciler.cli.apply_views import JsonView, TextView, View
from reconciler.cli.atomic_file import write_atomically
from reconciler.cli.exit_codes import ExitCode, of_exception, worst
from reconciler.cli.formats import Output
from reconciler.cli.interrupts import interruptible
from reconciler.cli.plan_exit import ending_of
from reconciler.cli.settings import Settings
from reconciler.errors import ReconcilerError
from reconciler.outcome.account import Account, Witness
from reconciler.outcome.events import Event
from reconciler.outcome.traffic import Pause, Traffic
from reconciler.planning.plan import Plan
from reconciler.render.apply_json import report_json
from reconciler.render.apply_report import write_report
from reconciler.render.error_json import error_json
from reconciler.render.error_text import write_error
from reconciler.render.terminal import Screen

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("text", "json")
Outputs = tuple[tuple[str, Path], ...]


def apply_formats(command: F) -> F:
    """Add `--format` and `--output`."""
    command = click.option(
        "--output",
        "outputs",
        type=Output(FORMATS),
        multiple=True,
        help="Write the report in format F to FILE as well, also when the run fails. May repeat.",
    )(command)
    return click.option(
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="How the run is shown; json is one event a line, and asks nobody.",
    )(command)


class ApplyOutput:
    """The output of one run: give `emit` to the run and `on_pause` to the backend."""

    def __init__(
        self, settings: Settings, format_: str, outputs: Outputs, clock: Clock | None = None
    ) -> None:
        """Show in *format_*, and write a report for each of *outputs*."""
        self._err = settings.err
        self._clock = clock or Clock()
        self._outputs = outputs
        self._view: View = (
            JsonView(settings, self._clock) if format_ == "json" else TextView(settings)
        )
        self._plan: Plan | None = None
        self._witness = Witness()
        self._traffic = Traffic(self._tell)
        self.emit = self._traffic
        self.on_pause: Callable[[Pause], None] = self._traffic.on_pause

    def planned(self, plan: Plan) -> None:
        """Show *plan*, just made."""
        self._plan = plan
        self._view.planned(plan)

    def loaded(self, plan: Plan) -> None:
        """Take *plan*, which was saved, as what is run."""
        self._plan = plan
        self._view.loaded(plan)

    def ask(self, plan: Plan) -> None:
        """Return if somebody approves of *plan*; raises ApprovalNeeded."""
        self._view.ask(plan)

    @contextmanager
    def watched(self) -> Iterator[Stop]:
        """Show progress while the block runs; yield what a signal asks to stop.

        Must be used inside of the running loop.
        """
        stop = Stop()

        def interrupt() -> None:
            if not stop.asked.is_set():
                self._view.progress.stopping()
            stop.request()

        with self._view.progress, interruptible(interrupt):
            yield stop

    def around(self, work: Callable[[], int]) -> int:
        """Return the exit code of *work*; the end is shown and reported however it ends.

        An exception of *work* goes on, after that.
        """
        started_at, began = self._clock.stamp(), self._clock.monotonic()

        def account(code: ExitCode, error: BaseException | None) -> Account:
            interrupted = code is ExitCode.INTERRUPTED
            return Account(
                plan=self._plan,
                report=self._witness.report(self._plan, interrupted=interrupted),
                began=self._witness.began,
                ending=ending_of(code),
                exit_code=code,
                started_at=started_at,
                ended_at=self._clock.stamp(),
                seconds=self._clock.monotonic() - began,
                error=error,
                traffic=self._traffic.total,
                traffic_of=self._traffic.by_source,
            )

        self._view.begin()
        try:
            code = ExitCode(work())
        except BaseException as error:
            self._end(account(of_exception(error), error))
            raise
        return self._end(account(code, None))

    def _tell(self, event: Event) -> None:
        self._witness(event)
        self._view.tell(event)

    def _end(self, account: Account) -> int:
        code = ExitCode(account.exit_code)
        for kind, path in self._outputs:
            try:
                write_atomically(path, report_json(account) if kind == "json" else _text(account))
            except ReconcilerError as unwritten:
                # Told here: it must not hide how the run itself ended.
                write_error(unwritten, self._err)
                code = worst([code, ExitCode.ERROR])
        if account.error is None:
            account = replace(account, exit_code=code, ending=ending_of(code))
        self._view.end(account)
        return code


def _text(account: Account) -> str:
    buffer = io.StringIO()
    screen = Screen(stream=buffer)
    if isinstance(account.error, ReconcilerError):
        write_error(account.error, screen)
    elif account.error is not None:
        screen.line("error: ", error_json(account.error)["message"])
    if account.began or account.error is None:
        write_report(account.report, screen, account.traffic)
    return buffer.getvalue()
