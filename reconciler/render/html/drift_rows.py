"""Differences between git and live as rows of the drift page, with their acknowledgements."""

from collections.abc import Iterator

from reconciler.planning.change import LEFT_OPEN
from reconciler.planning.drift.report import DriftReport, Standing
from reconciler.render.drift.view import DriftRow, SourceDriftView
from reconciler.render.drift.words import CANNOT_REVERT
from reconciler.render.html.rows import PageRow, place, subject
from reconciler.render.html.values import DRIFTED, shown_change
from reconciler.render.plan.symbols import Note, risk_note
from reconciler.render.plan.tree import key_of
from reconciler.render.plan.values import contrast
from reconciler.render.plan.view import why
from reconciler.render.terminal import Style


class DriftRows:
    """Builds the rows of one source; a reason that several differences share is shown once."""

    def __init__(self, view: SourceDriftView, number: int, report: DriftReport) -> None:
        """Store the source and its *number* on the page."""
        self._source = view.drift
        self._number = number
        self._report = report
        self._told: set[tuple[str, ...]] = set()

    def anchor(self, row: DriftRow) -> str:
        """Return the id of the difference on the page. It contains no foreign text."""
        return f"change-{self._number}-{row.number}"

    def __call__(self, row: DriftRow, name: str) -> PageRow:
        """Return the row of the page, labelled *name*."""
        change, standing = row.change, row.finding.standing
        sentences = tuple(self._sentences(row))
        at = place(self._source.file, change)
        # Git's value comes first, because live moved away from it.
        text = contrast(change.field, change.after, change.before)
        return PageRow(
            anchor=self.anchor(row),
            data={"standing": standing, "risk": change.risk},
            mark=row.mark,
            subject=subject(change, key_of(change), name),
            shown=shown_change(change, text, DRIFTED),
            notes=tuple(_notes(row)),
            sentences=sentences,
            place=at,
            address=str(change.address) if at or sentences or standing.alarms else None,
        )

    def _sentences(self, row: DriftRow) -> Iterator[str]:
        change, finding = row.change, row.finding
        if finding.standing is Standing.ACKNOWLEDGED:
            known = self._report.acknowledgement_of(finding)
            until = f" until {known.expires}: {known.reason}" if known else ""
            yield f"acknowledged by {finding.acknowledged_by}{until}"
        if finding.standing.alarms and change.verdict in LEFT_OPEN:
            reasons = why(change)
            if reasons not in self._told:
                yield from reasons
            self._told.add(reasons)
        if finding.standing.alarms and change.risk_text:
            risk = (f"On apply: {change.risk_text}",)
            if risk not in self._told:
                yield from risk
            self._told.add(risk)


def _notes(row: DriftRow) -> Iterator[Note]:
    if row.side is not None:
        yield Note(row.side, row.mark.style)
    if not row.finding.standing.alarms:
        return
    if not row.finding.news:
        yield Note("reported before", Style.QUIET)
    if row.rest is not None:
        yield Note(CANNOT_REVERT, Style.STOP)
    if (risk := risk_note(row.change)) is not None:
        yield risk
