"""Drift as a message for Slack and compatible services: the news, in a few lines.

Slack needs `&`, `<` and `>` as entities, and `<!channel>` notifies everybody
(docs.slack.dev, Formatting message text). Nothing in a code span is formatted, and a
backtick ends one.
"""

from collections.abc import Iterator

from reconciler.planning.drift.report import DriftReport, SourceDrift
from reconciler.render.drift.words import closing
from reconciler.render.escape import escape
from reconciler.render.plan.symbols import whole_name
from reconciler.render.shorten import count, shorten

_MOST_SOURCES = 15
_MOST_DIFFERENCES = 5
_WIDTH = 200
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "'"})


def drift_slack(report: DriftReport) -> str:
    """Return the message: alarming drift, settled drift, unreadable sources."""
    blocks = [lines for source in report.sources if (lines := list(_source(source)))]
    shown = [line for lines in blocks[:_MOST_SOURCES] for line in lines]
    if len(blocks) > _MOST_SOURCES:
        shown.append(f"and {count(len(blocks) - _MOST_SOURCES, 'more source')}")
    environment = f"Environment {_code(report.environment)}"
    return "\n".join((f"*{closing(report)}* {environment}", *shown))


def _source(source: SourceDrift) -> Iterator[str]:
    if source.error is not None:
        yield f":x: {_code(source.source)} could not be read: {_code(source.error)}"
        return
    news = [f for f in source.findings if f.alarms]
    if news:
        yield f":warning: {_code(source.source)}: {count(len(news), 'change')} behind git's back"
        for finding in news[:_MOST_DIFFERENCES]:
            yield f"    • {_code(whole_name(finding.change, ' / '))} {finding.standing}"
        if len(news) > _MOST_DIFFERENCES:
            yield f"    • and {len(news) - _MOST_DIFFERENCES} more"
    if source.settled:
        removed = count(len(source.settled), "difference")
        yield f":white_check_mark: {_code(source.source)}: {removed} settled"


def _code(text: str) -> str:
    return f"`{shorten(escape(text).translate(_ENTITIES), _WIDTH)}`"
