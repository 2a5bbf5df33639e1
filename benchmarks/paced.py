"""`reconciler` as a measured process in an estate whose pace is set."""

import json

from benchmarks.process import Ran, run
from tests.support.processes.server import RECONCILER
from tests.support.processes.workspace import Estate

UNPACED = 1_000_000


def run_in(estate: Estate, *arguments: str) -> Ran:
    """Run `reconciler` with *arguments* in *estate*, to its end."""
    return run((*RECONCILER, *arguments), estate.root, estate.environ)


def set_pace(estate: Estate, requests_per_minute: int) -> None:
    """Write the pace into the project file of *estate*."""
    path = estate.root / "reconciler.yaml"
    project = json.loads(path.read_text(encoding="utf-8"))
    project["policy"] = {"requestsPerMinute": requests_per_minute}
    path.write_text(json.dumps(project), encoding="utf-8")
