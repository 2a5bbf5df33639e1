"""The output of one `apply`: text for people or JSON lines for programs, and the reports.

Thin: it hands events to the view and keeps what the end needs; the values that are shown are
made elsewhere. Reports are written even if the run fails.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, Self

from reconciler.app.event_loop import interruptible
from reconciler.applying.clock import Clock
from reconciler.applying.stop import Stop
from reconciler.backend.requests import OnPause
from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.failures import of_exception
from reconciler.cli.prompt import ask, ask_about_losses
from reconciler.cli.reports import Reports
from reconciler.cli.run_codes import run_ending
from reconciler.cli.settings import Settings
from reconciler.command_line import command_line
from reconciler.errors import ApprovalNeeded, ManifestError
from reconciler.outcome.apply_record import ApplyRecord, EventRecorder
from reconciler.outcome.events import Event
from reconciler.outcome.retries import Traffic
from reconciler.outcome.unexpected_answers import UnexpectedAnswers
from reconciler.planning.plan import Plan
from reconciler.render.apply.json import EventLines
from reconciler.render.apply.progress import LiveProgress, PlainProgress
from reconciler.render.apply.report import shown_report, write_report
from reconciler.render.apply.words import STOPPING
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.errors import write_error
from reconciler.render.formats import Format
from reconciler.render.plan.text import write_shown_plan
from reconciler.render.terminal import Screen
from reconciler.value import replace


class ApplyProgress(AbstractContextManager["ApplyProgress"], Protocol):
    """A listener that shows progress to a person while a run goes on."""

    def __call__(self, event: Event) -> None:
        """Show *event*."""

    def stopping(self) -> None:
        """Show that the run was asked to stop."""


class View(Protocol):
    """One format of `apply`."""

    @property
    def progress(self) -> ApplyProgress:
        """The progress display for a person."""

    def begin(self) -> None:
        """Show what precedes everything else."""

    def planned(self, plan: Plan) -> None:
        """Show *plan*, just made."""

    def loaded(self, plan: Plan) -> None:
        """Show *plan*, which was saved and reviewed before."""

    def ask(self, plan: Plan) -> None:
        """Return if a person approves of *plan*; raises ApprovalNeeded."""

    def ask_about_losses(self, plan: Plan) -> None:
        """Return if what a saved *plan* loses is accepted; raises ApprovalNeeded."""

    def show_event(self, event: Event) -> None:
        """Show *event*."""

    def end(self, record: ApplyRecord) -> None:
        """Show how the run ended."""


class TextView:
    """The plan and the table on standard output, progress on standard error."""

    def __init__(self, settings: Settings) -> None:
        """Draw on a terminal, write plain lines elsewhere."""
        self._out = settings.out
        self._err = settings.err
        self.progress: ApplyProgress = (
            LiveProgress(self._err) if self._err.interactive else PlainProgress(self._err)
        )

    def begin(self) -> None:
        """Show nothing: the plan comes first."""

    def planned(self, plan: Plan) -> None:
        """Show the plan and its diagnostics."""
        write_shown_plan(plan, self._out)
        write_diagnostics(plan.diagnostics, self._err)

    def loaded(self, plan: Plan) -> None:
        """Show nothing: a saved plan has been seen before."""

    def ask(self, plan: Plan) -> None:
        """Ask on the terminal; raises ApprovalNeeded."""
        ask(plan, self._err)

    def ask_about_losses(self, plan: Plan) -> None:
        """Ask on the terminal, if there is one; raises ApprovalNeeded."""
        ask_about_losses(plan, self._err)

    def show_event(self, event: Event) -> None:
        """Show the event as progress."""
        self.progress(event)

    def end(self, record: ApplyRecord) -> None:
        """Write the table, if sending began."""
        if record.began:
            write_report(shown_report(record), self._out, record.traffic)


class JsonView:
    """Lines of JSON on standard output, and nothing else there.

    If standard error is a terminal, progress is still drawn on it.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Stamp the lines with the time of *clock*."""
        self._err = settings.err
        self._lines = EventLines(settings.out, stamp=clock.stamp, monotonic=clock.monotonic)
        drawn = settings.err.interactive and not settings.out.interactive
        self.progress: ApplyProgress = LiveProgress(self._err) if drawn else _Unseen(self._err)

    def begin(self) -> None:
        """Write the version line."""
        self._lines.version()

    def planned(self, plan: Plan) -> None:
        """Write the planned operations."""
        self._lines.planned(plan)

    def loaded(self, plan: Plan) -> None:
        """Write the planned operations: a reader of the lines has not seen them."""
        self._lines.planned(plan)

    def ask(self, plan: Plan) -> None:  # noqa: ARG002 - the other view shows it
        """Raise ApprovalNeeded: the reader is a program, there is nobody to ask."""
        raise ApprovalNeeded(
            "nothing was sent: with --format json there is nobody to ask for approval",
            hint=f"pass --auto-approve, or a saved plan: {command_line('plan -o PLAN')}",
        )

    def ask_about_losses(self, plan: Plan) -> None:
        """Ask nobody: what the plan loses was accepted when it was made."""

    def show_event(self, event: Event) -> None:
        """Write the event."""
        self._lines(event)
        self.progress(event)

    def end(self, record: ApplyRecord) -> None:
        """Write the summary after the remarks, and the manifests' errors if these ended the run."""
        if isinstance(record.error, ManifestError):
            self._lines.diagnostics(record.error.diagnostics)
        self._lines.diagnostics(record.remarks)
        self._lines.summary(record)


