"""Drift as a message for Slack and compatible services: the news, in a few lines.

Slack needs `&`, `<` and `>` as entities, and `<!channel>` notifies everybody
(docs.slack.dev, Formatting message text). Nothing in a code span is formatted, and a
backtick ends one.
"""

from collections.abc import Iterator

from reconciler.planning.drift.report import DriftReport, SourceDrift
from reconciler.render.drift.importance import of_drift, of_source_drift
from reconciler.render.drift.words import closing
from reconciler.render.escape import escape
from reconciler.render.importance import by_importance, by_kind
from reconciler.render.plan.symbols import whole_name
from reconciler.render.shorten import count, shorten

_MOST_SOURCES = 15
_MOST_DIFFERENCES = 5
_WIDTH = 200
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "'"})


def drift_slack(report: DriftReport) -> str:
    """Return the message: alarming drift, settled drift, unreadable sources."""
    sources = by_importance(report.sources, of_source_drift)
    blocks = [(source, lines) for source in sources if (lines := list(_source(source)))]
    shown = [line for _, lines in blocks[:_MOST_SOURCES] for line in lines]
    if rest := [source for source, _ in blocks[_MOST_SOURCES:]]:
        worst = by_kind(map(of_source_drift, rest))
        shown.append(f"and {count(len(rest), 'more source')} ({worst})")
    environment = f"Environment {_code(report.environment)}"
    return "\n".join((f"*{closing(report)}* {environment}", *shown))


def _source(source: SourceDrift) -> Iterator[str]:
    if source.error is not None:
        yield f":x: {_code(source.source)} could not be read: {_code(source.error)}"
        return
    news = [f for f in source.findings if f.alarms]
    if news:
        yield f":warning: {_code(source.source)}: {count(len(news), 'change')} outside git"
        for finding in by_importance(news, of_drift)[:_MOST_DIFFERENCES]:
            yield f"    • {_code(whole_name(finding.change, ' / '))} {finding.standing}"
        if rest := by_importance(news, of_drift)[_MOST_DIFFERENCES:]:
            yield f"    • and {by_kind(map(of_drift, rest))}"
    if source.settled:
        removed = count(len(source.settled), "difference")
        yield f":white_check_mark: {_code(source.source)}: {removed} settled"


def _code(text: str) -> str:
    return f"`{shorten(escape(text).translate(_ENTITIES), _WIDTH)}`"
