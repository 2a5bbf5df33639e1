"""Look for drift in 500 typical sources: what one shard does in an hour, and what it needs.

    python -m benchmarks.drift_shards [--sources 500] [--paced 300] [--latency 0.05] [--write]

First without a pace, on a server that takes 50 ms for each answer. The floor is measured in the
same run: what the command takes where its share is empty, and a tenth of what the sources take
one after the other, for ten are read at once. Then at the pace that a project has unless told
otherwise: one process, and eight shards at once, whose largest share must end when its part of
the pace says. `--write` puts the figures into docs/deploy/scale.md.
"""

import argparse
import itertools
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks import page
from benchmarks.paced import UNPACED, run_in, set_pace
from benchmarks.process import Ran
from reconciler.app.backends import REQUESTS_PER_MINUTE
from reconciler.planning.drift.report import Shard
from tests.support.processes.project import Project, make_project, typical
from tests.support.processes.server import emulator

AT_ONCE = 10
ALONE = 40
SHARDS = 8
# What loading takes grows with the number; this is large enough to speak for MANY.
MANIFESTS = 5_000
MANY = 10_000
MOST_TIMES_THE_FLOOR = 1.6
# Eight programs start at once on few cores, which the pace does not know of.
MOST_TIMES_THE_PACE = 1.25
MOST_MIB_FOR_EACH = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """One look for drift: how many sources were read, with how many requests, and the process."""

    sources: int
    requests: int
    ran: Ran


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """All looks: a project of one; of many none, some slowly, all, a share; and at the pace."""

    one: Looked
    none: Looked
    big: Looked
    slow: Looked
    all: Looked
    eighth: Looked
    paced: Looked
    shared: Sequence[Looked]

    @property
    def each(self) -> float:
        """Requests for one source."""
        return self.all.requests / self.all.sources

    @property
    def floor(self) -> float:
        """Seconds for all sources if reading many at once costs nothing."""
        alone = (self.slow.ran.seconds - self.none.ran.seconds) / self.slow.sources
        return self.none.ran.seconds + self.all.sources * alone / AT_ONCE

    def calculated(self, looked: Looked, pace: int) -> float:
        """Seconds that *looked* takes by the pace alone: a second's worth goes at once."""
        return self.none.ran.seconds + (looked.requests - 1) * 60 / pace - 1

    @property
    def mib(self) -> tuple[float, float]:
        """MiB for each manifest of the project, and for each source that is read."""
        loading = (self.big.ran.mib - self.one.ran.mib) / MANIFESTS
        reading = (self.all.ran.mib - self.none.ran.mib) / self.all.sources
        return loading, reading

    @property
    def cpu(self) -> tuple[float, float]:
        """Seconds of a processor for each manifest of the project, and for each source read."""
        loading = (self.big.ran.cpu - self.one.ran.cpu) / MANIFESTS
        reading = (self.all.ran.cpu - self.none.ran.cpu) / self.all.sources
        return loading, reading


def measured(sources: int, paced: int, latency: float) -> Measured:
    """Return all looks at a project of *sources*, the paced ones at *paced* of them."""
    names = _names(sources)
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reconciler-bench-")))
        server = stack.enter_context(emulator("--latency", str(latency)))
        journal = f"sqlite:///{root / 'journal.db'}"
        alone = make_project(root / "alone", server, ("alone",), journal)
        project = make_project(root / "many", server, names, journal)
        big = make_project(root / "big", server, _names(MANIFESTS), journal)
        for made in (alone, project, big):
            set_pace(made, UNPACED)
            for name in made.names:
                made.want({name: typical(name)})
        for made in (alone, project):
            for name in made.names:
                made.put(name, typical(name))
        one = _looked(alone, 1, "drift")
        unread = _looked(big, 0, "drift", "--shard", _empty_share(big.names))
        none = _looked(project, 0, "drift", "--shard", _empty_share(names))
        slow = _looked(project, ALONE, "drift", *names[:ALONE], parallelism=1)
        every = _looked(project, sources, "drift")
        mine = Shard(1, SHARDS)
        eighth = _looked(project, len(_share(mine, names)), "drift", "--shard", str(mine))
        set_pace(project, REQUESTS_PER_MINUTE)
        few = names[:paced]
        return Measured(
            one=one,
            none=none,
            big=unread,
            slow=slow,
            all=every,
            eighth=eighth,
            paced=_looked(project, paced, "drift", *few),
            shared=_at_once(project, few),
        )


def _names(count: int) -> tuple[str, ...]:
    return tuple(f"source-{number:05}" for number in range(count))


def _empty_share(names: Sequence[str]) -> str:
    return next(
        str(shard)
        for shard in (Shard(1, total) for total in itertools.count(10 * len(names)))
        if not _share(shard, names)
    )


def _share(shard: Shard, names: Sequence[str]) -> list[str]:
    return [name for name in names if shard.has(name)]


def _looked(project: Project, sources: int, *arguments: str, parallelism: int = AT_ONCE) -> Looked:
    before = sum(project.server.requests().values())
    ran = _ran(project, sources, *arguments, "--parallelism", str(parallelism))
    requests = sum(project.server.requests().values()) - before
    return Looked(sources=sources, requests=requests, ran=ran)


