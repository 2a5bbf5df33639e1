"""Plan again, as the saved plan was made: what `comment --verify` compares with."""

from dataclasses import replace

from reconciler.cli.backends import backend_of
from reconciler.cli.desired import load_desired, open_project
from reconciler.cli.event_loop import until_done
from reconciler.cli.plan_settings import PlanSettings
from reconciler.cli.planning import plan_live
from reconciler.cli.settings import Settings
from reconciler.errors import PlanFileError, WrongUsage
from reconciler.planning.plan import Plan


def plan_again(
    settings: Settings, saved: Plan, sources: tuple[str, ...], how: PlanSettings
) -> Plan:
    """Return the plan of today, in the environment and with the residual that *saved* allows.

    Raises ManifestError where a manifest is in error, and the error of the first source
    that cannot be read.
    """
    if saved.errored:
        raise PlanFileError("the plan was made with errors: there is nothing to verify")
    if settings.environment not in {None, saved.environment}:
        raise WrongUsage(
            f"the plan is for {saved.environment}, and --environment says {settings.environment}"
        )
    project = open_project(settings, environment=saved.environment)
    desired = load_desired(project, sources)
    how = replace(how, allow_residual=how.allow_residual or saved.allow_residual)

    async def run() -> Plan:
        async with backend_of(project, connections=how.parallelism) as backend:
            planned = await plan_live(
                desired,
                backend,
                options=how.options(desired.project.policy),
                parallelism=how.parallelism,
                screen=settings.err,
            )
        for error in planned.unread.values():
            raise error
        return planned.plan

    return until_done(run())