class _Unseen:
    """Progress without a display: only a request to stop is reported."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: there is nothing to close."""

    def __call__(self, event: Event) -> None:
        """Do nothing."""

    def stopping(self) -> None:
        self._screen.line(STOPPING)


class ApplyOutput:
    """The output of one run: give `emit` to the run and `on_pause` to the backend."""

    def __init__(
        self, settings: Settings, reports: Reports[ApplyRecord], clock: Clock | None = None
    ) -> None:
        """Show the run, and write reports of it, as *reports* has it."""
        self._settings = settings
        self._clock = clock or Clock()
        self._reports = reports
        self._view: View = (
            JsonView(settings, self._clock)
            if reports.format_ is Format.JSON
            else TextView(settings)
        )
        self._plan: Plan | None = None
        self._witness = EventRecorder()
        self._traffic = Traffic(self._on_event)
        self.unexpected = UnexpectedAnswers()
        self.emit = self._traffic
        self.on_pause: OnPause = self._traffic.on_pause

    def planned(self, plan: Plan) -> None:
        """Show *plan*, just made."""
        self._plan = plan
        self._view.planned(plan)

    def loaded(self, plan: Plan) -> None:
        """Run *plan*, which was saved."""
        self._plan = plan
        self._view.loaded(plan)

    def ask(self, plan: Plan) -> None:
        """Return if somebody approves of *plan*; raises ApprovalNeeded."""
        self._view.ask(plan)

    def ask_about_losses(self, plan: Plan) -> None:
        """Return if what *plan*, which was saved, loses is accepted; raises ApprovalNeeded."""
        self._view.ask_about_losses(plan)

    @contextmanager
    def watched(self) -> Iterator[Stop]:
        """Show progress during the block; yield the stop that signals request.

        Must be used inside the running loop.
        """
        stop = Stop()

        def interrupt() -> None:
            if not stop.asked.is_set():
                self._view.progress.stopping()
            stop.request()

        with self._view.progress, interruptible(interrupt):
            yield stop

    def around(self, work: Callable[[], int]) -> int:
        """Return the exit code of *work*; show and report the end, however it ends.

        An exception of *work* is raised again afterwards. Nothing begins if a report could not
        be written.
        """
        self._reports.check()
        started_at, began = self._clock.stamp(), self._clock.monotonic()

        def record(code: ExitCode, error: BaseException | None) -> ApplyRecord:
            interrupted = code is ExitCode.INTERRUPTED
            return ApplyRecord(
                plan=self._plan,
                report=self._witness.report(self._plan, interrupted=interrupted),
                began=self._witness.began,
                ending=run_ending(code),
                exit_code=code,
                started_at=started_at,
                ended_at=self._clock.stamp(),
                seconds=self._clock.monotonic() - began,
                error=error,
                traffic=self._traffic.total,
                traffic_of=self._traffic.by_source,
                remarks=self.unexpected.diagnostics(),
            )

        self._view.begin()
        try:
            code = ExitCode(work())
        except BaseException as error:
            self._end(record(of_exception(error), error))
            raise
        return self._end(record(code, None))

    def _on_event(self, event: Event) -> None:
        self._witness(event)
        self._view.show_event(event)

    def _end(self, record: ApplyRecord) -> int:
        code = ExitCode(record.exit_code)
        for why in self._reports.unwritten(record, self._settings):
            # Reported here: it must not hide how the run itself ended.
            write_error(why, self._settings.err)
            code = worst([code, ExitCode.ERROR])
        if record.error is None:
            record = replace(record, exit_code=code, ending=run_ending(code))
        self._view.end(record)
        return code
