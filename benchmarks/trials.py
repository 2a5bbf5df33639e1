"""What is no command beside another: an apply and its ideal, a page in a browser, growth."""

import math
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.page import ROOT
from benchmarks.process import Ran, run
from benchmarks.stages import Shelf, project, served
from reconciler.applying.clock import FIRST_PAUSE, GROWTH
from tests.support.processes import chromium
from tests.support.processes.project import wanted
from tests.support.processes.server import RECONCILER
from tests.support.samples.growth import FAMILIES, Growing

Medians = Mapping[str, Ran]
US = "reconciler"  # the first word of our commands, and the name of what a row is about

_SOURCES, _AT_ONCE, _LATENCY = 200, 10, 0.05
_LONG, _MOST = 1.0, 100_000


def applied(program: Path, directory: Path, _: Shelf) -> Medians:
    """Apply to a server that takes its time; the ideal is its answers and the pauses alone."""
    names = tuple(f"source-{number:03}" for number in range(_SOURCES))
    # In progress twice: the third poll is the last.
    with served(directory, names, "--latency", str(_LATENCY), "--steps", "2") as made:
        made.want({name: wanted(name) for name in names})
        environ = {**os.environ, **made.environ, "PYTHONPATH": str(program)}
        run((*RECONCILER, "plan", "-o", "plan.json"), directory, environ)
        before = made.server.requests()
        command = (*RECONCILER, "apply", "plan.json", "--parallelism", str(_AT_ONCE))
        ran = run(command, directory, environ)
        asked = {op: n - before.get(op, 0) for op, n in made.server.requests().items()}
    if ran.code:
        raise RuntimeError(f"apply ended with {ran.code}: {ran.out[-500:]}")
    pauses = asked["get-progress"] / _SOURCES - 1
    each = _LATENCY * sum(asked.values()) / _SOURCES
    each += sum(FIRST_PAUSE * GROWTH**n for n in range(round(pauses)))
    return {US: ran, "ideal": _took(each * _SOURCES / _AT_ONCE)}


def _took(seconds: float) -> Ran:
    return Ran(code=0, out="", seconds=seconds, cpu=seconds, mib=0)


def opened(program: Path, directory: Path, shelf: Shelf) -> Medians:
    """Open the page of 10,000 changes in a browser that runs already."""
    with project("L.json", live="L.far.json")(directory, shelf):
        command = (*RECONCILER, "plan", "--live", "live.json", "--output", "html=page.html")
        run(command, directory, {**os.environ, "PYTHONPATH": str(program)})
    with chromium.session(directory / "home") as driver:
        began = time.monotonic()
        driver.get((directory / "page.html").as_uri())
        return {US: _took(time.monotonic() - began)}


def grown(program: Path, _: Path, __: Shelf) -> Medians:
    """Return the input that grows worst, and a quarter of it.

    Each kind is doubled until it takes a second of the processor or has a hundred thousand parts.
    """
    if program != ROOT:
        return {}  # in the process that has this program loaded
    found = {name: _doubled(family) for name, family in FAMILIES.items()}
    worst = max(found, key=lambda name: math.log(found[name][-1] / found[name][0]))
    return {US: _took(found[worst][-1]), f"a quarter of “{worst}”": _took(found[worst][0])}


def _doubled(family: Growing) -> list[float]:
    """Return the seconds of the last three sizes; what takes no time does not grow."""
    seconds: list[float] = []
    parts = 500
    while parts <= _MOST and (not seconds or seconds[-1] <= _LONG):
        with tempfile.TemporaryDirectory() as directory:
            work = family(parts, Path(directory))
            began = time.process_time()
            work()
            seconds.append(time.process_time() - began)
        parts *= 2
    if len(seconds) < 3:  # noqa: PLR2004 - two doublings
        raise RuntimeError(f"{parts // 2} parts take {seconds[-1]:.1f} s")
    return seconds[-3:] if seconds[-1] > _LONG / 4 else [1.0]
