"""`show`: render a saved plan."""

from pathlib import Path

import click

from reconciler.app.saved_plan import load_plan
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.formats import (
    PLAN_FORMATS,
    TEXT,
    PlanReport,
    format_options,
    limit_option,
    print_plan,
    write_outputs,
)
from reconciler.cli.settings import Settings
from reconciler.errors import PlanFileError, WrongUsage
from reconciler.planning import verification
from reconciler.planning.plan import Plan
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.plan.explanation import write_verification


@click.command()
@click.argument("plan", type=click.Path(path_type=Path), metavar="PLAN")
@format_options("plan", PLAN_FORMATS)
@limit_option
@click.option(
    "--verify",
    is_flag=True,
    help="Prove its claims again, offline, instead of rendering it; exit 1 where one fails.",
)
@click.pass_obj
def show(
    settings: Settings,
    *,
    plan: Path,
    format_: str,
    outputs: tuple[tuple[str, Path], ...],
    limit: int,
    verify: bool,
) -> int:
    """Render the saved PLAN. Nothing is read but the file; one that was altered is an error."""
    loaded = load_plan(plan)
    if verify:
        return _verify(settings, loaded, renders=bool(outputs) or format_ != TEXT)
    write_diagnostics(loaded.diagnostics, settings.err)
    report = PlanReport(plan=loaded, limit=limit, whole=str(plan))
    print_plan(report, format_, settings)
    write_outputs(report, outputs, settings)
    return 0


def _verify(settings: Settings, plan: Plan, *, renders: bool) -> ExitCode:
    if renders:
        raise WrongUsage("--verify renders nothing: leave --format and --output out")
    if plan.errored:
        raise PlanFileError("the plan was made with errors: there is nothing to verify")
    verified = verification.verify(plan)
    write_verification(verified, settings.out)
    return ExitCode.ERROR if any(v.faults for v in verified) else ExitCode.DONE
