"""`reconciler` as a measured process in a project whose pace is set."""

import json

from benchmarks.process import Ran, run
from tests.support.processes.project import Project
from tests.support.processes.server import RECONCILER

UNPACED = 1_000_000


def run_in(project: Project, *arguments: str) -> Ran:
    """Run `reconciler` with *arguments* in *project*, to its end."""
    return run((*RECONCILER, *arguments), project.root, project.environ)


def set_pace(project: Project, requests_per_minute: int) -> None:
    """Write the pace into the project file of *project*."""
    path = project.root / "reconciler.yaml"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["policy"] = {"requestsPerMinute": requests_per_minute}
    path.write_text(json.dumps(settings), encoding="utf-8")
