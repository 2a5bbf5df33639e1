"""A process whose time and memory are measured."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_ALONE = (sys.executable, "-I", "-S", str(Path(__file__).with_name("alone.py")))


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """How a process ended: what it wrote, its time, that of its processor, and MiB at most."""

    code: int
    out: str
    seconds: float
    cpu: float
    mib: float


def run(command: Sequence[str], root: Path, environ: Mapping[str, str]) -> Ran:
    """Run *command* in *root* to its end."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,
        tempfile.NamedTemporaryFile("r", encoding="ascii") as taken,
    ):
        subprocess.run(
            (*_ALONE, taken.name, *command),
            cwd=root,
            env=environ,
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
