"""What a probe found, as text, and as JSON (`reconciler schema probe`)."""

import json
from collections.abc import Iterator

from reconciler import __version__
from reconciler.model.canonical import canonical_json
from reconciler.model.display import count
from reconciler.model.json_form import to_json
from reconciler.outcome.probes import Finding, ProbeReport, ProbeRequest
from reconciler.render.escape import escape_json
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Line, Screen, Style

FORMAT_VERSION = "1.0"
_LONGEST_BODY, _LONGEST_ANSWER = 160, 240
_INDENT = " " * 4


def write_probe(report: ProbeReport, screen: Screen) -> None:
    """Write each question with its conclusion and what it rests on, then what stays behind."""
    place = f"   {report.environment}, {report.site_kind} {report.site}"
    screen.line((report.source, Style.STRONG), place)
    for finding in report.findings:
        screen.lines(_finding(finding))
    if report.ended is not None:
        screen.line(("ended early: ", Style.STOP), shorten(report.ended, _LONGEST_ANSWER))
    if report.leftovers:
        screen.line(f"{count(len(report.leftovers), 'thing stays', 'things stay')} behind:")
    for left in report.leftovers:
        screen.line("  - ", shorten(left.what, _LONGEST_BODY), f": {left.remedy}")
    screen.line(_summary(report))


def _finding(finding: Finding) -> Iterator[Line]:
    if finding.outcome is None:
        mark, style = "?", Style.QUIET
    else:
        mark, style = ("!", Style.CHANGE) if finding.is_unexpected else ("=", Style.ADD)
    yield ((f"{mark} {finding.question}", style), f"  {finding.text}")
    outcome = f"{finding.outcome}: " if finding.outcome else ""
    expected = f" (assumed: {finding.assumed})" if finding.is_unexpected else ""
    yield (_INDENT, f"{outcome}{shorten(finding.conclusion, _LONGEST_ANSWER)}{expected}")
    for attempt in finding.attempts:
        yield (_INDENT, (_attempt(attempt), Style.QUIET))


def _attempt(attempt: ProbeRequest) -> str:
    body = "" if attempt.sent is None else canonical_json(attempt.sent).decode()
    sent = f" {shorten(body, _LONGEST_BODY)}" if body else ""
    return f"{attempt.request}{sent} → {shorten(attempt.answer, _LONGEST_ANSWER)}"


def _summary(report: ProbeReport) -> str:
    told = [each for each in report.findings if each.outcome is not None]
    odd = sum(each.is_unexpected for each in told)
    untold = len(report.findings) - len(told)
    return f"{len(told)} answered, {odd} of them not as assumed; {untold} without an answer."


def probe_json(report: ProbeReport) -> str:
    """Return *report* as one line of JSON, safe on a terminal."""
    value = {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "reconciler", "version": __version__},
        **to_json(report),
    }
    return escape_json(json.dumps(value, ensure_ascii=False)) + "\n"
