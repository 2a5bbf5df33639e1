"""Measure the rows of docs/performance.md, and say which bounds are met.

    python -m benchmarks [ROW…] [--base REV] [--write]

All sides of a row run in alternation; a figure is of the medians of their CPU seconds (user and
system, of the whole process) or largest memory. So a ratio holds on a machine that does other
things as well, while seconds vary. With `--base` the program of that commit runs beside, in the
same environment. A ROW may be a glob. The exit code is 1 where a bound is missed.
"""

import argparse
import fnmatch
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.page import ROOT
from benchmarks.process import Ran, missing, run
from benchmarks.rows import ROWS, US, Command, Medians, Row
from benchmarks.stages import Shelf

_US = (sys.executable, "-m", "reconciler")


def measured(row: Row, programs: Mapping[str, Path], scratch: Path, shelf: Shelf) -> list[Medians]:
    """Return the medians of all sides, for each program. Raises RuntimeError where one fails."""
    with ExitStack() as stack:
        rooms = {}
        for name, root in programs.items():
            directory = scratch / name
            directory.mkdir()
            environ = {**os.environ, **stack.enter_context(row.stage(directory, shelf))}
            rooms[name] = directory, environ | {"PYTHONPATH": str(root)}
        for directory, environ in rooms.values():
            for command in row.before:
                _ran(command, directory, environ)
        ran: dict[tuple[str, str], list[Ran]] = defaultdict(list)
        for _ in range(row.rounds):
            for side, command in row.sides.items():
                for name in programs if command[0] == US else [next(iter(programs))]:
                    directory, environ = rooms[name]
                    taken = _ran(command, directory, environ, row.prepare, code=row.code)
                    ran[name, side].append(taken)
    peers = {side for side, command in row.sides.items() if command[0] != US}
    this = next(iter(programs))
    return [
        {side: _median(ran[this if side in peers else name, side]) for side in row.sides}
        for name in programs
    ]


def _ran(
    command: Command,
    directory: Path,
    environ: Mapping[str, str],
    prepare: Command = (),
    *,
    code: int = 0,
) -> Ran:
    ours = command[0] == US
    ran = run((*_US, *command[1:]) if ours else command, directory, environ, prepare)
    if ran.code != (code if ours else 0):
        raise RuntimeError(f"{' '.join(command)} ended with {ran.code}: {ran.out[:500]}")
    return ran


def _median(ran: list[Ran]) -> Ran:
    return Ran(
        code=ran[0].code,
        out=ran[0].out,
        seconds=statistics.median(each.seconds for each in ran),
        cpu=statistics.median(each.cpu for each in ran),
        mib=statistics.median(each.mib for each in ran),
    )


def lines(name: str, row: Row, found: list[Medians]) -> Iterator[tuple[str, bool]]:
    """Yield a line of the table for each figure of *row*, and whether its bound is met."""
    this = found[0]
    told = [f"{name} | {row.what}", _amounts(this[US]) if US in this else "", _beside(this)]
    for measure in row.measures:
        figure, *earlier = (f"{measure.of(each):.3g}" for each in found)
        met = measure.is_met(measure.of(this))
        bound = f"{'≥' if measure.at_least else '≤'} {measure.bound:g}"
        cells = (*told, *earlier, f"{figure} {measure.unit}", bound, "yes" if met else "**no**")
        yield f"| {' | '.join(cells)} |", met
        told = [" | ", "", ""]


def _beside(medians: Medians) -> str:
    others = {side: ran for side, ran in medians.items() if side != US}
    if len(others) > 3:  # noqa: PLR2004 - the worst speaks for the rest
        worst = max(others, key=lambda side: others[side].cpu)
        others = {side: others[side] for side in ("pass", worst)}
    return ", ".join(f"{side} {_amounts(ran)}" for side, ran in others.items())


def _amounts(ran: Ran) -> str:
    return f"{ran.cpu:.3g} s {ran.mib:.0f} MiB"


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """Yield a work tree of *revision*, its modules compiled."""
    with tempfile.TemporaryDirectory(prefix="reconciler-base-") as name:
        git = ("git", "-C", str(ROOT), "worktree")
        subprocess.run((*git, "add", "--quiet", "--detach", name, revision), check=True)
        try:
            yield Path(name)
        finally:
            subprocess.run((*git, "remove", "--force", name), check=True)


def absent(row: Row) -> str | None:
    """Return the program that *row* needs and nobody installed."""
    return next((c[0] for c in row.sides.values() if c[0] != US and not shutil.which(c[0])), None)


def main() -> int:
    """Measure the rows of the command line and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--base", metavar="REV")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    given = parser.parse_args()
    if packages := missing():
        sys.exit(f"not installed: {', '.join(packages)} (Debian's packages)")
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    globs = given.rows or ["*"]
    chosen = {n: r for n, r in ROWS.items() if any(fnmatch.fnmatch(n, g) for g in globs)}
    if not chosen:
        sys.exit(f"no such row; there are {', '.join(ROWS)}")
    heads = ["row", "what", "it takes", "beside it", *filter(None, [given.base]), "figure", "bound"]
    heads.append("met")
    table = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    print("\n".join(table), flush=True)
    missed = []
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reconciler-bench-")))
        (scratch / "shelf").mkdir()
        programs = {"this": ROOT}
        if given.base:
            programs["base"] = stack.enter_context(checked_out(given.base))
        for root in programs.values():
            compiled = (sys.executable, "-m", "compileall", "-q", str(root / "reconciler"))
            subprocess.run(compiled, check=True)
        for name, row in chosen.items():
            if program := absent(row):
                print(f"{name} is left out: {program} is not installed", file=sys.stderr)
                continue
            (scratch / name).mkdir()
            found = measured(row, programs, scratch / name, Shelf(directory=scratch / "shelf"))
            shutil.rmtree(scratch / name)
            for line, met in lines(name, row, found):
                table.append(line)
                print(line, flush=True)
                missed += [] if met else [name]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
