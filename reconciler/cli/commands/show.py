"""`show`: render a saved plan."""

from pathlib import Path

import click

from reconciler.app.repository import project_directory
from reconciler.app.saved_plan import load_plan
from reconciler.cli.formats import Reports, limit_option, report_options
from reconciler.cli.settings import Settings
from reconciler.errors import PlanFileError, WrongUsage
from reconciler.planning.plan import Plan
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.formats import PLAN, Format
from reconciler.render.plan.explanation import write_verification
from reconciler.render.report import PlanReport


@click.command()
@click.argument("plan", type=click.Path(path_type=Path), metavar="PLAN")
@report_options("plan", PLAN, reads=("plan",))
@limit_option
@click.option(
    "--verify",
    is_flag=True,
    help="Say what was proved of each source, instead of rendering the plan.",
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
        _write_proof(
            settings, loaded, renders=bool(reports.outputs) or reports.format_ is not Format.TEXT
        )
        return 0
    write_diagnostics(loaded.diagnostics, settings.err)
    report = PlanReport(plan=loaded, directory=project_directory(), limit=limit, whole=str(plan))
    reports.show(report, settings)
    return 0


def _write_proof(settings: Settings, plan: Plan, *, renders: bool) -> None:
    if renders:
        raise WrongUsage("--verify renders nothing: leave --format and --output out")
    if plan.errored:
        raise PlanFileError("the plan was made with errors: there is nothing to verify")
    write_verification(plan, settings.out)
