"""`apply`: send what the plan holds, and follow it to its end."""

from pathlib import Path

from reconciler.app.apply.run import send_left, send_live, send_saved
from reconciler.app.desired import load_desired
from reconciler.app.event_loop import run_async
from reconciler.app.plan import Planned
from reconciler.app.plan_options import PlanSettings
from reconciler.app.project import journal_of, open_environment
from reconciler.app.saved_plan import load_plan, resumable
from reconciler.app.selection import Selection
from reconciler.applying.context import ApplyOptions
from reconciler.cli.apply_output import ApplyOutput
from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.report_codes import of_plan
from reconciler.cli.reports import Reports
from reconciler.cli.run_codes import of_report
from reconciler.cli.settings import Settings
from reconciler.cli.variables import by_hand
from reconciler.command_line import command_line
from reconciler.errors import WrongUsage
from reconciler.outcome.apply_record import ApplyRecord
from reconciler.value import Value


class _Run(Value):
    """How to run a plan, from the command line."""

    settings: Settings
    options: ApplyOptions
    output: ApplyOutput


def apply(
    settings: Settings,
    *,
    selection: Selection,
    auto_approve: bool,
    fail_fast: bool,
    sync: bool,
    timeout: float,
    lock_timeout: float,
    resume: bool,
    reports: Reports[ApplyRecord],
    how: PlanSettings,
) -> int:
    """Run the command and return its exit code."""
    run = _Run(
        settings=settings,
        options=ApplyOptions(
            parallelism=how.parallelism,
            fail_fast=fail_fast,
            timeout=timeout,
            lock_timeout=lock_timeout,
        ),
        output=ApplyOutput(settings, reports),
    )
    if resume:
        _refuse_beside_resume(selection, how, sync=sync)
        return run.output.around(lambda: _resume(run, how))
    saved = [path for path in map(Path, selection.names) if path.exists() and not path.is_dir()]
    if not saved:
        return run.output.around(
            lambda: _apply_live(run, selection, how, sync=sync, auto_approve=auto_approve)
        )
    if len(selection.names) > 1:
        raise WrongUsage(f"{saved[0]} is a saved plan: it stands alone, without other arguments")
    for option in _overriding(selection, how, sync=sync):
        raise WrongUsage(
            f"{option} cannot change a saved plan",
            hint=f"plan and send at once: {command_line('apply --sync')}"
            if option == "--sync"
            else f"plan again with {option}",
        )
    return run.output.around(lambda: _apply_saved(run, saved[0], how, auto_approve=auto_approve))


def _refuse_beside_resume(selection: Selection, how: PlanSettings, *, sync: bool) -> None:
    """Raise WrongUsage for options that would change what is resumed: the journal has its plan."""
    if selection.names:
        raise WrongUsage("--resume goes on with the whole run that was left: name nothing beside")
    for option in _overriding(selection, how, sync=sync):
        raise WrongUsage(f"{option} cannot change the plan of the run that is resumed")


def _overriding(selection: Selection, how: PlanSettings, *, sync: bool) -> list[str]:
    """Return the options on the command line that would change a plan."""
    options = {**how.overrides(), "--sync": sync, **selection.overrides()}
    return by_hand(option for option, given in options.items() if given)


def _resume(run: _Run, how: PlanSettings) -> int:
    project = open_environment(run.settings.environment)
    with journal_of(project) as journal:
        unfinished = resumable(journal.unfinished(project.environment.name))
    if unfinished is None:
        run.settings.err.line("There is nothing to resume: no run was left open.")
        return ExitCode.DONE
    record, plan = unfinished
    run.output.loaded(plan)
    how.check_digest(plan)
    run.settings.err.line(f"Resuming the run of {record.started_at} by {record.runner}")
    done = run_async(send_left(project, record, plan, run.options, run.output))
    code = ExitCode.DONE if done.report is None else of_report(done.report)
    if done.elsewhere and code is not ExitCode.INTERRUPTED:
        first, *more = done.elsewhere.values()
        raise ExceptionGroup("sources bound elsewhere", [first, *more]) if more else first
    return code


def _apply_saved(run: _Run, path: Path, how: PlanSettings, *, auto_approve: bool) -> int:
    plan = load_plan(path)
    run.output.loaded(plan)
    how.check_digest(plan)
    asked = run.settings.environment
    if asked not in {None, plan.environment}:
        raise WrongUsage(f'{path} was made for the environment "{plan.environment}", not "{asked}"')
    project = open_environment(asked, planned=plan.environment)
    if not auto_approve:
        run.output.ask_about_losses(plan)
    return of_report(run_async(send_saved(project, plan, run.options, run.output)))


def _apply_live(
    run: _Run, selection: Selection, how: PlanSettings, *, sync: bool, auto_approve: bool
) -> int:
    settings = run.settings
    project = open_environment(settings.environment)
    try:
        desired = load_desired(project, selection)
    except WrongUsage as error:
        if not selection.names or selection.overrides():
            raise
        if len(selection.names) == 1 and (plan := Path(selection.names[0])).suffix == ".json":
            load_plan(plan)  # which is not there: that is said, and exits, as with `show`
        # An argument may be meant as either.
        raise WrongUsage(f"{error}, and there is no such file", hint=error.hint) from error
    codes: list[ExitCode] = []

    def approve(planned: Planned) -> bool:
        plan = planned.plan
        how.check_digest(plan)
        run.output.planned(plan)
        codes.append(of_plan(plan, detailed=False))
        if planned.unread:
            codes.append(ExitCode.ERROR)
            if run.options.fail_fast:
                settings.err.line("Nothing was sent: a source could not be read (--fail-fast).")
                return False
        if plan.has_changes and not auto_approve:
            run.output.ask(plan)
        return plan.has_changes

    report = run_async(
        send_live(
            desired,
            how.options(desired, sync=sync),
            run.options,
            run.output,
            ScreenProgress(settings.err),
            approve=approve,
        )
    )
    return worst(codes if report is None else [*codes, of_report(report)])
