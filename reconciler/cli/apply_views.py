"""What `apply` shows while it runs and when it is over: text for people, lines for programs."""

from contextlib import AbstractContextManager
from typing import Protocol, Self

from reconciler.applying.clock import Clock
from reconciler.cli.approval import ask
from reconciler.cli.settings import Settings
from reconciler.errors import ApprovalNeeded, ManifestError
from reconciler.outcome.account import Account
from reconciler.outcome.events import Event
from reconciler.planning.plan import Plan
from reconciler.render.apply_events import EventLines
from reconciler.render.apply_live import LiveProgress
from reconciler.render.apply_report import write_report
from reconciler.render.apply_text import PlainProgress
from reconciler.render.apply_words import STOPPING
from reconciler.render.diagnostics_text import write_diagnostics
from reconciler.render.plan_text import write_plan_text
from reconciler.render.terminal import Screen


class Progress(AbstractContextManager["Progress"], Protocol):
    """A listener that a person reads, opened while a run goes on."""

    def __call__(self, event: Event) -> None:
        """Show what *event* tells."""

    def stopping(self) -> None:
        """Show that the run was asked to stop."""


class View(Protocol):
    """One format of `apply`."""

    @property
    def progress(self) -> Progress:
        """What a person sees of the run."""

    def begin(self) -> None:
        """Show what comes before anything else."""

    def planned(self, plan: Plan) -> None:
        """Show *plan*, just made."""

    def loaded(self, plan: Plan) -> None:
        """Show *plan*, which was saved and seen before."""

    def ask(self, plan: Plan) -> None:
        """Return if a person approves of *plan*; raises ApprovalNeeded."""

    def tell(self, event: Event) -> None:
        """Show what *event* tells."""

    def end(self, account: Account) -> None:
        """Show how the run ended."""


class TextView:
    """The plan and the table on standard output, progress on standard error."""

    def __init__(self, settings: Settings) -> None:
        """Draw where a person watches, write lines elsewhere."""
        self._out = settings.out
        self._err = settings.err
        self.progress: Progress = (
            LiveProgress(self._err) if self._err.interactive else PlainProgress(self._err)
        )

    def begin(self) -> None:
        """Show nothing: the plan comes first."""

    def planned(self, plan: Plan) -> None:
        """Show the plan and the remarks about it."""
        write_diagnostics(plan.diagnostics, self._err)
        write_plan_text(plan, self._out)

    def loaded(self, plan: Plan) -> None:
        """Show nothing: who passes a saved plan has seen it."""

    def ask(self, plan: Plan) -> None:
        """Ask on the terminal; raises ApprovalNeeded."""
        ask(plan, self._err)

    def tell(self, event: Event) -> None:
        """Show the event as progress."""
        self.progress(event)

    def end(self, account: Account) -> None:
        """Write the table of a run that came to sending."""
        if account.began:
            write_report(account.report, self._out, account.traffic)


class JsonView:
    """Lines of JSON on standard output, nothing else there.

    Who keeps them in a file still sees the progress drawn, if standard error is a terminal.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Stamp the lines by *clock*."""
        self._err = settings.err
        self._lines = EventLines(settings.out, stamp=clock.stamp, monotonic=clock.monotonic)
        drawn = settings.err.interactive and not settings.out.interactive
        self.progress: Progress = LiveProgress(self._err) if drawn else _Unseen(self._err)

    def begin(self) -> None:
        """Write the version line."""
        self._lines.version()

    def planned(self, plan: Plan) -> None:
        """Write what is planned."""
        self._lines.planned(plan)

    def loaded(self, plan: Plan) -> None:
        """Write what is planned: a reader of the lines has not seen it."""
        self._lines.planned(plan)

    def ask(self, plan: Plan) -> None:  # noqa: ARG002 - the other view shows it
        """Raise ApprovalNeeded: a program reads, there is nobody to ask."""
        raise ApprovalNeeded(
            "nothing was sent: with --format json there is nobody to ask for approval",
            hint="pass --auto-approve, or a saved plan: reconciler plan -o PLAN",
        )

    def tell(self, event: Event) -> None:
        """Write the event."""
        self._lines(event)
        self.progress(event)

    def end(self, account: Account) -> None:
        """Write the summary, after the faults of the manifests where these ended the run."""
        if isinstance(account.error, ManifestError):
            self._lines.diagnostics(account.error.diagnostics)
        self._lines.summary(account)


class _Unseen:
    """Progress that nobody watches: only that the run was asked to stop is said."""

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
