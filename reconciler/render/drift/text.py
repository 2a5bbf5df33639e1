"""What drifted, for people: a block for each source, what needs a look first of all.

What drifted, as JSON on one line; its schema is `reconciler schema drift`.
"""

from collections.abc import Iterator

from reconciler import __version__
from reconciler.planning.drift.report import DriftReport, Finding, Muting, SourceDrift, Standing
from reconciler.planning.drift.report_file import write_drift
from reconciler.render.apply.json import json_line
from reconciler.render.drift.words import (
    back_to_git,
    by_hand,
    closing,
    into_git,
    live_symbol,
    on_one_side,
)
from reconciler.render.plan.symbols import aspect, name_path
from reconciler.render.shorten import count, folded, value
from reconciler.render.terminal import Line, Screen, Span, Style

_STEP = "    "
_NAME_WIDTH = 40
_STYLES = {"~": Style.CHANGE, "+": Style.ADD, "-": Style.REMOVE}


def write_drift_text(report: DriftReport, screen: Screen) -> None:
    """Write *report*; its diagnostics are not part of it."""
    screen.lines(_lines(report))


def _lines(report: DriftReport) -> Iterator[Line]:
    width = min(_NAME_WIDTH, max((len(s.source) for s in report.sources), default=0))
    for source in report.sources:
        yield from _source_lines(source, report.environment, width)
    yield from _muting_lines(report.to_look_at)
    yield (closing(report),)


def _source_lines(source: SourceDrift, environment: str, width: int) -> Iterator[Line]:
    (mark, style), said = told_source(source)
    yield ((mark, style), " ", (source.source.ljust(width), Style.STRONG), f"   {said}")
    shown = [f for f in source.findings if f.alarms]
    for finding in shown:
        mark = live_symbol(finding)
        yield (_STEP, (mark, _STYLES[mark]), " ", *_told(finding))
        for line in folded(by_hand(finding) or "", 2 * _STEP):
            yield (2 * _STEP, (line, Style.QUIET))
    for address in source.settled:
        yield (_STEP, (f"settled: {address}", Style.QUIET))
    if shown:
        if source.base is None:
            yield (_STEP, ("no base is known: every difference counts", Style.QUIET))
        yield (_STEP, (f"back to git: {back_to_git(environment, source)}", Style.QUIET))
        yield (_STEP, (f"into git:    {into_git(environment, source)}", Style.QUIET))


def told_source(source: SourceDrift) -> tuple[tuple[str, Style], str]:
    """Return the symbol of *source* with its style, and what is to be said of it in a line."""
    if source.error is not None:
        return ("✗", Style.STOP), f"could not be read: {source.error}"
    alarms = sum(f.alarms for f in source.findings)
    unapplied = source.count(Standing.UNAPPLIED)
    notes = [
        f"{number} {words}"
        for number, words in (
            (source.count(Standing.ACKNOWLEDGED), "acknowledged"),
            (source.count(Standing.RESIDUE), "known, unchanged"),
            (source.told_before, "told before"),
        )
        if number
    ]
    behind = f" ({', '.join(notes)})" if notes else ""
    if alarms:
        conflicts = sum(f.alarms and f.standing is Standing.CONFLICT for f in source.findings)
        more = f", {conflicts} of them in conflict with git" if conflicts else ""
        return ("!", Style.STOP), f"{alarms} changed in Assets, not in git{more}{behind}"
    if source.drifted:
        return ("!", Style.QUIET), f"drifted, and nothing is new{behind}"
    if unapplied:
        what = f"{count(unapplied, 'change')} in git {'is' if unapplied == 1 else 'are'}"
        return ("~", Style.CHANGE), f"not drifted; {what} not applied yet{behind}"
    return (".", Style.QUIET), f"in sync{behind}"


def _told(finding: Finding) -> tuple[Span, ...]:
    change = finding.change
    place = " / ".join(filter(None, (name_path(change), aspect(change), change.field)))
    named: tuple[Span, ...] = ((place, Style.STRONG), "   ")
    if finding.standing is Standing.CONFLICT:
        named = (*named, ("conflict   ", Style.ODD))
    if change.field is None:
        return (*named, on_one_side(finding))
    return (*named, f"git {value(change.after)} · live {value(change.before)}")


def _muting_lines(mutings: tuple[Muting, ...]) -> Iterator[Line]:
    for muting in mutings:
        known = muting.acknowledgement
        said = (
            f"expired on {known.expires}: it mutes nothing any more"
            if muting.expired
            else "mutes nothing: take it out"
        )
        yield (("acknowledgement ", Style.QUIET), f"{known.address} ({known.owner}) {said}")


def drift_json(report: DriftReport) -> str:
    """Return *report* on one line."""
    return json_line(write_drift(report, tool_version=__version__))
