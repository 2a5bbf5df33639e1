"""`reconciler` as a process whose time and memory are measured, in an estate whose pace is set."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from estate import Estate
from server import RECONCILER

UNPACED = 1_000_000
_ALONE = (sys.executable, "-I", "-S", str(Path(__file__).with_name("alone.py")))


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """How a process ended: what it wrote, its time, that of its processor, and MiB at most."""

    code: int
    out: str
    seconds: float
    cpu: float
    mib: float


def run_in(estate: Estate, *arguments: str) -> Ran:
    """Run `reconciler` with *arguments* in *estate*, to its end."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,
        tempfile.NamedTemporaryFile("r", encoding="ascii") as taken,
    ):
        subprocess.run(
            (*_ALONE, taken.name, *RECONCILER, *arguments),
            cwd=estate.root,
            env=estate.environ,
            stdout=out,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        code, seconds, cpu, kib = taken.read().split()
        out.seek(0)
        return Ran(
            code=int(code),
            out=out.read(),
            seconds=float(seconds),
            cpu=float(cpu),
            mib=int(kib) / 1024,
        )


def set_pace(estate: Estate, requests_per_minute: int) -> None:
    """Write the pace into the project file of *estate*."""
    path = estate.root / "reconciler.yaml"
    project = json.loads(path.read_text(encoding="utf-8"))
    project["policy"] = {"requestsPerMinute": requests_per_minute}
    path.write_text(json.dumps(project), encoding="utf-8")
