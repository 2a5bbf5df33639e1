"""The symbols of a plan and what they mean; colour only repeats them."""

from collections.abc import Iterable

from reconciler.planning.plan import Action, Change, Edit, SourcePlan, Verdict
from reconciler.render.terminal import Style

ACTION_SYMBOLS = {
    Action.CREATE: ("+", Style.ADD),
    Action.UPDATE: ("~", Style.CHANGE),
    Action.NO_OP: (".", Style.QUIET),
    Action.BLOCKED: ("!", Style.STOP),
}
_VERDICT_SYMBOLS = {
    Verdict.IMPOSSIBLE: ("!", Style.STOP),
    Verdict.ORPHAN: ("?", Style.ODD),
    Verdict.WRITE_ONLY: (".", Style.QUIET),
    Verdict.IGNORED: (".", Style.QUIET),
}
_EDIT_SYMBOLS = {
    Edit.ADD: ("+", Style.ADD),
    Edit.CHANGE: ("~", Style.CHANGE),
    Edit.REMOVE: ("-", Style.REMOVE),
}


def symbol(change: Change) -> tuple[str, Style]:
    """Return the symbol of one change: what stops it first, then how it changes."""
    return _VERDICT_SYMBOLS.get(change.verdict) or _EDIT_SYMBOLS[change.action]


def owner_symbol(own: Iterable[Change], inside: Iterable[Change]) -> tuple[str, Style] | None:
    """Return the symbol of an element: that of its coming or going, else `!` or `~`.

    None where nothing is said of it.
    """
    whole = next((c for c in own if c.field is None), None)
    if whole is not None:
        return symbol(whole)
    verdicts = {c.verdict for c in inside}
    if not verdicts:
        return None
    if Verdict.IMPOSSIBLE in verdicts:
        return _VERDICT_SYMBOLS[Verdict.IMPOSSIBLE]
    if any(v.is_sent for v in verdicts):
        return _EDIT_SYMBOLS[Edit.CHANGE]
    return (".", Style.QUIET)


def verb(plan: SourcePlan) -> str:
    """Return the word for what happens to a source: its method, or why there is none."""
    if plan.operation is not None:
        return plan.operation.method
    return "blocked" if plan.action is Action.BLOCKED else "no change"
