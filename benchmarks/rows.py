"""The rows of `make bench`: what is run, what beside it, and the figure that must be reached."""

import math
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import stages, trials
from benchmarks.documents import PAYLOAD
from benchmarks.process import Ran
from benchmarks.stages import Shelf, Stage, many, project, together, zone
from benchmarks.trials import US, Medians
from reconciler.app.backends import REQUESTS_PER_MINUTE
from reconciler.cli.group import COMMANDS

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a row, from the medians of all that ran, and its bound."""

    unit: str
    of: Callable[[Medians], float]
    bound: float
    at_least: bool = False

    def is_met(self, figure: float) -> bool:
        """Whether *figure* is within the bound."""
        return figure >= self.bound if self.at_least else figure <= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """Commands in alternation. Those that begin with US are ours; the one named US is measured.

    `before` is run once, `prepare` before each; `code` is the one that ours end with.
    """

    what: str
    stage: Stage
    sides: Mapping[str, Command]
    measures: tuple[Measure, ...]
    before: tuple[Command, ...] = field(default=(), kw_only=True)
    prepare: Command = field(default=(), kw_only=True)
    code: int = field(default=0, kw_only=True)
    rounds: int = field(default=5, kw_only=True)

    @property
    def needs(self) -> Iterable[str]:
        """The programs that have to be installed."""
        return [command[0] for command in self.sides.values() if command[0] != US]


@dataclass(frozen=True, slots=True)
class Trial:
    """What is measured in another way, for the program at a path, in a directory."""

    what: str
    of: Callable[[Path, Path, Shelf], Medians]
    measures: tuple[Measure, ...]
    needs: Iterable[str] = ()


def _times(peer: str, most: float) -> Measure:
    return Measure(f"× {peer}", lambda m: m[US].cpu / m[peer].cpu, most)


def _memory(peer: str, most: float) -> Measure:
    return Measure(f"× memory of {peer}", lambda m: m[US].mib / m[peer].mib, most)


def _faster(peer: str, least: float) -> Measure:
    return Measure(f"× faster than {peer}", lambda m: m[peer].cpu / m[US].cpu, least, at_least=True)


def _over(peer: str, most: float) -> Measure:
    """Seconds more than *peer*, of the side that takes most."""
    return Measure(
        f"s over {peer}", lambda m: max(ran.cpu for ran in m.values()) - m[peer].cpu, most
    )


def _cpu(most: float) -> Measure:
    return Measure("s", lambda m: m[US].cpu, most)


def _exponent(what: str, of: Callable[[Ran], float]) -> Measure:
    """How *what* grows from L to XL."""
    return Measure(
        f"exponent of {what}", lambda m: math.log(of(m[US]) / of(m["L"]), 200 / 30), 1.05
    )


_BESIDE = Path(__file__).parent
_PASS = {"pass": (sys.executable, "-c", "pass")}
_PARSED = "import json, sys\nfor line in open(sys.argv[1], 'rb'): json.loads(line)"
_PACED = 60 / REQUESTS_PER_MINUTE * len(stages.ASKED)  # seconds for a source
_PLAN = (US, "plan", "--live", "live.json")
_SAVE = (*_PLAN, "-o", "p.json")
_VERIFY = (US, "show", "--verify", "p.json")
_L = project("L.json", live="L.live.json")
_FAR = project("L.json", live="L.far.json")


def _floor(manifest: str = "m.json") -> Mapping[str, Command]:
    floor = str(_BESIDE / "floor.py")
    return {"floor": (sys.executable, floor, manifest, "live.json", str(PAYLOAD))}


def _help(what: str, *commands: Command) -> Row:
    sides = {" ".join(command[1:]): command for command in commands}
    return Row(what, stages.nothing, {**_PASS, **sides}, (_over("pass", 0.080),))


def _octodns(size: str, records: int, least: float, *, rounds: int) -> Row:
    stage = together(zone(records), project(f"{size}.json", live=f"{size}.one.json"))
    sides = {US: _PLAN, "octodns": ("octodns-sync", "--config-file", "octodns.json")}
    what = (
        f"`plan` of {records:,} attributes, one changed, against octodns-sync planning as many "
        "records, one changed"
    )
    return Row(what, stage, sides, (_faster("octodns", least),), rounds=rounds)


def _like_text(*options: str) -> Row:
    what = f"`plan {' '.join(options)}` of L, against text"
    return Row(what, _L, {US: (*_PLAN, *options), "text": _PLAN}, (_times("text", 1.3),), rounds=3)


def _show(name: str) -> Row:
    what = f"`show --format {name}` of 10,000 changes, less what `show --verify` takes"
    sides = {US: (US, "show", "--format", name, "p.json"), "verify": _VERIFY}
    return Row(what, _FAR, sides, (_over("verify", 1.5),), before=(_SAVE,), rounds=3)


def _formatted(what: str, stage: Stage) -> Row:
    what = f"`fmt --check` of {what} in canonical layout"
    check = {US: (US, "fmt", "--check")}
    return Row(what, stage, check, (_cpu(2),), before=((US, "fmt"),), rounds=3)


ROWS: Mapping[str, Row | Trial] = {
    "plan-S": Row(
        "`plan --live` of S",
        project("S.json", live="S.live.json"),
        {US: _PLAN, **_PASS},
        (_over("pass", 0.20),),
        rounds=9,
    ),
    "plan-S-embedded": Row(
        "`plan` of S on the embedded backend",
        project("S.before.json", wanted="S.json"),
        {US: (US, "plan"), **_PASS},
        (_over("pass", 0.30),),
        before=((US, "apply", "--auto-approve"), ("cp", "wanted.json", "m.json")),
        rounds=9,
    ),
    "plan-help": _help("`plan --help`", (US, "plan", "--help")),
    "version": _help("`--version`, `--help`", (US, "--version"), (US, "--help")),
    "help": _help("`--help` of every command", *((US, name, "--help") for name in COMMANDS)),
    "plan-L": Row(
        "`plan` of L, 1 % drift",
        _L,
        {US: _PLAN, **_floor()},
        (_times("floor", 5), _memory("floor", 2)),
    ),
    "plan-L-same": Row(
        "`plan` of L, unchanged",
        project("L.json", live="L.same.json"),
        {US: _PLAN, **_floor()},
        (_times("floor", 4),),
    ),
    "plan-L-yaml": Row(
        "`plan` of L from YAML, 1 % drift; the floor reads it with ryaml",
        project("L.yaml", live="L.live.json"),
        {US: _PLAN, **_floor("m.yaml")},
        (_times("floor", 4),),
    ),
    "plan-XL": Row(
        "`plan` of XL, 1 % drift, and its growth from L",
        together(project("XL.json", live="XL.live.json"), small=_L),
        {US: _PLAN, "L": (US, "--chdir", "small", *_PLAN[1:]), **_floor()},
        (
            _times("floor", 5),
            _memory("floor", 1.6),
            _exponent("time", lambda ran: ran.cpu),
            _exponent("memory", lambda ran: ran.mib),
        ),
        rounds=3,
    ),
    "octodns-30000": _octodns("L", 30_000, 15, rounds=3),
    "octodns-1000": _octodns("1k", 1_000, 3, rounds=9),
    "validate-L": Row(
        "`validate` of L, against the floor of its plan",
        _L,
        {US: (US, "validate"), **_floor()},
        (_times("floor", 2.5),),
    ),
    "validate-faults": Row(
        "`validate` of L with 1,000 faults",
        project("L.faults.json"),
        {US: (US, "validate")},
        (_cpu(3),),
        code=1,
        rounds=3,
    ),
    "plan-save": _like_text("-o", "p.json"),
    "plan-json": _like_text("--format", "json"),
    "show-markdown": _show("markdown"),
    "show-html": _show("html"),
    "show-sarif": _show("sarif"),
    "page": Trial(
        "the page of 10,000 changes opens in Chromium, by the clock",
        trials.opened,
        (Measure("s", lambda m: m[US].seconds, 2),),
        ("chromium", "chromedriver"),
    ),
    "show-verify": Row(
        "`show --verify` of L, 1 % drift, against the floor of its plan",
        _L,
        {US: _VERIFY, **_floor()},
        (_times("floor", 4),),
        before=(_SAVE,),
    ),
    "fmt-L": _formatted("L", project("L.json")),
    "fmt-L-yaml": _formatted("L from YAML", project("L.yaml")),
    "pull-L": Row(
        "`pull` of L into its manifest, 1 % drift",
        stages.pulled,
        {US: (US, "pull", "--force", "m")},
        (_cpu(2),),
        prepare=("cp", "wanted.json", "m.json"),
        rounds=3,
    ),
    "preview": Row(
        "`preview` of 100,000 objects × 20 attributes, against the parse of their lines",
        stages.previewed(100_000),
        {
            US: (US, "preview", "m", "data.ndjson"),
            "parse": (sys.executable, "-c", _PARSED, "data.ndjson"),
            "a tenth": (US, "preview", "m", "tenth.ndjson"),
        },
        (
            _times("parse", 8),
            Measure("bytes an object", lambda m: (m[US].mib - m["a tenth"].mib) * 2**20 / 9e4, 600),
        ),
        rounds=3,
    ),
    "drift": Row(
        "`drift` of 1,000 small sources, 50 at once, against httpx alone, by the clock",
        together(many(1000), one=many(1)),
        {
            US: (US, "drift", "--parallelism", "50"),
            "httpx": (sys.executable, str(_BESIDE / "bare.py"), "urls", "50"),
            "one source": (US, "--chdir", "one", "drift"),
        },
        (
            Measure("× its rate", lambda m: m["httpx"].seconds / m[US].seconds, 0.7, at_least=True),
            Measure("MiB a source", lambda m: (m[US].mib - m["one source"].mib) / 999, 0.5),
        ),
        rounds=3,
    ),
    "drift-paced": Row(
        f"`drift` of 150 small sources, {REQUESTS_PER_MINUTE} requests a minute, by the clock",
        many(150, pace=REQUESTS_PER_MINUTE),
        {US: (US, "drift"), "one source": (US, "drift", "source-00000")},
        # A second's worth goes at once.
        (
            Measure(
                "× the pace",
                lambda m: (m[US].seconds - m["one source"].seconds) / (149 * _PACED - 1),
                1.25,
            ),
        ),
        rounds=1,
    ),
    "apply": Trial(
        "`apply` of 200 sources, 50 ms for each answer, 3 polls, 10 at once, by the clock",
        trials.applied,
        (Measure("× the ideal", lambda m: m[US].seconds / m["ideal"].seconds, 1.2),),
    ),
    "growth": Trial(
        "hostile input, doubled twice: the kind that grows worst",
        trials.grown,
        (
            Measure(
                "exponent", lambda m: math.log2(m[US].cpu / min(r.cpu for r in m.values())) / 2, 1.5
            ),
        ),
    ),
}
