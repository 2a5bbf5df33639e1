"""The plan of a run that could make none."""

from collections.abc import Sequence

from reconciler import __version__
from reconciler.app.timestamp import now
from reconciler.diagnostics import Diagnostic
from reconciler.planning.plan import Plan


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