def _at_once(project: Project, names: Sequence[str]) -> Sequence[Looked]:
    """Look from all shards at the same time."""
    shares = [Shard(index, SHARDS) for index in range(1, SHARDS + 1)]
    sizes = [len(_share(shard, names)) for shard in shares]

    def look(shard: Shard, size: int) -> Ran:
        return _ran(project, size, "drift", "--shard", str(shard), *names)

    before = sum(project.server.requests().values())
    with ThreadPoolExecutor(SHARDS) as pool:
        runs = list(pool.map(look, shares, sizes))
    each = (sum(project.server.requests().values()) - before) // len(names)
    return [
        Looked(sources=size, requests=each * size, ran=ran)
        for size, ran in zip(sizes, runs, strict=True)
    ]


def _ran(project: Project, sources: int, *arguments: str) -> Ran:
    """Return the run. Raises RuntimeError unless it read *sources* and found all in sync."""
    ran = run_in(project, *arguments, "--format", "json")
    if ran.code or len(json.loads(ran.out)["sources"]) != sources:
        raise RuntimeError(f"{arguments[:3]} ended with {ran.code}")
    return ran


def verdict(found: Measured) -> tuple[str, bool]:
    """Return what was measured as Markdown, and whether all of it is within the bounds."""
    largest = max(found.shared, key=lambda looked: looked.requests)
    together = Looked(
        sources=sum(looked.sources for looked in found.shared),
        requests=sum(looked.requests for looked in found.shared),
        ran=max((looked.ran for looked in found.shared), key=lambda ran: ran.seconds),
    )
    rows = {
        "a project of one source": found.one,
        f"an empty share of {found.all.sources}": found.none,
        f"an empty share of {MANIFESTS:,}": found.big,
        f"all of {found.all.sources}": found.all,
        f"`--shard 1/{SHARDS}` of them": found.eighth,
        f"all of {found.paced.sources}, {REQUESTS_PER_MINUTE} requests a minute": found.paced,
        f"{SHARDS} shards of {together.sources} at once, {REQUESTS_PER_MINUTE} a minute in all": (
            together
        ),
    }
    mine = REQUESTS_PER_MINUTE // SHARDS
    unpaced = found.all.ran.seconds / found.floor
    paced = found.paced.ran.seconds / found.calculated(found.paced, REQUESTS_PER_MINUTE)
    shared = largest.ran.seconds / found.calculated(largest, mine)
    (mib_load, mib_read), (cpu_load, cpu_read) = found.mib, found.cpu
    told = f"""\
| what | sources | requests | seconds | CPU seconds | MiB at most |
|---|--:|--:|--:|--:|--:|
{_table(rows)}

The last row's CPU seconds and MiB are those of the shard that ended last.

- A source takes {found.each:.0f} requests.
- Without a pace all sources took {unpaced:.2f} × the floor, {found.floor:.1f} s.
- At the pace one process took {paced:.2f} × what it allows, the largest of {SHARDS} shards
  {shared:.2f} × what its {mine} requests a minute allow.
- Each manifest of the project takes {mib_load:.2f} MiB and {1000 * cpu_load:.1f} ms of a processor,
  each source that is read {mib_read:.2f} MiB and {1000 * cpu_read:.1f} ms more.

{MANY:,} sources are {MANY * found.each:,.0f} requests. Calculated from the above, for each shard:

| shards | sources at most | requests a minute | sources an hour | minutes | MiB | CPU seconds |
|--:|--:|--:|--:|--:|--:|--:|
{_many(found)}"""
    within = (
        unpaced <= MOST_TIMES_THE_FLOOR
        and all(1 / MOST_TIMES_THE_PACE <= r <= MOST_TIMES_THE_PACE for r in (paced, shared))
        and mib_load + mib_read <= MOST_MIB_FOR_EACH
    )
    return told, within


def _table(rows: Mapping[str, Looked]) -> str:
    return "\n".join(
        f"| {what} | {looked.sources} | {looked.requests} | {looked.ran.seconds:.1f} "
        f"| {looked.ran.cpu:.1f} | {looked.ran.mib:.0f} |"
        for what, looked in rows.items()
    )


def _many(found: Measured) -> str:
    names = _names(MANY)
    (mib_load, mib_read), (cpu_load, cpu_read) = found.mib, found.cpu
    lines = []
    for total in (1, 8, 32):
        largest = max(len(_share(Shard(i, total), names)) for i in range(1, total + 1))
        pace = REQUESTS_PER_MINUTE // total
        minutes = largest * found.each / pace
        mib = found.one.ran.mib + MANY * mib_load + largest * mib_read
        cpu = found.one.ran.cpu + MANY * cpu_load + largest * cpu_read
        lines.append(
            f"| {total} | {largest:,} | {pace} | {pace * 60 / found.each:,.0f} | {minutes:.0f} "
            f"| {mib:,.0f} | {cpu:.0f} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure, print and return the exit code: 1 beyond a bound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=500)
    parser.add_argument("--paced", type=int, default=300)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--write", action="store_true", help="into docs/deploy/scale.md")
    given = parser.parse_args()
    text, within = verdict(measured(given.sources, given.paced, given.latency))
    print(text)
    if given.write:
        page.put("deploy/scale.md", "drift shards", text)
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
