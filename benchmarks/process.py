"""A process whose time and memory are measured. What measures has to be small itself."""

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


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


def run(command: Sequence[str], root: Path, environ: Mapping[str, str]) -> Ran:
    """Run *command* in *root* to its end."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=root,
            env=environ,
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
