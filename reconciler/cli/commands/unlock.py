"""`unlock`: remove the lock of a run that has died."""

import sys

from reconciler.app.desired import choose_known
from reconciler.app.project import journal_of, open_project
from reconciler.app.selection import Selection
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.prompt import is_approved
from reconciler.cli.reports import print_report
from reconciler.cli.settings import Settings
from reconciler.errors import ApprovalNeeded, Holder
from reconciler.journal.leases import OBJECT_SCHEMAS, Leases, this_runner
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.formats import UNLOCK, Format
from reconciler.render.report import ReleasedLocks


def unlock(settings: Settings, *, selection: Selection, force: bool, format_: Format) -> int:
    """Run the command and return its exit code."""
    project = open_project(settings.environment)
    with journal_of(project) as journal:
        runner = this_runner("unlock")
        leases_of = {
            holder: leases
            for environment in (project.environment.name, OBJECT_SCHEMAS)
            for leases in [Leases(journal.store, environment=environment, runner=runner)]
            for holder in leases.holders()
        }
        holders = [*leases_of]
        free: list[str] = []
        if selection.is_partial:
            chosen = choose_known(project, selection, [h.source for h in holders])
            holders = [h for h in holders if h.source in chosen.names]
            # A lock may have expired while somebody typed the command.
            free = sorted({*chosen.named, *chosen.unknown} - {h.source for h in holders})
            write_diagnostics(chosen.diagnostics, settings.err)
        said = settings.out if format_ is Format.TEXT else settings.err
        for name in free:
            said.line(f"{name}   is not locked")
        if not holders and not free:
            said.line("Nothing is locked.")
        for holder in holders:
            said.line(f"{holder.source}   locked by {holder}")
        if holders and not force:
            _confirm(settings, holders)
        held = tuple((holder, leases_of[holder].break_lease(holder)) for holder in holders)
    report = ReleasedLocks(environment=project.environment.name, held=held, free=tuple(free))
    print_report(UNLOCK, report, format_, settings)
    return ExitCode.DONE


def _confirm(settings: Settings, holders: list[Holder]) -> None:
    if not sys.stdin.isatty():
        raise ApprovalNeeded(
            "nothing was unlocked: there is no terminal to ask", hint="pass --force"
        )
    settings.err.line(
        f"Take {'this lock' if len(holders) == 1 else 'these locks'} away? Only `yes` does; "
        "a run that is still alive will send nothing more."
    )
    if not is_approved(settings.err):
        raise ApprovalNeeded("nothing was unlocked")
