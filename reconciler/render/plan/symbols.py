"""The symbols of a plan and what they mean; colour only repeats them.

How an element is called: its name or name path, and its external id, both always shown.
"""

from collections.abc import Iterable

from reconciler.planning.plan import Action, Change, Edit, Kind, SourcePlan, Verdict
from reconciler.render.plan.tree import shown_key
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Span, Style

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


_WIDTH = 120
_OF_MAPPINGS = {Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}


def label(name: str, key: str | None) -> tuple[Span, ...]:
    """Return the name and, where there is one, the id."""
    shown = (shorten(name, _WIDTH), Style.STRONG)
    return (shown, ("  " + shorten(key, _WIDTH), Style.QUIET)) if key else (shown,)


def path_label(change: Change) -> tuple[Span, ...]:
    """Return the name path from the root type and the id, for lists outside of the tree."""
    return label(name_path(change), shown_key(change.address.key, change.names))


def name_path(change: Change) -> str:
    """Return the names from the root type on: `Hard Drive / File / Path`, `icon disk`."""
    path = " / ".join(change.names) or str(change.address)
    return f"{change.kind} {path}" if change.kind in {Kind.ICON, Kind.STATUS} else path


def aspect(change: Change) -> str:
    """Return which side of the element is meant: `mapping`, or nothing for the element itself."""
    return "mapping" if change.kind in _OF_MAPPINGS else ""
