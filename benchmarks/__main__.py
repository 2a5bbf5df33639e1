"""Measure the rows of docs/performance.md, and say which bounds are met.

    python -m benchmarks [ROW…] [--base REV] [--write]

All sides of a row run in alternation; a figure is of the medians of their CPU seconds (user and
system, of the whole process) or largest memory. So a ratio holds on a machine that does other
things as well, while seconds vary. With `--base` the program of that commit runs beside, in the
same environment. A ROW may be a glob. `--write` leaves the page's other rows as they are, each with
the commit that it is of. The exit code is 1 where a bound is missed.
"""

import argparse
import fnmatch
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.metadata import distributions
from pathlib import Path

from benchmarks import page
from benchmarks.page import ROOT
from benchmarks.process import Ran, missing, run
from benchmarks.rows import ROWS, Command, Row, Trial
from benchmarks.stages import Shelf
from benchmarks.trials import US, Medians
from tests.support.processes.server import RECONCILER

_HEADS = ("row", "what", "it takes", "beside it", "figure", "bound", "met", "commit")
_BEFORE_ROWS = 4  # the machine, an empty line, the heads and what is below them
_PACKAGES = ("msgspec", "jsonschema-rs", "ryaml", "httpx", "octodns")


def measured(row: Row, programs: Mapping[str, Path], room: Path, shelf: Shelf) -> list[Medians]:
    """Return the medians of all sides, for each program. Raises RuntimeError where one fails."""
    first = next(iter(programs))
    with ExitStack() as stack:
        places = {}
        for name, root in programs.items():
            environ = stack.enter_context(row.stage(room / name, shelf))
            places[name] = room / name, {**environ, "PYTHONPATH": str(root)}
            for command in row.before:
                _ran(command, *places[name])
        ran: dict[tuple[str, str], list[Ran]] = defaultdict(list)
        for _ in range(row.rounds):
            for side, command in row.sides.items():
                for name in programs if command[0] == US else [first]:
                    taken = _ran(command, *places[name], row.prepare, code=row.code)
                    ran[name, side].append(taken)
    return [
        {side: _median(ran.get((name, side)) or ran[first, side]) for side in row.sides}
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
    ran = run((*RECONCILER, *command[1:]) if ours else command, directory, environ, prepare)
    if ran.code != (code if ours else 0):
        raise RuntimeError(f"{' '.join(command)} ended with {ran.code}: {ran.out[-1000:]}")
    return ran


def _median(ran: list[Ran]) -> Ran:
    seconds, cpu, mib = (
        statistics.median(getattr(each, amount) for each in ran)
        for amount in ("seconds", "cpu", "mib")
    )
    return Ran(code=ran[0].code, out="", seconds=seconds, cpu=cpu, mib=mib)


def lines(
    name: str, row: Row | Trial, found: list[Medians], commit: str
) -> Iterator[tuple[str, bool]]:
    """Yield a line of the table for each figure of *row*, and whether its bound is met."""
    this = found[0]
    subject = US if US in this else max(this, key=lambda side: this[side].cpu)
    others = (f"{side} {_amounts(ran)}" for side, ran in this.items() if side != subject)
    beside = ", ".join(others) if US in this else f"pass {_amounts(this['pass'])}"
    takes = f"{'' if subject == US else f'`{subject}` '}{_amounts(this[subject])}"
    for measure in row.measures:
        figure, *base = (f"{measure.of(each):.3g}" if each else "" for each in found)
        met = measure.is_met(measure.of(this))
        bound = f"{'≥' if measure.at_least else '≤'} {measure.bound:g}"
        told = (name, row.what, takes, beside)
        result = (f"{figure} {measure.unit}", bound, "yes" if met else "**no**")
        yield f"| {' | '.join((*told, *base, *result, commit))} |", met
        name = takes = beside = commit = ""
        row = replace(row, what="")


def _amounts(ran: Ran) -> str:
    return f"{ran.cpu:.3g} s {ran.mib:.0f} MiB"


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """Yield a work tree of *revision*."""
    with tempfile.TemporaryDirectory(prefix="reconciler-base-") as name:
        git = ("git", "-C", str(ROOT), "worktree")
        subprocess.run((*git, "add", "--quiet", "--detach", name, revision), check=True)
        try:
            yield Path(name)
        finally:
            subprocess.run((*git, "remove", "--force", name), check=True)


def machine() -> str:
    """Say what was measured with what on which machine."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    tools = [f"{d.name} {d.version}" for name in _PACKAGES for d in distributions(name=name)]
    return (
        f"{os.cpu_count()} cores ({cpu[1] if cpu else platform.machine()}), Python"
        f" {platform.python_version()}, {', '.join(tools)}, {_said('hyperfine', '--version')}."
    )


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def table(chosen: Mapping[str, Row | Trial], base: str | None) -> Iterator[tuple[str, bool]]:
    """Yield the lines of the table, and whether what each tells is within its bound."""
    before = [base] if base else []
    heads = (*_HEADS[:4], *before, *_HEADS[4:])
    commit = _said("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    yield from ((line, True) for line in (machine(), "", f"| {' | '.join(heads)} |"))
    yield "|---" * len(heads) + "|", True
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reconciler-bench-")))
        shelf = Shelf(directory=scratch / "shelf")
        shelf.directory.mkdir()
        programs = {"this": ROOT}
        programs |= {"base": stack.enter_context(checked_out(base))} if base else {}
        for root in programs.values():
            compiled = (sys.executable, "-m", "compileall", "-q", str(root / "reconciler"))
            subprocess.run(compiled, check=True)
        for name, row in chosen.items():
            if absent := [each for each in row.needs if not shutil.which(each)]:
                sys.stderr.write(f"{name} is left out: {absent[0]} is not installed\n")
                continue
            for program in programs:
                (scratch / name / program).mkdir(parents=True)
            room = scratch / name
            if isinstance(row, Row):
                found = measured(row, programs, room, shelf)
            else:
                found = [row.of(root, room / each, shelf) for each, root in programs.items()]
            yield from lines(name, row, found, commit)
            shutil.rmtree(room)


def main() -> int:
    """Measure the rows of the command line and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--base", metavar="REV")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    given = parser.parse_args()
    if given.write and given.base:
        parser.error("the page has no column for --base")
    if packages := missing():
        sys.exit(f"not installed: {', '.join(packages)} (Debian's packages)")
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    globs = given.rows or ["*"]
    chosen = {n: r for n, r in ROWS.items() if any(fnmatch.fnmatch(n, g) for g in globs)}
    if not chosen:
        sys.exit(f"no such row; there are {', '.join(ROWS)}")
    told, within = [], True
    for line, is_met in table(chosen, given.base):
        print(line, flush=True)
        told.append(line)
        within &= is_met
    if given.write:
        known = {**page.rows(page.lines("performance.md", "bench")), **page.rows(told)}
        kept = [line for name in ROWS for line in known.get(name, ())]
        page.put("performance.md", "bench", "\n".join([*told[:_BEFORE_ROWS], *kept]))
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
