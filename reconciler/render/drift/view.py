"""The view of drift, which decides once what every format prints.

Marks describe live as seen from git: `+` live has more, `-` it has less, `~` it differs.
"""

from collections.abc import Iterable

from reconciler.planning.change import Change, Edit
from reconciler.planning.drift.report import DriftFinding, DriftReport, SourceDrift, Standing
from reconciler.planning.drift.report_file import drift_state
from reconciler.render.drift.importance import of_drift
from reconciler.render.drift.words import back_to_git, into_git, manual_steps
from reconciler.render.importance import Importance, by_importance
from reconciler.render.plan.symbols import Mark
from reconciler.render.shorten import count, value_pair
from reconciler.render.terminal import Style
from reconciler.value import Value, replace


class DriftRow(Value):
    """The row of one difference. `number` is its index among those of its source.

    `rest` is what `apply` cannot do about it, None if it can revert it.
    """

    finding: DriftFinding
    number: int
    mark: Mark
    rest: str | None

    @property
    def change(self) -> Change:
        """The change that would revert it."""
        return self.finding.change

    @property
    def side(self) -> str | None:
        """The only side that has the element; None if a field differs."""
        return self.mark.word if self.change.field is None else None

    @property
    def git(self) -> str:
        """The value that the manifest has."""
        return value_pair(self.change.after, self.change.before)[0]

    @property
    def live(self) -> str:
        """The value that live has."""
        return value_pair(self.change.after, self.change.before)[1]


class SourceDriftView(Value):
    """One source: its mark, its headline, and what ends its drift.

    `back_to_git` is None if `apply` can revert nothing of it.
    """

    drift: SourceDrift
    mark: Mark
    said: str
    rows: tuple[DriftRow, ...]
    back_to_git: str | None
    into_git: str

    @property
    def is_in_sync(self) -> bool:
        """Whether it was read, and nothing is new, settled or left to apply."""
        source = self.drift
        news = source.error or source.drifted or source.settled
        return not (news or source.count(Standing.UNAPPLIED))

    @property
    def alarming(self) -> tuple[DriftRow, ...]:
        """The rows that need attention now."""
        return tuple(row for row in self.rows if row.finding.alarms)


def rows_by_standing(
    views: Iterable[SourceDriftView],
) -> list[tuple[Standing, list[tuple[SourceDriftView, DriftRow]]]]:
    """Return the rows to look at under what they are, the most important first of all and in each.

    A standing without any is left out.
    """
    rows = [(view, row) for view in views for row in view.alarming]
    ordered = by_importance(rows, _importance)
    standings = dict.fromkeys(row.finding.standing for _, row in ordered)
    return [(s, [each for each in ordered if each[1].finding.standing is s]) for s in standings]


def _importance(row: tuple[SourceDriftView, DriftRow]) -> Importance:
    return of_drift(row[1].finding)


def drift_views(report: DriftReport) -> tuple[SourceDriftView, ...]:
    """Return the views of the sources of *report*, in its order."""
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
    """Return the mark of the difference; colour is for alarming drift."""
    never_applied = finding.standing in {Standing.UNAPPLIED, Standing.RESIDUE}
    if finding.change.field is not None:
        mark = Mark("~", "changed", Style.CHANGE)
    elif finding.change.action is Edit.REMOVE:
        mark = Mark("+", "in live only", Style.ADD)
    else:
        mark = Mark("-", "in git only" if never_applied else "gone from live", Style.REMOVE)
    return mark if finding.alarms else replace(mark, style=Style.QUIET)


def _headline(source: SourceDrift) -> tuple[Mark, str]:
    """Return the mark and the headline of *source*."""
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
            (source.reported_before, "reported before"),
        )
        if number
    ]
    behind = f" ({', '.join(notes)})" if notes else ""
    if alarms:
        conflicts = sum(f.alarms and f.standing is Standing.CONFLICT for f in source.findings)
        more = f", {conflicts} of them in conflict with git" if conflicts else ""
        text = f"{alarms:,} changed in Assets, not in git"
        return Mark("!", word, Style.STOP), f"{text}{more}{behind}"
    if source.drifted:
        return Mark("!", word, Style.QUIET), f"drifted, and nothing is new{behind}"
    if unapplied:
        what = f"{count(unapplied, 'change')} in git {'is' if unapplied == 1 else 'are'}"
        return Mark("~", word, Style.CHANGE), f"not drifted; {what} not applied yet{behind}"
    return Mark(".", word, Style.QUIET), f"in sync{behind}"
