"""Drift as it is told: what every format prints, decided once.

What is so in live is seen from git: `+` it has more, `-` it has less, `~` it differs.
"""

from dataclasses import dataclass, replace

from reconciler.planning.drift.report import DriftFinding, DriftReport, SourceDrift, Standing
from reconciler.planning.drift.report_file import drift_state
from reconciler.planning.plan import Change, Edit
from reconciler.render.drift.words import back_to_git, into_git, manual_steps
from reconciler.render.plan.symbols import Mark
from reconciler.render.shorten import count, value
from reconciler.render.terminal import Style


@dataclass(frozen=True, kw_only=True, slots=True)
class DriftRow:
    """One difference as it is told. `number` is its place among those of its source.

    `rest` is what `apply` cannot do about it, None where it can.
    """

    finding: DriftFinding
    number: int
    mark: Mark
    rest: str | None

    @property
    def change(self) -> Change:
        """The change that would take it back."""
        return self.finding.change

    @property
    def side(self) -> str | None:
        """Which side alone has the element; None where it is a field that differs."""
        return self.mark.word if self.change.field is None else None

    @property
    def git(self) -> str:
        """The value that the manifest has."""
        return value(self.change.after)

    @property
    def live(self) -> str:
        """The value that live has."""
        return value(self.change.before)


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceDriftView:
    """One source: its mark, what is to be said of it in a line, and what ends its drift."""

    drift: SourceDrift
    mark: Mark
    said: str
    rows: tuple[DriftRow, ...]
    back_to_git: str
    into_git: str

    @property
    def alarming(self) -> tuple[DriftRow, ...]:
        """What somebody should look at now."""
        return tuple(row for row in self.rows if row.finding.alarms)


def drift_views(report: DriftReport) -> tuple[SourceDriftView, ...]:
    """Return how the sources of *report* are told, in its order."""
    return tuple(_source(source, report.environment) for source in report.sources)


def _source(source: SourceDrift, environment: str) -> SourceDriftView:
    mark, text = _headline(source)
    return SourceDriftView(
        drift=source,
        mark=mark,
        said=text,
        rows=tuple(_row(finding, at) for at, finding in enumerate(source.findings)),
        back_to_git=back_to_git(environment, source),
        into_git=into_git(environment, source),
    )


def _row(finding: DriftFinding, number: int) -> DriftRow:
    return DriftRow(finding=finding, number=number, mark=_mark(finding), rest=manual_steps(finding))


def _mark(finding: DriftFinding) -> Mark:
    """Return what is so in live; colour is for what alarms."""
    never_applied = finding.standing in {Standing.UNAPPLIED, Standing.RESIDUE}
    if finding.change.field is not None:
        mark = Mark("~", "differs", Style.CHANGE)
    elif finding.change.action is Edit.REMOVE:
        mark = Mark("+", "in live only", Style.ADD)
    else:
        mark = Mark("-", "in git only" if never_applied else "gone from live", Style.REMOVE)
    return mark if finding.alarms else replace(mark, style=Style.QUIET)


def _headline(source: SourceDrift) -> tuple[Mark, str]:
    """Return the mark of *source*, and what is to be said of it in a line."""
    word = drift_state(source)
    if source.error is not None:
        return Mark("✗", word, Style.STOP), f"could not be read: {source.error}"
    alarms = sum(f.alarms for f in source.findings)
    unapplied = source.count(Standing.UNAPPLIED)
    notes = [
        f"{number} {words}"
        for number, words in (
            (source.count(Standing.ACKNOWLEDGED), "acknowledged"),
            (source.count(Standing.RESIDUE), "known, unchanged"),
            (source.reported_before, "told before"),
        )
        if number
    ]
    behind = f" ({', '.join(notes)})" if notes else ""
    if alarms:
        conflicts = sum(f.alarms and f.standing is Standing.CONFLICT for f in source.findings)
        more = f", {conflicts} of them in conflict with git" if conflicts else ""
        return Mark("!", word, Style.STOP), f"{alarms} changed in Assets, not in git{more}{behind}"
    if source.drifted:
        return Mark("!", word, Style.QUIET), f"drifted, and nothing is new{behind}"
    if unapplied:
        what = f"{count(unapplied, 'change')} in git {'is' if unapplied == 1 else 'are'}"
        return Mark("~", word, Style.CHANGE), f"not drifted; {what} not applied yet{behind}"
    return Mark(".", word, Style.QUIET), f"in sync{behind}"
