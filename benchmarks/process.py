"""A whole command, measured: hyperfine has the time of its processor, GNU time its memory."""

import json
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NEEDED = {"hyperfine": "hyperfine", "/usr/bin/time": "time"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """How a process ended: what it wrote, seconds by the clock and of processors, MiB at most."""

    code: int
    out: str
    seconds: float
    cpu: float
    mib: float


def missing() -> list[str]:
    """Return the Debian packages of the programs that are not installed."""
    return [package for name, package in NEEDED.items() if not shutil.which(name)]


def run(
    command: Sequence[str], root: Path, environ: Mapping[str, str], prepare: Sequence[str] = ()
) -> Ran:
    """Run *command* in *root* to its end, after *prepare*, which is not measured."""
    with tempfile.TemporaryDirectory() as name:
        figures, memory = Path(name, "figures"), Path(name, "memory")
        # Of a program that fails GNU time writes a line more, before the figure.
        timed = ("/usr/bin/time", "--quiet", "-f", "%M", "-o", str(memory), *command)
        hyperfine = (
            "hyperfine",
            "-N",
            "-i",
            "--runs",
            "1",
            "--style",
            "none",
            "--output",
            "inherit",
        )
        first = ("--prepare", shlex.join(prepare)) if prepare else ()
        written = subprocess.run(
            (*hyperfine, *first, "--export-json", str(figures), shlex.join(timed)),
            cwd=root,
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        (taken,) = json.loads(figures.read_text(encoding="utf-8"))["results"]
        return Ran(
            code=taken["exit_codes"][0],
            out=written.stdout + written.stderr,
            seconds=taken["mean"],
            cpu=taken["user"] + taken["system"],
            mib=int(memory.read_text(encoding="ascii").split()[-1]) / 1024,
        )
