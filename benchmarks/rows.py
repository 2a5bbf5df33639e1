"""The rows of `make bench`: what is run, what beside it, and the figure that must be reached."""

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import stages
from benchmarks.documents import PAYLOAD
from benchmarks.process import Ran
from benchmarks.stages import Stage, project, together, zone
from reconciler.cli.group import COMMANDS

Command = tuple[str, ...]
Medians = Mapping[str, Ran]

US = "reconciler"  # the first word of our commands, and the name of what a row is about
_HERE = Path(__file__).parent
_PASS = (sys.executable, "-c", "pass")
_PARSED = "import json, sys\nfor line in open(sys.argv[1], 'rb'): json.loads(line)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A figure of a row, from the medians of all that ran, and its bound."""

    unit: str
    of: Callable[[Medians], float]
    bound: float
    at_least: bool = False

    def is_met(self, figure: float) -> bool:
        """Whether *figure* is within the bound."""
        return figure >= self.bound if self.at_least else figure <= self.bound


def _times(peer: str, most: float) -> Measure:
    return Measure(unit=f"× {peer}", of=lambda m: m[US].cpu / m[peer].cpu, bound=most)


def _memory(peer: str, most: float) -> Measure:
    return Measure(unit=f"× memory of {peer}", of=lambda m: m[US].mib / m[peer].mib, bound=most)


def _over(peer: str, most: float) -> Measure:
    """Seconds more than *peer*, of the side that takes most."""
    return Measure(
        unit=f"s over {peer}",
        of=lambda m: max(ran.cpu for side, ran in m.items() if side != peer) - m[peer].cpu,
        bound=most,
    )


def _cpu(most: float) -> Measure:
    return Measure(unit="CPU s", of=lambda m: m[US].cpu, bound=most)


def _faster(peer: str, least: float) -> Measure:
    return Measure(
        unit=f"× faster than {peer}",
        of=lambda m: m[peer].cpu / m[US].cpu,
        bound=least,
        at_least=True,
    )


