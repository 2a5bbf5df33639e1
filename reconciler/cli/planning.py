"""Read live and plan: what `plan` and `apply` have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler import __version__
from reconciler.applying.clock import Clock
from reconciler.backend import Backend
from reconciler.cli.base import bases
from reconciler.cli.commit import CommitManifests
from reconciler.cli.desired import Desired
from reconciler.cli.reading import read_sources
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReconcilerError
from reconciler.manifest.bind import bind
from reconciler.model.source import Live
from reconciler.planning.options import PlanOptions
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan
from reconciler.planning.source_input import SourceInput
from reconciler.render.error_text import explanation_lines
from reconciler.render.terminal import Screen, plain


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """The plan of the sources that could be read, and why the others could not.

    `inputs` are what it was made of.
    """

    plan: Plan
    unread: dict[str, ReconcilerError]
    inputs: tuple[SourceInput, ...]


async def plan_live(
    desired: Desired,
    backend: Backend,
    *,
    options: PlanOptions,
    parallelism: int,
    screen: Screen,
    commit: CommitManifests | None = None,
) -> Planned:
    """Return the plan that takes what *backend* has to what is *desired*.

    Changes are attributed against *commit*, without one against the journal's receipts.
    A source that cannot be read leaves the others as they are; it is named in `unread`
    and in the plan's diagnostics.
    """
    sources = bind(desired.project, desired.manifests)
    refreshed = await read_sources(backend, sources, parallelism=parallelism, screen=screen)
    manifests = {m.source: m for m in desired.manifests}
    known = bases(desired.project, commit)
    read = [
        SourceInput(
            ref=found.source,
            desired=manifests[name].document,
            live=found.live,
            base=known.of(found.source),
            locations=manifests[name].locations,
        )
        for name, found in refreshed.items()
        if isinstance(found.live, Live)
    ]
    unread = {
        name: found.live for name, found in refreshed.items() if not isinstance(found.live, Live)
    }
    plan = make_plan(
        read,
        environment=desired.project.environment.name,
        options=options,
        tool_version=__version__,
        created_at=now(),
        diagnostics=(
            *desired.diagnostics,
            *known.diagnostics,
            *map(_unread, unread, unread.values()),
        ),
    )
    return Planned(plan=plan, unread=unread, inputs=tuple(read))


def errored(environment: str, diagnostics: Sequence[Diagnostic]) -> Plan:
    """Return the plan that says only why there is none (design.md section 6)."""
    return Plan(
        tool_version=__version__,
        created_at=now(),
        environment=environment,
        sources=(),
        diagnostics=tuple(diagnostics),
        errored=True,
    )


def now() -> str:
    """Return the time for `created_at`."""
    return Clock().stamp()


def _unread(source: str, error: ReconcilerError) -> Diagnostic:
    return RunCode.UNREADABLE_SOURCE.diagnostic(
        f"{source} could not be read: {error}",
        hint="\n".join(plain(line) for line in explanation_lines(error, "")) or None,
        source=source,
    )
