"""Saved plans: read and verified, saved, compared with manifests."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.app.desired import known_sources
from reconciler.app.files import is_null, names_stream, write_atomically
from reconciler.codes.failure import StaleCode
from reconciler.command_line import command_line, plan_again
from reconciler.diagnostics import errors_in
from reconciler.errors import ManifestError, PlanFileError, StalePlan, WrongUsage
from reconciler.lifetime import collector_paused
from reconciler.manifest.load import Loaded, load_project_manifests
from reconciler.manifest.other_file import other_by_value
from reconciler.manifest.project.file import is_project_name
from reconciler.manifest.project.model import Project
from reconciler.manifest.text.file import read_text, shown_path
from reconciler.manifest.text.parser import json_value, parse
from reconciler.model.canonical import digest
from reconciler.model.wire import write_document
from reconciler.planning.plan import Plan
from reconciler.regex import regex

if TYPE_CHECKING:
    from reconciler.outcome.records import RunRecord

_SUFFIX = ".json"
_YAML = frozenset({".yaml", ".yml"})
_PAGE = regex(r"\s*<(?:!doctype|html)\b", re.IGNORECASE)
_LARGEST_MANIFEST = 10_000_000  # characters of what is parsed only to tell what it is


def load_plan(path: Path) -> Plan:
    """Return the plan in *path*, verified.

    Raises ManifestError if it cannot be read, PlanFileError if it is not a plan, AlteredPlan if
    it was altered.
    """
    file = shown_path(path)
    text = read_text(path, file=file)
    try:
        return parse_plan(text, file=file)
    except (ManifestError, PlanFileError) as error:
        if (meant := _mistaken(text, path)) is not None:
            raise meant from error
        if isinstance(error, ManifestError):
            raise
        raise type(error)(f"{path}: {error}", hint=error.hint) from error


def _mistaken(text: str, path: Path) -> PlanFileError | None:
    """Return the error that *text*, the content of *path*, is what people take for a plan."""
    hint = f"{command_line('plan -o PLAN')}  saves one, which {command_line('show PLAN')} shows"
    if _PAGE.match(text):
        what = "is an HTML page, not a saved plan"
    elif is_project_name(path.name):
        what = "is the project file, not a saved plan"
    elif (value := _manifest(text)) is not None:
        written = value.get("source", path.stem)  # as a manifest is called without one
        source = written if isinstance(written, str) else "SOURCE"
        what = "is a manifest, not a saved plan"
        hint = (
            f"{command_line('plan', source)}  plans it\n"
            f"{command_line('apply', source)}  plans it, asks and applies it"
        )
    elif path.suffix.lower() in _YAML and not text.lstrip().startswith("{"):
        what = "is YAML, and a saved plan is JSON"
    else:
        return None
    return PlanFileError(f"{path} {what}", hint=hint)


def _manifest(text: str) -> Mapping[str, Any] | None:
    """Return the value of *text* if it is a manifest's."""
    if len(text) > _LARGEST_MANIFEST:
        return None
    try:
        is_json = text.lstrip().startswith("{")
        value = json_value(text, file="") if is_json else parse(text, file="").value
    except ManifestError:
        return None
    return value if isinstance(value, Mapping) and other_by_value(value) is None else None


def parse_plan(text: str, *, file: str = "the plan") -> Plan:
    """Return the plan of the JSON *text*, the content of *file*; raises what `load_plan` does."""
    # Most plans are neither saved nor read.
    from reconciler.planning.plan_text import read_plan_text  # noqa: PLC0415
    from reconciler.planning.verification import open_plan  # noqa: PLC0415

    with collector_paused():
        read = read_plan_text(text, file=file)
        return open_plan(read.raw, read.documents)


def resumable(found: "tuple[RunRecord, Any] | None") -> "tuple[RunRecord, Plan] | None":
    """Return the run that the journal *found* unfinished with its plan, verified; None if None.

    Raises PlanFileError if an older version made the plan, AlteredPlan if it was altered.
    """
    from reconciler.planning.verification import open_plan  # noqa: PLC0415 - as above

    if found is None:
        return None
    run, raw = found
    try:
        return run, open_plan(raw)
    except PlanFileError as error:
        raise type(error)(
            f"the run of {run.started_at} cannot be resumed: {error}",
            hint=f"plan again, for live shows what became of it: {command_line('plan')}",
        ) from error


def check_plan_name(path: Path, project: Project) -> None:
    """Raise WrongUsage if *path* is the name of a source.

    From then on `apply NAME` would send the plan in that file, and ask nobody.
    """
    if path.suffix.lower() == _SUFFIX:
        return  # as nearly all are called: no manifest is read for that
    names = known_sources(project, load_project_manifests(project))
    if any(path.absolute() == Path(name).absolute() for name in names):
        written = shlex.quote(f"{path}{_SUFFIX}")
        raise WrongUsage(
            f"{path} is the name of a source: apply would take the one for the other",
            hint=f"save the plan as {written}",
        )


def save_plan(plan: Plan, path: Path) -> None:
    """Write *plan* to *path*, readable by its owner only: it holds the whole configuration."""
    from reconciler.render.plan.json import plan_pieces  # noqa: PLC0415 - as above

    write_atomically(path, plan_pieces(plan))


def saved_line(
    plan: Plan, path: Path, environment: str | None, *, offline: bool = False, is_told: bool = False
) -> str:
    """Return the line that says that *plan* is saved to *path*, and how to send it if one can.

    *environment* is named where no project file does. An *offline* plan is never sent. How to send
    it *is_told* where the plan itself ends with that.
    """
    saved = f"Saved to {path}."
    if offline:
        return f"{saved} It was made offline, for review only: apply sends plans made from live."
    if not plan.has_changes:
        return f"{saved} It has nothing to send."
    command = None if is_told else sending(path, environment)
    return saved if command is None else f"{saved} Send it with:  {command}"


def sending(path: Path, environment: str | None = None) -> str | None:
    """Return the command that sends the plan saved to *path*, None where none can be read."""
    if is_null(path) or names_stream(path):
        return None
    return command_line("apply", str(path), environment=environment)


def changed_manifests(project: Project, plan: Plan) -> dict[str, StalePlan]:
    """Return, by source, why *plan* must not be sent: its manifest has changed since.

    Only manifests that are present count. If the project has none at all, as on a machine that
    received only the plan, the plan alone decides (design.md#staleness).
    """
    try:
        loaded = load_project_manifests(project)
    except ManifestError:
        return {}
    if not loaded.manifests and not errors_in(loaded.diagnostics):
        return {}
    desired = {m.source: digest(write_document(m.document)) for m in loaded.manifests}
    changed: dict[str, StalePlan] = {}
    for planned in plan.sources:
        now = desired.get(planned.source)
        if planned.sends and now != planned.desired_digest:
            changed[planned.source] = _stale(planned.source, now, loaded)
    return changed


def _stale(source: str, now: str | None, loaded: Loaded) -> StalePlan:
    if now is not None:
        why = "its manifest changed after it was made"
    elif any(d.source == source for d in errors_in(loaded.diagnostics)):
        why = "its manifest changed after it was made, and is in error now"
    else:
        why = "no manifest has its source any more"
    return StalePlan(
        f"the plan is stale: {why}",
        code=StaleCode.MANIFEST_CHANGED,
        hint=plan_again(),
    )
