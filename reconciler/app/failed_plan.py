"""The plan of a run that could make none, or none that may stand."""

from collections.abc import Sequence

from reconciler import __version__
from reconciler.diagnostics import Diagnostic, errors_in, warnings_as_errors
from reconciler.outcome.timestamp import now
from reconciler.planning.plan import Plan
from reconciler.value import replace


def failed_plan(environment: str, diagnostics: Sequence[Diagnostic]) -> Plan:
    """Return a plan that only says why there is no other (design.md#the-plan)."""
    return Plan(
        tool_version=__version__,
        created_at=now(),
        environment=environment,
        sources=(),
        diagnostics=tuple(diagnostics),
        errored=True,
    )


def strictly(plan: Plan) -> Plan:
    """Return *plan*, in error if there is a warning: each is an error then."""
    diagnostics = warnings_as_errors(plan.diagnostics)
    errored = plan.errored or bool(errors_in(diagnostics))
    return replace(plan, diagnostics=diagnostics, errored=errored)
