"""Apply 500 sources to a server that takes 50 ms for each answer: how long, and how much memory.

    python -m benchmarks.side_by_side [--sources 500] [--latency 0.05] [--write]

The floor is what one source takes alone, measured in the same run: with ten at once nothing can
be faster than a tenth of the sources times that. Memory is the largest that the process ever had,
with ten sources in flight and with fifty. PostgreSQL is a server of its own, from the programs that
are installed; without them only SQLite is measured. `--write` puts the figures into
docs/reliability.md.
"""

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from benchmarks import page
from benchmarks.paced import UNPACED, run_in, set_pace
from tests.support.processes import postgres
from tests.support.processes.project import Project, make_project, wanted
from tests.support.processes.server import Server, emulator

ALONE = 20
FEW, MANY = 10, 50
MOST_TIMES_THE_FLOOR = 1.3
MOST_MIB_FOR_EACH = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """One apply: its seconds, those of each source, the most in flight, and its largest memory."""

    journal: str
    parallelism: int
    seconds: float
    each: list[float]
    most_in_flight: int
    mib: float

    @property
    def alone(self) -> float:
        """Seconds of one source, on average."""
        return sum(self.each) / len(self.each)


def applied(project: Project, parallelism: int) -> Applied:
    """Plan and apply the whole of *project*. Raises RuntimeError unless every source is done."""
    plan = run_in(project, "plan", "-o", "plan.json")
    if plan.code:
        raise RuntimeError(f"plan ended with {plan.code}")
    run = run_in(
        project, "apply", "plan.json", "--format", "json", "--parallelism", str(parallelism)
    )
    events = [json.loads(line) for line in run.out.splitlines()]
    summary = events[-1]
    if summary["counts"]["done"] != len(project.names):
        raise RuntimeError(f"not all is done: {summary['counts']}")
    return Applied(
        journal=make_url(project.journal).get_backend_name(),
        parallelism=parallelism,
        seconds=summary["seconds"],
        each=[e["seconds"] for e in events if e["type"] == "apply_complete"],
        most_in_flight=max(_in_flight(events)),
        mib=run.mib,
    )


def _in_flight(events: Iterable[dict[str, Any]]) -> Iterator[int]:
    steps = {"apply_start": 1, "apply_complete": -1, "apply_errored": -1}
    count = 0
    for event in events:
        count += steps.get(event["type"], 0)
        yield count


def _project(root: Path, server: Server, count: int, journal: str = "") -> Project:
    names = tuple(f"source-{number:04}" for number in range(count))
    made = make_project(root, server, names, journal or f"sqlite:///{root / 'journal.db'}")
    set_pace(made, UNPACED)  # the API's limit is not what is measured
    made.want({name: wanted(name) for name in names})
    return made


def measured(sources: int, latency: float) -> tuple[Applied, list[Applied]]:
    """Return one source after the other, and *sources* of them side by side in several ways."""
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reconciler-bench-")))
        server = stack.enter_context(emulator("--latency", str(latency)))
        alone = applied(_project(root / "alone", server, ALONE), 1)
        runs = [
            applied(_project(root / str(parallelism), server, sources), parallelism)
            for parallelism in (FEW, MANY)
        ]
        if postgres.programs():
            socket = stack.enter_context(postgres.server())
            journal = postgres.new_schema(socket, "side_by_side")
            runs.append(applied(_project(root / "postgresql", server, sources, journal), FEW))
        return alone, runs


def verdict(alone: Applied, runs: list[Applied]) -> tuple[str, bool]:
    """Return what was measured as Markdown, and whether all of it is within the bounds."""
    floor = math.ceil(len(runs[0].each) / FEW) * alone.alone
    slowest = max(run.seconds for run in runs if run.parallelism == FEW) / floor
    few, many = runs[:2]
    growth = (many.mib - few.mib) / (MANY - FEW)
    rows = (
        f"| {run.journal} | {len(run.each)} | {run.parallelism} | {run.most_in_flight} "
        f"| {run.seconds:.1f} | {run.mib:.0f} |"
        for run in (alone, *runs)
    )
    told = (
        "| journal | sources | `--parallelism` | most in flight | seconds | MiB at most |",
        "|---|--:|--:|--:|--:|--:|",
        *rows,
        "",
        f"One source alone takes {alone.alone:.2f} s, so {FEW} at once need {floor:.1f} s: the",
        f"slowest was {slowest:.2f} × that. A source more in flight takes {growth:.2f} MiB.",
    )
    is_exact = all(run.most_in_flight == run.parallelism for run in runs)
    within = slowest <= MOST_TIMES_THE_FLOOR and growth <= MOST_MIB_FOR_EACH and is_exact
    return "\n".join(told), within


def main() -> int:
    """Measure, print and return the exit code: 1 beyond a bound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=500)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--write", action="store_true", help="into docs/reliability.md")
    given = parser.parse_args()
    text, within = verdict(*measured(given.sources, given.latency))
    print(text)
    if given.write:
        page.put("reliability.md", "side by side", text)
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
