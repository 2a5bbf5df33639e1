"""`plan --live`: plan against an answer in a file, with no network, variable or binding."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from reconciler import __version__
from reconciler.cli.base import Bases
from reconciler.cli.commit import CommitManifests
from reconciler.cli.desired import select
from reconciler.cli.json_file import read_json
from reconciler.cli.plan_settings import PlanSettings
from reconciler.cli.planning import now
from reconciler.errors import ReconcilerError, WrongUsage
from reconciler.manifest import schemas
from reconciler.manifest.load import load_manifests, manifest_paths
from reconciler.manifest.project import Project
from reconciler.model.normalise import normalise
from reconciler.model.source import Live, SourceRef
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan
from reconciler.planning.source_input import SourceInput

NOTHING = "none"


def plan_offline(
    project: Project,
    names: Sequence[str],
    live: str,
    how: PlanSettings,
    commit: CommitManifests | None,
    *,
    besides: Iterable[Path] = (),
) -> Plan:
    """Return the plan for the one source selected; *live* is a file, or `none`.

    Changes are attributed against *commit*; no journal is read. The files *besides* are no
    manifests, wherever they lie.

    Raises WrongUsage where not exactly one source is selected, ReconcilerError where the
    file is not an answer of GET schema-and-mapping.
    """
    # The answer may lie beside the manifests; it is live, and no manifest.
    others = {path.resolve() for path in (Path(live), *besides)}
    paths = [path for path in manifest_paths(project) if path.resolve() not in others]
    desired = select(project, load_manifests(paths), names)
    if len(desired.manifests) != 1:
        raise WrongUsage(
            f"--live is the answer for one source, and {len(desired.manifests)} are selected",
            hint="name the source: reconciler plan SOURCE --live FILE",
        )
    (manifest,) = desired.manifests
    document = None if live == NOTHING else normalise(_answer(Path(live)))
    ref = SourceRef(name=manifest.source, import_source_id=None, workspace_id=None)
    known = Bases(commit=commit, diagnostics=commit.diagnostics if commit else ())
    return make_plan(
        [
            SourceInput(
                ref=ref,
                desired=manifest.document,
                live=Live(status=None, document=document),
                base=known.of(ref),
                locations=manifest.locations,
            )
        ],
        environment=project.environment.name,
        options=how.options(desired.project.policy),
        tool_version=__version__,
        created_at=now(),
        diagnostics=(*desired.diagnostics, *known.diagnostics),
    )


def _answer(path: Path) -> dict[str, object]:
    raw = read_json(path)
    if faults := schemas.faults("answer", raw):
        raise ReconcilerError(
            f"{path} is not an answer of GET schema-and-mapping: {faults[0]}",
            hint="save the answer as it came, or say --live none",
        )
    answer: dict[str, object] = raw
    return answer
