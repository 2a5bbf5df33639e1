"""A source as the page of drift tells it: what needs somebody first, what is in sync last."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.planning.drift import DriftReport, Finding, SourceDrift, Standing
from reconciler.planning.drift_file import state
from reconciler.render.drift_commands import back_to_git, into_git
from reconciler.render.drift_text import told_source
from reconciler.render.drift_words import TITLES
from reconciler.render.html.answered import Answers
from reconciler.render.html.drift_rows import DriftRows, mark
from reconciler.render.html.frame import MOST_OPEN, Alert
from reconciler.render.html.groups import Group, grouped
from reconciler.render.html.rows import Mark, tone
from reconciler.render.plan_names import aspect, name_path

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
