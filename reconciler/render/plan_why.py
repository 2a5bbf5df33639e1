"""Why a change is not sent, how well that is known, and what to do instead."""

from collections.abc import Iterator

from reconciler.planning.plan import Change, Verdict
from reconciler.render.shorten import folded
from reconciler.render.terminal import Line
from reconciler.semantics.capabilities import CAPABILITIES

# The planner's own rule beside the table of capabilities (`planning.judge`).
UNKNOWN_KEY = "unknown-key"
_RULES = {capability.rule: capability.text for capability in CAPABILITIES.values()} | {
    UNKNOWN_KEY: "the payload schema does not know this key, so nothing sends it"
}


def why_lines(change: Change, indent: str) -> Iterator[Line]:
    """Yield the reason and the remedy of a change that is impossible; nothing for others."""
    if change.verdict is Verdict.IMPOSSIBLE:
        for text in (reason(change), change.remedy or ""):
            for line in folded(text, indent):
                yield (indent, line)


def reason(change: Change) -> str:
    """Return what keeps a change from being sent, with its grade."""
    if change.predicted_code:
        return f"the API would answer {change.predicted_code} ({change.confidence})"
    text = f"{_RULES.get(change.rule, 'this API cannot do it')} ({change.confidence})"
    if change.verdict is Verdict.IGNORED and change.rule != UNKNOWN_KEY:
        return f"skipped, as policy.undocumented has it: {text}"
    return text
