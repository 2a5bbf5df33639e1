"""Play the whole crash matrix, on both kinds of journal, and the fault matrix; print the figures.

    python -m benchmarks.reliability [--spawn] [--write]

The processes are forked from one that has the program loaded; with `--spawn` each is started
as a shell starts it, which takes several times as long. PostgreSQL is a server of its own, from the
programs that are installed; without them only SQLite is played, and that is said.
`--write` puts the figures into docs/reliability.md. The exit code is 1 if a source was lost,
doubled or misreported. The cells of the fault matrix: python -m tests.support.stages.fault_matrix
"""

import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import page
from tests.support.processes import postgres
from tests.support.processes.crash_matrix import Cell, Played, cells, figures, play_all
from tests.support.processes.crash_runner import forked, spawned
from tests.support.stages import fault_matrix


def main() -> int:
    """Play, print and return the exit code."""
    began = time.monotonic()
    played: list[Played] = []
    with tempfile.TemporaryDirectory(prefix="reconciler-crash-") as scratch:
        root = Path(scratch)
        played += _play("sqlite", root, lambda _, at: f"sqlite:///{at / 'journal.db'}")
        if postgres.programs() is None:
            print("PostgreSQL's server programs are not installed: its part is left out")
        else:
            numbers = itertools.count()
            with postgres.server() as socket:
                played += _play(
                    "postgresql",
                    root,
                    lambda _, __: postgres.new_schema(socket, f"crash_{next(numbers)}"),
                )
    faults = [fault for each in played for fault in each.faults]
    print(f"\n{figures(played)}\n")
    print(f"{len(played)} kills in {time.monotonic() - began:.0f} s, {len(faults)} faults")
    observed = fault_matrix.play()
    wrong = [cell for cell, seen in observed.items() if (seen.end, seen.writes) != cell.expected]
    for cell in wrong:
        print(f"{cell}: {observed[cell]}")
    print(f"\n{fault_matrix.figures(observed)}\n")
    if "--write" in sys.argv[1:]:
        page.put("reliability.md", "crash matrix", figures(played))
        page.put("reliability.md", "fault matrix", fault_matrix.figures(observed))
    return 1 if faults or wrong else 0


def _play(backend: str, root: Path, journal_url: Callable[[Cell, Path], str]) -> list[Played]:
    chosen: list[Cell] = list(cells(backend))
    print(f"{backend}: {len(chosen)} cells", flush=True)

    def told(played: Played) -> None:
        for fault in played.faults:
            print(fault, flush=True)

    return play_all(
        chosen,
        root / backend,
        launch=spawned if "--spawn" in sys.argv[1:] else forked,
        journal_url=journal_url,
        side_by_side=4 * (os.cpu_count() or 1),
        told=told,
    )


if __name__ == "__main__":
    sys.exit(main())
