"""`reconciler emulator` as a process of its own, and the command line as another.

Both are forked from one that has the program loaded: as a shell starts them, they are tested in
e2e/test_processes.py and e2e/test_watching.py.
"""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.processes.crash_runner import Ended, Running, forked

RECONCILER = (sys.executable, "-m", "reconciler")


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A running emulator."""

    base_url: str
    token: str
    process: Running

    def requests(self) -> dict[str, int]:
        """Return how often each operation was asked for, over all sources."""
        url = httpx.URL(self.base_url).join("/emulator/requests")
        answer = httpx.get(url, headers={"Authorization": f"Bearer {self.token}"})
        counts: dict[str, int] = {}
        for row in answer.raise_for_status().json()["requests"]:
            counts[row["operation"]] = counts.get(row["operation"], 0) + row["count"]
        return counts


@contextmanager
def emulator(*options: str, db: Path | None = None) -> Iterator[Server]:
    """Start an emulator on a free port; it is ended, and its end is awaited, with the block."""
    keep = ("--db", str(db)) if db else ()
    arguments = ("emulator", "--port", "0", *keep, *options)
    process = Running(Path.cwd(), *arguments, environ=os.environ)
    try:
        process.until(lambda: process.said().count("\n") >= 2)
        base_url, token = (line.split()[-1] for line in process.said().splitlines()[:2])
        yield Server(base_url=base_url, token=token, process=process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send(signal.SIGINT)
        process.ended(kill_after=10)


def write_project(root: Path, server: Server, **documents: Any) -> None:
    """Write a project whose production environment is *server*, and its manifests."""
    sources = {name: {"importSourceId": f"id-{name}"} for name in documents}
    project = {
        "environments": {
            "production": {
                "backend": "cloud",
                "baseUrl": server.base_url,
                "workspaceId": "w",
                "auth": {"bearer": "${TOKEN}"},
                "sources": sources,
            }
        }
    }
    (root / "reconciler.yaml").write_text(json.dumps(project))
    for name, document in documents.items():
        (root / f"{name}.json").write_text(json.dumps(document))


def command(root: Path, server: Server, *arguments: str) -> Ended:
    """Run `reconciler` in *root* with the server's token in its environment."""
    return forked(root, *arguments, environ={**os.environ, "TOKEN": server.token})
