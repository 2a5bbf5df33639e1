"""Saved plans: read and checked against schema and digests, saved, compared with manifests."""

import shlex
from pathlib import Path

from reconciler.app.files import read_json, write_atomically
from reconciler.codes.failure import StaleCode
from reconciler.diagnostics import errors_in
from reconciler.errors import ManifestError, PlanFileError, StalePlan
from reconciler.manifest import schemas
from reconciler.manifest.load import Loaded, load_project_manifests
from reconciler.manifest.project.file import Project
from reconciler.model.canonical import digest
from reconciler.model.wire import write_document
from reconciler.planning.plan import Plan


def load_plan(path: Path) -> Plan:
    """Return the plan in *path*.

    Raises ManifestError if it cannot be read, PlanFileError if it is not a plan, or was altered.
    """
    # Most plans are neither saved nor read: msgspec is not loaded for them.
    from reconciler.planning.plan_file import read_plan  # noqa: PLC0415

    raw = read_json(path)
    faults = schemas.schema_faults("plan", raw)
    if faults:
        raise PlanFileError(
            f"{path} is not a plan: {faults[0]}", hint="make one: reconciler plan -o PLAN"
        )
    try:
        return read_plan(raw)
    except PlanFileError as error:
        raise PlanFileError(f"{path}: {error}", hint=error.hint) from error


def save_plan(plan: Plan, path: Path) -> None:
    """Write *plan* to *path*, readable by its owner only: it holds the whole configuration."""
    from reconciler.render.plan.json import plan_json  # noqa: PLC0415 - as above

    write_atomically(path, plan_json(plan))


def send_command(path: Path, environment: str | None = None) -> str:
    """Return the command that sends the plan in *path*, as one would type it.

    *environment* is named where no project file does.
    """
    named = () if environment is None else ("--environment", environment)
    return shlex.join(("reconciler", *named, "apply", str(path)))


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
        if planned.operation is not None and now != planned.desired_digest:
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
        hint="plan again: reconciler plan",
    )
