"""A plan in a file: read, checked against its schema and its digests; saved."""

import shlex
from pathlib import Path

from reconciler.cli.atomic_file import write_atomically
from reconciler.cli.json_file import read_json
from reconciler.errors import PlanFileError
from reconciler.manifest import schemas
from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import read_plan
from reconciler.render.plan_json import plan_json


def load_plan(path: Path) -> Plan:
    """Return the plan in *path*. Raises PlanFileError where it is none, or was altered."""
    raw = read_json(path, error=PlanFileError)
    faults = schemas.faults("plan", raw)
    if faults:
        raise PlanFileError(
            f"{path} is not a plan: {faults[0]}", hint="make one: reconciler plan -o PLAN"
        )
    try:
        return read_plan(raw)
    except PlanFileError as error:
        raise PlanFileError(f"{path}: {error}", hint=error.hint) from error


def save_plan(plan: Plan, path: Path) -> None:
    """Write *plan* to *path*, for its owner only: it holds the whole configuration."""
    write_atomically(path, plan_json(plan))


def send_command(path: Path) -> str:
    """Return the command that sends the plan in *path*, as one would type it."""
    return shlex.join(("reconciler", "apply", str(path)))
