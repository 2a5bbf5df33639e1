"""`show`: render a saved plan."""

from pathlib import Path

import click

from reconciler.app.repository import project_directory
from reconciler.app.saved_plan import load_plan
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.formats import Reports, limit_option, report_options
from reconciler.cli.settings import Settings
from reconciler.errors import PlanFileError, WrongUsage
from reconciler.planning import verification
from reconciler.planning.plan import Plan
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.formats import PLAN, Format
from reconciler.render.plan.explanation import write_verification
from reconciler.render.report import PlanReport


@click.command()
@click.argument("plan", type=click.Path(path_type=Path), metavar="PLAN")
@report_options("plan", PLAN)
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
    reports: Reports[PlanReport],
    limit: int,
    verify: bool,
) -> int:
    """Render the saved PLAN. Nothing is read but the file; one that was altered is an error."""
    loaded = load_plan(plan)
    if verify:
        return _verify(
            settings, loaded, renders=bool(reports.outputs) or reports.format_ is not Format.TEXT
        )
    write_diagnostics(loaded.diagnostics, settings.err)
    report = PlanReport(plan=loaded, directory=project_directory(), limit=limit, whole=str(plan))
    reports.show(report, settings)
    return 0


def _verify(settings: Settings, plan: Plan, *, renders: bool) -> ExitCode:
    if renders:
        raise WrongUsage("--verify renders nothing: leave --format and --output out")
    if plan.errored:
        raise PlanFileError("the plan was made with errors: there is nothing to verify")
    verified = verification.verify(plan)
    write_verification(verified, settings.out)
    return ExitCode.ERROR if any(v.faults for v in verified) else ExitCode.DONE
