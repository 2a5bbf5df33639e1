"""Minutes of random faults, kills and edits; 0 sources may be lost, doubled or misreported.

    python -m benchmarks.soak [--seconds 600] [--seed N] [--lanes 4] [--write]

Lanes run side by side, every second one with its journal in PostgreSQL where it is installed.
The seed decides all that is chosen; how processes and server interleave is the machine's.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from benchmarks import page
from tests.support.processes import postgres
from tests.support.processes.soak import Lane, Round


def soak(
    seconds: float, seed: int, lanes: int, *, say: Callable[[str], None] = print
) -> list[Round]:
    """Run *lanes* of rounds for *seconds*; tell each round, and return them all."""
    speaking = threading.Lock()

    def run(lane: Lane) -> list[Round]:
        rounds = []
        for each in lane.rounds(until):
            rounds.append(each)
            with speaking:
                say(f"seed {lane.seed} {each}")
                for fault in each.faults:
                    say(f"    FAULT {fault}")
        return rounds

    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reconciler-soak-")))
        socket = stack.enter_context(postgres.server()) if postgres.programs() else None
        made = []
        for number in range(lanes):
            root = scratch / str(number)
            journal = f"sqlite:///{root / 'journal.db'}"
            if socket and number % 2:
                journal = postgres.new_schema(socket, f"soak_{number}")
            made.append(Lane(root=root, journal=journal, seed=seed + number))
        pool = stack.enter_context(ThreadPoolExecutor(lanes))
        until = time.monotonic() + seconds
        return [each for rounds in pool.map(run, made) for each in rounds]


def figures(rounds: list[Round], *, seconds: float, seed: int, lanes: int) -> str:
    """Return the Markdown table of a soak."""
    counted = {
        "seed": seed,
        "seconds": f"{seconds:g}",
        "lanes": lanes,
        "rounds": len(rounds),
        "of them killed": sum("killed" in each.story for each in rounds),
        "operations that the server took": sum(each.taken for each in rounds),
        "sources lost": sum(len(each.lost) for each in rounds),
        "doubled": sum(len(each.doubled) for each in rounds),
        "misreported": sum(len(each.misreported) for each in rounds),
    }
    rows = (
        " | ".join(counted),
        "|".join("--:" for _ in counted),
        " | ".join(map(str, counted.values())),
    )
    return "\n".join(f"| {row} |" for row in rows)


def main() -> int:
    """Run the soak of the command line and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--lanes", type=int, default=4)
    parser.add_argument("--write", action="store_true", help="into docs/reliability.md")
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    rounds = soak(given.seconds, given.seed, given.lanes)
    table = figures(rounds, seconds=given.seconds, seed=given.seed, lanes=given.lanes)
    print(f"\n{table}\n")
    if given.write:
        page.put("reliability.md", "soak", table)
    if any(each.faults for each in rounds):
        print(f"again: make soak SEED={given.seed} SECONDS={given.seconds:g} LANES={given.lanes}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
