"""`show`: render a saved plan."""

from pathlib import Path

from reconciler.app.repository import plan_origin, project_directory
from reconciler.app.saved_plan import load_plan, sending
from reconciler.cli.reports import Reports
from reconciler.cli.settings import Settings
from reconciler.errors import PlanFileError, WrongUsage
from reconciler.planning.plan import Plan
from reconciler.render.formats import Format
from reconciler.render.plan.explanation import write_verification
from reconciler.render.report import PlanReport


def show(
    settings: Settings,
    *,
    plan: Path,
    reports: Reports[PlanReport],
    limit: int,
    lists_all: bool,
    verify: bool,
) -> int:
    """Run the command and return its exit code."""
    loaded = load_plan(plan)
    if verify:
        _write_proof(
            settings, loaded, renders=bool(reports.outputs) or reports.format_ is not Format.TEXT
        )
        return 0
    report = PlanReport(
        plan=loaded,
        directory=project_directory(),
        limit=limit,
        whole=str(plan),
        next_command=sending(plan),
        lists_all=lists_all,
        origin=plan_origin(settings.started) if reports.has(Format.HTML) else None,
    )
    reports.show(report, settings)
    return 0


def _write_proof(settings: Settings, plan: Plan, *, renders: bool) -> None:
    if renders:
        raise WrongUsage("--verify renders nothing: leave --format and --output out")
    if plan.errored:
        raise PlanFileError("the plan was made with errors: there is nothing to verify")
    write_verification(plan, settings.out)
