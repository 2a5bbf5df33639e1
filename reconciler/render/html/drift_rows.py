"""Differences between git and live as rows of the page of drift.

Which acknowledgement keeps a difference quiet: its reason, and until when.
"""

from collections import defaultdict
from collections.abc import Iterator

from reconciler.model.address import Address, AddressGlob
from reconciler.model.policy import Acknowledgement, Risk
from reconciler.planning.drift.report import DriftReport, Finding, SourceDrift, Standing
from reconciler.planning.plan import LEFT_OPEN, Change, Verdict
from reconciler.render.drift.words import live_symbol, on_one_side
from reconciler.render.html.rows import Mark, Note, Row, place, subject
from reconciler.render.html.values import shown_drift
from reconciler.render.plan.change import reason
from reconciler.render.plan.tree import TypeNode


class Answers:
    """The acknowledgements of a report that are at work, by who answers for them."""

    def __init__(self, report: DriftReport) -> None:
        """Begin with those that kept something quiet."""
        self._of: dict[str, list[tuple[AddressGlob, Acknowledgement]]] = defaultdict(list)
        for muting in report.mutings:
            if muting.muted:
                known = muting.acknowledgement
                self._of[known.owner].append((AddressGlob.of(known.address), known))

    def for_(self, finding: Finding) -> Acknowledgement | None:
        """Return the first that matches *finding*, as `drift_of` chose it; None for none."""
        change = finding.change
        for glob, known in self._of.get(finding.acknowledged_by or "", ()):
            if known.value in ((), (change.before,)) and glob.matches(change.address):
                return known
        return None


_TONES = {"~": "change", "+": "add", "-": "remove"}


class DriftRows:
    """Makes the rows of one source; why many cannot be taken back alike is told once."""

    def __init__(self, source: SourceDrift, number: int, answers: Answers) -> None:
        """Begin with the source that is told as the *number*th."""
        self._source = source
        self._number = number
        self._answers = answers
        self._told: set[tuple[str, ...]] = set()
        self._found = {_key(f.change): (at, f) for at, f in enumerate(source.findings)}

    def anchor(self, finding: Finding) -> str:
        """Return the id of the difference on the page. It holds no text of a stranger."""
        return f"change-{self._number}-{self._found[_key(finding.change)][0]}"

    def head(self, _: TypeNode) -> None:
        """Return nothing: what came or went has a row of its own."""

    def row(self, change: Change, name: str | None = None) -> Row:
        """Return the row of *change*, called by *name*, or by its path where there is none."""
        _, finding = self._found[_key(change)]
        sentences = tuple(self._sentences(finding))
        at = place(self._source.file, change)
        return Row(
            anchor=self.anchor(finding),
            data={"standing": finding.standing, "risk": change.risk},
            mark=mark(finding),
            subject=subject(change, name),
            shown=shown_drift(change),
            notes=tuple(_notes(finding)),
            sentences=sentences,
            place=at,
            address=str(change.address) if at or sentences or finding.standing.alarms else None,
        )

    def _sentences(self, finding: Finding) -> Iterator[str]:
        change = finding.change
        if finding.standing is Standing.ACKNOWLEDGED:
            known = self._answers.for_(finding)
            until = f" until {known.expires}: {known.reason}" if known else ""
            yield f"acknowledged by {finding.acknowledged_by}{until}"
        if finding.standing.alarms and change.verdict in LEFT_OPEN:
            why = tuple(filter(None, (reason(change), change.remedy)))
            if why not in self._told:
                yield from why
            self._told.add(why)
        if finding.standing.alarms and change.risk_text:
            yield f"Taken back to git: {change.risk_text}"


def mark(finding: Finding) -> Mark:
    """Return what is so in live, seen from git; colour is for what alarms."""
    symbol = live_symbol(finding)
    word = "differs" if finding.change.field is not None else on_one_side(finding)
    return Mark(symbol=symbol, word=word, tone=_TONES[symbol] if finding.alarms else "quiet")


def _notes(finding: Finding) -> Iterator[Note]:
    change = finding.change
    if change.field is None:
        marked = mark(finding)
        yield Note(text=marked.word, tone=marked.tone)
    if not finding.standing.alarms:
        return
    if not finding.news:
        yield Note(text="told before", tone="quiet")
    if change.verdict in LEFT_OPEN:
        yield Note(text="apply cannot take it back", tone="stop")
    if change.risk is not Risk.NONE:
        tone = "stop" if change.risk is Risk.DATA else "change"
        code = f": {change.risk_code}" if change.risk_code else ""
        yield Note(text=f"risk {change.risk}{code}", tone=tone)


def _key(change: Change) -> tuple[Address, Verdict]:
    return change.address, change.verdict
