"""Each fault of the emulator × each operation of the backend, played.

`figures()` counts the ends; run as a program, this module prints each cell.
"""

import itertools
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.emulator.faults import ONLY_OF, FaultKind
from tests.support.stages.fault_scenes import (
    REFUSED_CONNECTION,
    ROWS,
    End,
    Group,
    MatrixStage,
    Observed,
)

# With these the emulator did nothing, so that a write may go out again.
TURNED_AWAY = frozenset({"429", REFUSED_CONNECTION})
# What a fault is tried with that would else hold the request for ever.
VALUES = {"late": "=12"}


# The expected ends: of the fault happening once, and always; with a write, how often the
# emulator saw it. A group's row for "*" is for all faults that have none of their own.
Expected = tuple[End, int | None]
D, F, N, S, U = End.DONE, End.FAILED, End.NOT_CONVERGED, End.STALE, End.UNKNOWN

# A write that was done is found out to be. Of one that was not, only a 4xx (or no connection) says
# so: after any other answer, or none, its outcome stays unknown, for live may yet change. Only
# what was turned away with a 429, or never got there, is sent again.
MAPPING: dict[str, tuple[Expected, Expected]] = {
    "refuse": ((F, 1), (F, 1)),
    "429": ((D, 2), (F, 5)),
    "500": ((U, 1), (U, 1)),
    "502": ((U, 1), (U, 1)),
    "503": ((U, 1), (U, 1)),
    "html": ((U, 1), (U, 1)),
    "drop-before": ((U, 1), (U, 1)),
    "504": ((D, 1), (D, 1)),
    "drop-after": ((D, 1), (D, 1)),
    "truncated": ((D, 1), (D, 1)),
    "202": ((D, 1), (D, 1)),
    "no-location": ((D, 1), (D, 1)),
    "early": ((D, 1), (D, 1)),
    "late": ((D, 1), (D, 1)),
    "status": ((F, 1), (F, 1)),
    "foreign-location": ((U, 1), (U, 1)),
    REFUSED_CONNECTION: ((D, 1), (F, 0)),
}
# An answer that did not come says nothing: it is asked for again until the deadline, and live is
# read then. Only an end that is not OK is a failure, only what never ends stays unknown.
PROGRESS: dict[str, tuple[Expected, Expected]] = {
    "*": ((D, 1), (D, 1)),
    "fails": ((F, 1), (F, 1)),
    "no-result": ((F, 1), (F, 1)),
    "never-ending": ((D, 1), (U, 1)),
}
# What cannot be read beforehand is not sent; a document that moved makes the plan stale.
CHECK: dict[str, tuple[Expected, Expected]] = {
    "*": ((D, 1), (F, 0)),
    "refuse": ((F, 0), (F, 0)),
    "500": ((F, 0), (F, 0)),
    "html": ((F, 0), (F, 0)),
    "status": ((F, 0), (F, 0)),
    "truncated": ((F, 0), (F, 0)),
    "lacks": ((S, 0), (S, 0)),
    "alters": ((S, 0), (S, 0)),
}
# Sent is sent: what cannot be read back is unknown, what reads differently, and not once only, has
# not converged.
READ_BACK: dict[str, tuple[Expected, Expected]] = {
    "*": ((D, 1), (U, 1)),
    "lacks": ((D, 1), (N, 1)),
    "alters": ((D, 1), (N, 1)),
    "lags": ((D, 1), (N, 1)),
}
READ: dict[str, tuple[Expected, Expected]] = {
    "*": ((D, None), (F, None)),
    "refuse": ((F, None), (F, None)),
    "500": ((F, None), (F, None)),
    "html": ((F, None), (F, None)),
    "status": ((F, None), (F, None)),
    "truncated": ((F, None), (F, None)),
}
WRITE: dict[str, tuple[Expected, Expected]] = {
    "*": ((U, 1), (U, 1)),
    "refuse": ((F, 1), (F, 1)),
    "status": ((F, 1), (F, 1)),
    "429": ((D, 2), (F, 5)),
    REFUSED_CONNECTION: ((D, 1), (F, 0)),
}
# A refusal says that nothing is there, as the answer without a fault does, which nothing spoils.
BLANK: dict[str, tuple[Expected, Expected]] = {
    "refuse": ((D, 1), (U, 1)),
    "truncated": ((D, 1), (U, 1)),
    "lacks": ((D, 1), (N, 1)),
    "alters": ((D, 1), (N, 1)),
    "lags": ((D, 1), (U, 1)),
}
# Live of before a PUT is none: to the check that is another status, or nothing to read.
LAGGING: dict[str, tuple[Expected, Expected]] = {
    "config_status before a PUT": ((D, 1), (D, 1)),
    "config_status after a PUT": ((D, 1), (D, 1)),
    "config_status before a PATCH": ((S, 0), (S, 0)),
    "schema_and_mapping before a PATCH": ((F, 0), (F, 0)),
    "schema_and_mapping after a PUT": ((D, 1), (U, 1)),
}
EXPECTED = {
    Group.MAPPING: MAPPING,
    Group.PROGRESS: PROGRESS,
    Group.CHECK: CHECK,
    Group.READ_BACK: READ_BACK,
    Group.READ: READ,
    Group.WRITE: WRITE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One fault, once or always, of one row."""

    row: str
    fault: str
    always: bool

    def __str__(self) -> str:
        return f"{self.row}: {self.fault} {'always' if self.always else 'once'}"

    @property
    def expected(self) -> Expected:
        if self.row == "schema_and_mapping before a PUT" and self.fault in BLANK:
            return BLANK[self.fault][self.always]
        if self.fault == "lags" and self.row in LAGGING:
            return LAGGING[self.row][self.always]
        table = EXPECTED[ROWS[self.row].group]
        return (table[self.fault] if self.fault in table else table["*"])[self.always]


def cells() -> Iterator[Cell]:
    for name, row in ROWS.items():
        faults = [k.value for k in FaultKind if row.operation in ONLY_OF.get(k, (row.operation,))]
        for fault, always in itertools.product([*faults, REFUSED_CONNECTION], (False, True)):
            yield Cell(row=name, fault=fault, always=always)


CELLS = tuple(cells())


def observe(cell: Cell, directory: Path) -> Observed:
    """Play the cell on a stage of its own, and return how it ended."""
    row = ROWS[cell.row]
    # Progress is not asked for by anybody else who could take a step: it ends at the first look.
    with MatrixStage(directory, steps=0 if row.group is Group.PROGRESS else 1) as on:

        def arm() -> None:
            if cell.fault == REFUSED_CONNECTION:
                on.door.refuse(row.operation, always=cell.always)
            else:
                value, times = VALUES.get(cell.fault, ""), "" if cell.always else ":1"
                on.add_faults(f"{row.operation}:{cell.fault}{value}{times}")

        return row.scene(on, arm)


def figures(seen: Mapping[Cell, Observed]) -> str:
    """Return the Markdown table of a matrix that was played: how many cells of each row ended how.

    Doubled is a write that was sent twice though the first may have acted.
    """
    headings = ("operation", "cells", *End, "doubled")
    lines = [" | ".join(headings), "|".join(("---", *("--:" for _ in headings[1:])))]
    for name in (*ROWS, "all"):
        group = [(c, o) for c, o in seen.items() if name in {c.row, "all"}]
        ends = Counter(o.end for _, o in group)
        doubled = sum((o.writes or 0) > 1 and c.fault not in TURNED_AWAY for c, o in group)
        counts = (len(group), *(ends[end] for end in End), doubled)
        lines.append(" | ".join((name, *map(str, counts))))
    return "\n".join(f"| {line} |" for line in lines)


def play() -> dict[Cell, Observed]:
    """Play all cells and return how they ended."""
    seen: dict[Cell, Observed] = {}
    for cell in CELLS:
        with tempfile.TemporaryDirectory(prefix="reconciler-") as directory:
            seen[cell] = observe(cell, Path(directory))
    return seen


def as_markdown(seen: dict[Cell, Observed]) -> Iterator[str]:
    """Yield the lines of the matrix: a row for each operation and fault."""
    yield "| Operation | Fault | Once | Always |"
    yield "|---|---|---|---|"
    for cell in CELLS:
        if not cell.always:
            ever = Cell(row=cell.row, fault=cell.fault, always=True)
            yield f"| {cell.row} | {cell.fault} | {_told(seen[cell])} | {_told(seen[ever])} |"


def _told(observed: Observed) -> str:
    return observed.end if observed.writes is None else f"{observed.end}, {observed.writes} sent"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in as_markdown(play()))
