"""Why a change is not sent, how well that is known, and what to do instead."""

from reconciler.planning.judge import NOT_DRIFTED, UNKNOWN_KEY
from reconciler.planning.plan import Change, Verdict
from reconciler.planning.rules import RULES


def why(change: Change) -> tuple[str, ...]:
    """Return the reason of a change that is left open, then its remedy where there is one."""
    return tuple(filter(None, (reason(change), change.remedy)))


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
