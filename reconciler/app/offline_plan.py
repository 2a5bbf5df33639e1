"""Plans without a network: of one source against a saved answer (`plan --live`), and of none."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.app.baselines import Baselines, with_neighbours
from reconciler.app.desired import desired_of
from reconciler.app.plan_options import PlanSettings
from reconciler.app.selection import Selection
from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic, errors_in, warnings_as_errors
from reconciler.errors import ReconcilerError, WrongUsage
from reconciler.manifest import schemas
from reconciler.manifest.layers import layers_of
from reconciler.manifest.load import Manifest, load_manifests, manifest_paths
from reconciler.manifest.project.facts import load_facts, site_of
from reconciler.manifest.project.model import Project
from reconciler.manifest.text.file import decode_text, read_bytes, shown_path
from reconciler.manifest.text.parser import json_value
from reconciler.model.normalise import LiveDocument, normalise, normalise_text
from reconciler.model.source import Live, SourceRef
from reconciler.outcome.timestamp import now
from reconciler.planning.inputs import SourceInput
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan
from reconciler.value import replace

if TYPE_CHECKING:
    from reconciler.app.git import CommitManifests

NOTHING = "none"


def plan_offline(
    project: Project,
    selection: Selection,
    live: str,
    how: PlanSettings,
    commit: "CommitManifests | None",
    *,
    besides: Iterable[Path] = (),
    places: bool = True,
) -> Plan:
    """Return the plan for the one source selected; *live* is a file, or `none`.

    Changes are attributed against *commit*; the journal is not read. The files *besides* are
    not manifests, wherever they are. *places* is whether anybody asks where in the manifest its
    changes are.

    Raises WrongUsage unless exactly one source is selected, or none because none has changed;
    ReconcilerError if the file is not an answer of GET schema-and-mapping.
    """
    # The answer may be beside the manifests without being one.
    paths = manifest_paths(project, besides=(Path(live), *besides))
    loaded = load_manifests(paths, layers=layers_of(project, paths))
    desired = desired_of(project, loaded, selection)
    inputs: tuple[SourceInput, ...] = ()
    observed = load_facts(project.root)
    known = Baselines(commit=commit, diagnostics=commit.diagnostics if commit else ())
    if len(desired.manifests) == 1:
        given = _offline_input(desired.manifests[0], live, known)
        given = replace(given, facts=observed.of(site_of(project)), places=places)
        inputs = with_neighbours(desired, [given], known)
    elif desired.manifests or selection.changed_since is None:
        raise WrongUsage(
            f"--live is the answer for one source, and {len(desired.manifests)} are selected",
            hint=f"name the source: {command_line('plan SOURCE --live FILE')}",
        )
    return make_plan(
        inputs,
        environment=project.environment.name,
        options=how.options(desired),
        tool_version=__version__,
        created_at=now(),
        diagnostics=(
            *desired.news(inputs),
            *known.diagnostics,
            *observed.diagnostics,
        ),
        id_prefix=project.environment.id_prefix,
    )


def _offline_input(manifest: Manifest, live: str, known: Baselines) -> SourceInput:
    document = None if live == NOTHING else _live(Path(live))
    ref = SourceRef(name=manifest.source, import_source_id=None, workspace_id=None)
    return SourceInput(
        ref=ref,
        desired=manifest.document,
        live=Live(status=None, document=document),
        baseline=known.of(ref),
        locations=manifest.locations,
    )


def _live(path: Path) -> LiveDocument:
    file = shown_path(path)
    data = read_bytes(path, file=file)
    if (live := normalise_text(data)) is not None:
        return live
    raw = json_value(decode_text(data, file=file), file=file)
    if faults := schemas.schema_faults("answer", raw):
        raise ReconcilerError(
            f"{path} is not an answer of GET schema-and-mapping: {faults[0]}",
            hint="save the answer as it came, or say --live none",
        )
    return normalise(raw)


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
