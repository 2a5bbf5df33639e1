"""Why a change is not sent, how well that is known, and what to do instead."""

from collections.abc import Iterator

from reconciler.planning.judge import NOT_DRIFTED, UNKNOWN_KEY
from reconciler.planning.plan import Change, Verdict
from reconciler.planning.rules import RULES
from reconciler.render.shorten import folded
from reconciler.render.terminal import Line, Style


def why_lines(change: Change, indent: str) -> Iterator[Line]:
    """Yield address, reason and remedy of a change that is impossible; nothing for others."""
    if change.verdict is Verdict.IMPOSSIBLE:
        yield (indent, (str(change.address), Style.QUIET))
        for text in (reason(change), change.remedy or ""):
            for line in folded(text, indent):
                yield (indent, line)


def reason(change: Change) -> str:
    """Return what keeps a change from being sent, with its grade."""
    if change.predicted_code:
        return f"the API would answer {change.predicted_code} ({change.confidence})"
    text = f"{RULES[change.rule].text} ({change.confidence})"
    if change.rule == NOT_DRIFTED.rule:
        return NOT_DRIFTED.text
    if change.verdict is Verdict.IGNORED and change.rule != UNKNOWN_KEY.rule:
        return f"skipped, as policy.undocumented has it: {text}"
    return text