def _exponent(what: str, of: Callable[[Ran], float], small: str, ratio: float) -> Measure:
    return Measure(
        unit=f"exponent of {what}",
        of=lambda m: math.log(of(m[US]) / of(m[small]), ratio),
        bound=1.05,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Commands in alternation. Those that begin with US are ours; the one named US is measured.

    `before` is run once, `prepare` before each.
    """

    what: str
    sides: Mapping[str, Command]
    measures: tuple[Measure, ...]
    stage: Stage = stages.nothing
    before: tuple[Command, ...] = ()
    prepare: Command = ()
    code: int = 0
    rounds: int = 5


def floor(live: str = "live.json", manifest: str = "m.json") -> Command:
    """Return the command that is the floor of a plan of *manifest*."""
    return (sys.executable, str(_HERE / "floor.py"), manifest, live, str(PAYLOAD))


_PLAN = (US, "plan", "--live", "live.json")
_L = project("L.json", live="L.live.json")


def _plan(size: str, *measures: Measure, live: str = "live", kind: str = "json") -> Row:
    drift = "1 % drift" if live == "live" else "unchanged"
    return Row(
        what=f"`plan` of {size}, {kind.upper()}, {drift}",
        stage=project(f"{size}.{kind}", live=f"{size}.{live}.json"),
        sides={US: _PLAN, "floor": floor(manifest=f"m.{kind}")},
        measures=measures,
    )


def _help(*sides: Command) -> Row:
    return Row(
        what=" / ".join(f"`{' '.join(side[1:])}`" for side in sides[:3]) + " …" * (len(sides) > 3),  # noqa: PLR2004
        sides={"pass": _PASS} | {" ".join(side): side for side in sides},
        measures=(_over("pass", 0.080),),
        rounds=5,
    )


def _octodns(size: str, records: int, least: float, rounds: int) -> Row:
    return Row(
        what=f"`plan` of {size}, against octodns-sync planning {records:,} records",
        stage=together(zone(records), project(f"{size}.json", live=f"{size}.live.json")),
        sides={US: _PLAN, "octodns": ("octodns-sync", "--config-file", "octodns.json")},
        measures=(_faster("octodns", least),),
        rounds=rounds,
    )


def _like_text(what: str, *options: str) -> Row:
    return Row(
        what=f"`plan {what}` of L, against text",
        stage=_L,
        sides={US: (*_PLAN, *options), "text": _PLAN},
        measures=(_times("text", 1.3),),
        rounds=3,
    )


def _show(name: str) -> Row:
    return Row(
        what=f"`show --format {name}` of 10,000 changes, without what `show --verify` takes",
        stage=_FAR,
        before=(_SAVE,),
        sides={US: (US, "show", "--format", name, "p.json"), "verify": _VERIFY},
        measures=(_over("verify", 1.5),),
        rounds=3,
    )


_FAR = project("L.json", live="L.far.json")
_SAVE = (*_PLAN, "-o", "p.json")
_VERIFY = (US, "show", "--verify", "p.json")

ROWS: Mapping[str, Row] = {
    "plan-S": Row(
        what="`plan --live` of S",
        stage=project("S.json", live="S.live.json"),
        sides={US: _PLAN, "pass": _PASS},
        measures=(_over("pass", 0.20),),
        rounds=9,
    ),
    "plan-S-embedded": Row(
        what="`plan` of S on the embedded backend",
        stage=project("S.before.json", wanted="S.json"),
        before=((US, "apply", "--auto-approve"), ("cp", "wanted.json", "m.json")),
        sides={US: (US, "plan"), "pass": _PASS},
        measures=(_over("pass", 0.30),),
        rounds=9,
    ),
    "plan-help": _help((US, "plan", "--help")),
    "version": _help((US, "--version"), (US, "--help")),
    "help": _help(*((US, name, "--help") for name in COMMANDS)),
    "plan-L": _plan("L", _times("floor", 5), _memory("floor", 2)),
    "plan-L-same": _plan("L", _times("floor", 4), live="same"),
    "plan-L-yaml": _plan("L", _times("floor", 4), kind="yaml"),
    "plan-XL": Row(
        what="`plan` of XL, JSON, 1 % drift, and its growth from L",
        stage=together(project("XL.json", live="XL.live.json"), small=_L),
        sides={
            US: _PLAN,
            "floor": floor(),
            "L": (US, "--chdir", "small", *_PLAN[1:]),
        },
        measures=(
            _times("floor", 5),
            _memory("floor", 1.6),
            _exponent("time", lambda ran: ran.cpu, "L", 200 / 30),
            _exponent("memory", lambda ran: ran.mib, "L", 200 / 30),
        ),
        rounds=3,
    ),
    "octodns-30000": _octodns("L", 30_000, 15, 3),
    "octodns-1000": _octodns("1k", 1_000, 3, 5),
    "validate-L": Row(
        what="`validate` of L, against the floor of its plan",
        stage=_L,
        sides={US: (US, "validate"), "floor": floor()},
        measures=(_times("floor", 2.5),),
    ),
    "validate-faults": Row(
        what="`validate` of L with 1,000 faults, all told",
        stage=project("L.faults.json"),
        sides={US: (US, "validate")},
        measures=(_cpu(3),),
        code=1,
        rounds=3,
    ),
    "plan-save": _like_text("-o", "-o", "p.json"),
    "plan-json": _like_text("--format json", "--format", "json"),
    "show-markdown": _show("markdown"),
    "show-html": _show("html"),
    "show-sarif": _show("sarif"),
    "show-verify": Row(
        what="`show --verify` of L, 1 % drift, against the floor of its plan",
        stage=_L,
        before=(_SAVE,),
        sides={US: _VERIFY, "floor": floor()},
        measures=(_times("floor", 4),),
    ),
    "fmt-L": Row(
        what="`fmt --check` of L in canonical layout",
        stage=project("L.json"),
        before=((US, "fmt"),),
        sides={US: (US, "fmt", "--check")},
        measures=(_cpu(2),),
        rounds=3,
    ),
    "pull-L": Row(
        what="`pull` of L into its manifest, 1 % drift",
        stage=stages.pulled,
        sides={US: (US, "pull", "--force", "m")},
        prepare=("cp", "wanted.json", "m.json"),
        measures=(_cpu(2),),
        rounds=3,
    ),
    "preview": Row(
        what="`preview` of 100,000 objects × 20 attributes, against the parse of their lines",
        stage=stages.previewed(100_000),
        sides={
            US: (US, "preview", "m", "data.ndjson"),
            "parse": (sys.executable, "-c", _PARSED, "data.ndjson"),
            "a tenth": (US, "preview", "m", "tenth.ndjson"),
        },
        measures=(
            _times("parse", 8),
            Measure(
                unit="bytes for an object more",
                of=lambda m: (m[US].mib - m["a tenth"].mib) * 2**20 / 90_000,
                bound=600,
            ),
        ),
        rounds=3,
    ),
    "drift": Row(
        what="`drift` of 1,000 small sources, 50 at once, against httpx alone",
        stage=stages.many(1000),
        sides={
            US: (US, "drift", "--parallelism", "50"),
            "bare": (sys.executable, str(_HERE / "bare.py"), "urls", "50"),
        },
        measures=(
            Measure(
                unit="× rate of httpx alone",
                of=lambda m: m["bare"].seconds / m[US].seconds,
                bound=0.7,
                at_least=True,
            ),
        ),
        rounds=3,
    ),
}
