"""`reconciler` as a process whose time and memory are measured, in an estate whose pace is set."""

import json
import os
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass

from estate import Estate
from server import RECONCILER

UNPACED = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """How a process ended: what it wrote, its time and that of its processor.

    `most` is its largest memory as Linux tells it, `ours` that of this process until then.
    """

    code: int
    out: str
    seconds: float
    cpu: float
    most: int
    ours: int

    @property
    def mib(self) -> float:
        """MiB at most. Raises RuntimeError where they are not known to be the process's own.

        Linux counts what a process was before it became another program, which was we.
        """
        if self.ours >= self.most:
            raise RuntimeError(f"{self.ours} KiB are ours: keep less, or measure what needs more")
        return self.most / 1024


def run_in(estate: Estate, *arguments: str) -> Ran:
    """Run `reconciler` with *arguments* in *estate*, to its end."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        began = time.monotonic()
        process = subprocess.Popen(
            (*RECONCILER, *arguments),
            cwd=estate.root,
            env=estate.environ,
            stdout=out,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return Ran(
            code=process.returncode,
            out=out.read(),
            seconds=seconds,
            cpu=usage.ru_utime + usage.ru_stime,
            most=usage.ru_maxrss,
            ours=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        )


def set_pace(estate: Estate, requests_per_minute: int) -> None:
    """Write the pace into the project file of *estate*."""
    path = estate.root / "reconciler.yaml"
    project = json.loads(path.read_text(encoding="utf-8"))
    project["policy"] = {"requestsPerMinute": requests_per_minute}
    path.write_text(json.dumps(project), encoding="utf-8")
