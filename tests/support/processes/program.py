"""`reconciler` as a shell starts it, with pipes for its output."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.stages import cli_project

LIMIT_SECONDS = 60.0


@contextmanager
def started(
    *arguments: str, cwd: Path, stdout: int = subprocess.PIPE, **variables: str
) -> Iterator[subprocess.Popen[str]]:
    """Start `reconciler` and yield the process; it is gone at the end, or after a minute."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **variables}
    with subprocess.Popen(
        [sys.executable, "-m", "reconciler", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environ,
    ) as process:
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        limit.start()
        try:
            yield process
        finally:
            limit.cancel()
            process.kill()


def write_project(root: Path, base_url: str, token: str) -> None:
    """Write a project whose one source is at the emulator."""
    (root / "disks.yaml").write_text(cli_project.MANIFEST, encoding="utf-8")
    (root / "reconciler.yaml").write_text(
        "defaultEnvironment: server\n"
        "environments:\n"
        "  server:\n"
        "    backend: cloud\n"
        f"    baseUrl: {base_url}\n"
        "    workspaceId: w\n"
        f"    auth: {{bearer: {token}}}\n"
        "    sources: {disks: {importSourceId: '1'}}\n",
        encoding="utf-8",
    )
