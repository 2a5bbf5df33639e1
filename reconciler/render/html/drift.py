"""Drift as one HTML page, with the look of the plan's and all that holds for it.

A source as the page of drift tells it: what needs somebody first, what is in sync last.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.model.policy import Acknowledgement
from reconciler.planning.drift.report import DriftReport, Finding, SourceDrift, Standing
from reconciler.planning.drift.report_file import state
from reconciler.planning.plan import Kind
from reconciler.render.drift.text import told_source
from reconciler.render.drift.words import TITLES, back_to_git, closing, into_git
from reconciler.render.html import page
from reconciler.render.html.drift_rows import Answers, DriftRows, mark
from reconciler.render.html.groups import Group, grouped
from reconciler.render.html.page import MOST_OPEN, Alert, Choice, Figure, Filter
from reconciler.render.html.rows import Mark, tone
from reconciler.render.plan.symbols import aspect, name_path

_UNREAD = tuple(TITLES).index(Standing.UNAPPLIED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """The differences of one source that are alike to a drift job."""

    title: str
    number: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Everything about one source; `commands` end its drift, none where it has not drifted."""

    number: int
    drift: SourceDrift
    state: str
    mark: Mark
    said: str
    opened: bool
    blocks: tuple[Block, ...]
    commands: tuple[tuple[str, str], ...]
    alerts: tuple[Alert, ...]

    @property
    def is_calm(self) -> bool:
        """Whether there is nothing to say but its name."""
        return not self.blocks and self.drift.error is None


def sections(report: DriftReport) -> tuple[Section, ...]:
    """Return the sections of all sources; of many that need somebody, the first are open."""
    answers = Answers(report)
    ordered = sorted(report.sources, key=_rank)
    return tuple(
        _section(source, number, report.environment, answers, opened=number <= MOST_OPEN)
        for number, source in enumerate(ordered, 1)
    )


def _rank(source: SourceDrift) -> int:
    """Return where the source stands: that of the first of `TITLES` that it has."""
    standings = {f.standing for f in source.findings}
    ranks = [at for at, standing in enumerate(TITLES) if standing in standings]
    if source.error is not None:
        return 2 * _UNREAD - 1
    return 2 * min(ranks, default=len(TITLES))


def _section(
    source: SourceDrift, number: int, environment: str, answers: Answers, *, opened: bool
) -> Section:
    make = DriftRows(source, number, answers)
    (symbol, style), said = told_source(source)
    return Section(
        number=number,
        drift=source,
        state=state(source),
        mark=Mark(symbol=symbol, word=state(source), tone=tone(style)),
        said=said,
        opened=opened and (source.alarms or source.error is not None),
        blocks=tuple(_blocks(source, make)),
        commands=(
            (
                ("back to git", back_to_git(environment, source)),
                ("into git", into_git(environment, source)),
            )
            if source.alarms
            else ()
        ),
        alerts=tuple(_alerts(source, make)),
    )


def _blocks(source: SourceDrift, make: DriftRows) -> Iterator[Block]:
    found: dict[Standing, list[Finding]] = {standing: [] for standing in TITLES}
    for finding in source.findings:
        found[finding.standing].append(finding)
    for standing, findings in found.items():
        if findings:
            changes = [f.change for f in findings]
            groups = tuple(grouped(changes, make))
            yield Block(title=TITLES[standing], number=len(findings), groups=groups)


def _alerts(source: SourceDrift, make: DriftRows) -> Iterator[Alert]:
    for finding in source.findings:
        if finding.standing is Standing.CONFLICT:
            change = finding.change
            yield Alert(
                anchor=make.anchor(finding),
                mark=mark(finding),
                source=source.source,
                text=" ".join(filter(None, (name_path(change), aspect(change), change.field))),
                why="conflict",
                rank=0,
            )


_STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.CONFLICT: ("in conflict with git", "odd"),
    Standing.DRIFT: ("drifted", "stop"),
    Standing.UNAPPLIED: ("not applied yet", "change"),
    Standing.ACKNOWLEDGED: ("acknowledged", "quiet"),
    Standing.RESIDUE: ("known, unchanged", "quiet"),
}
_STATES = {
    "drifted": "drifted",
    "unreadable": "could not be read",
    "unapplied": "not applied yet",
    "in-sync": "in sync",
}
_KINDS = {
    Kind.OBJECT_TYPE: "of object types",
    Kind.ATTRIBUTE: "of attributes",
    Kind.ICON: "of icons",
    Kind.STATUS: "of statuses",
    Kind.MAPPING: "of mappings",
    Kind.ATTRIBUTE_MAPPING: "of attribute mappings",
}


def drift_html(report: DriftReport) -> str:
    """Return *report* as one HTML page; that of manifests in error shows the diagnostics."""
    told = sections(report)
    return page.filled(
        "drift.html",
        title=f"Drift in {report.environment}" if report.environment else "Drift",
        verdict=_verdict(report),
        alerts=(alert for section in told for alert in section.alerts),
        diagnostics=report.diagnostics,
        environment=report.environment,
        shard=report.shard,
        created_at=report.created_at,
        figures=tuple(_figures(report, told)),
        kinds=tuple(_kinds(report)),
        filters=tuple(_filters(report, told)),
        acknowledgements=tuple(_to_look_at(report)),
        sections=[s for s in told if not s.is_calm],
        calm=[s for s in told if s.is_calm],
    )


def _verdict(report: DriftReport) -> page.Verdict:
    tone = "stop" if report.alarms or report.errored else "add"
    return page.Verdict(text=closing(report), tone=tone)


def _figures(report: DriftReport, told: tuple[Section, ...]) -> Iterator[Figure]:
    numbers = _numbers(report)
    for standing, (words, colour) in _STANDINGS.items():
        yield Figure(number=numbers[standing], words=words, tone=colour)
    unread = sum(s.drift.error is not None for s in told)
    yield Figure(
        number=unread, words="unreadable " + ("source" if unread == 1 else "sources"), tone="stop"
    )


def _kinds(report: DriftReport) -> Iterator[Figure]:
    numbers = Counter(
        f.change.kind for s in report.sources for f in s.findings if f.standing.alarms
    )
    for kind, words in _KINDS.items():
        if numbers[kind]:
            yield Figure(number=numbers[kind], words=words, tone="quiet")


def _filters(report: DriftReport, told: tuple[Section, ...]) -> Iterator[Filter]:
    standings = _numbers(report)
    states = Counter(s.state for s in told)
    for name, legend, found in (
        (
            "standing",
            "Show differences",
            [(s, words, standings[s]) for s, (words, _) in _STANDINGS.items()],
        ),
        ("state", "Show sources", [(s, words, states[s]) for s, words in _STATES.items()]),
    ):
        choices = tuple(Choice(value=v, words=w, number=n) for v, w, n in found if n)
        if choices:
            yield Filter(name=name, legend=legend, choices=choices)


def _to_look_at(report: DriftReport) -> Iterator[tuple[Acknowledgement, str]]:
    for muting in report.to_look_at:
        said = (
            "expired: it mutes nothing any more" if muting.expired else "mutes nothing: take it out"
        )
        yield muting.acknowledgement, said


def _numbers(report: DriftReport) -> Counter[Standing]:
    return Counter(f.standing for s in report.sources for f in s.findings)
