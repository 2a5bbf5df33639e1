"""A signal at thousands of moments of a command's life: each must end it with 130 and one line.

    python -m benchmarks.interruptions [--moments 60]

Moments are calls of functions, spread evenly over the life of the process, so that each import,
each write and the last flush are among them.
"""

import argparse
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.processes.interrupted import SIGNALS, events, faults, interrupted

# Commands, and what has to be run before each.
COMMANDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("validate",): (),
    ("plan", "-o", "saved.json"): (),
    ("apply", "--auto-approve"): (),
    ("status",): ("apply", "--auto-approve"),
    ("drift",): ("apply", "--auto-approve"),
    ("pull", "--force"): ("apply", "--auto-approve"),
    ("ingest", "run", "disk-analysis", "data/disk-analysis.json"): ("apply", "--auto-approve"),
    ("token", "disk-analysis"): ("apply", "--auto-approve"),
}


def tried(command: tuple[str, ...], begun: Path, scratch: Path, moments: int) -> list[str]:
    """Return what went wrong with *command* in copies of *begun*."""
    total = events(_copied(begun, scratch / "count"), *command, kind="call")

    def at(moment: int) -> list[str]:
        # Not the very end: there the code of a whole run stands.
        nth = total * (2 * moment + 1) // (2 * moments)
        root = _copied(begun, scratch / str(moment))
        number = SIGNALS[moment % len(SIGNALS)]
        ended = interrupted(root, *command, number=number, at=nth, kind="call")
        shutil.rmtree(root)
        return [
            f"{number.name} at call {nth} of {total}: {each}\n{ended}" for each in faults(ended)
        ]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [fault for found in pool.map(at, range(moments)) for fault in found]


def _copied(begun: Path, root: Path) -> Path:
    shutil.copytree(begun, root)
    return root


def main() -> int:
    """Try all commands and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moments", type=int, default=60)
    moments = parser.parse_args().moments
    wrong = []
    for command, before in COMMANDS.items():
        with tempfile.TemporaryDirectory(prefix="reconciler-signals-") as name:
            begun = Path(name, "begun")
            shutil.copytree(ROOT / "manifests", begun, ignore=shutil.ignore_patterns(".reconciler"))
            if before:
                events(begun, *before)
            found = tried(command, begun, Path(name), moments)
        print(f"{' '.join(command)}: {len(found)} faults in {moments} moments", flush=True)
        wrong += found
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
