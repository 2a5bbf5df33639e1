"""The marks, notes and names with which every format shows a plan, one table for each enum.

Colour only repeats what the marks say. Elements are shown with both name and external id.
"""

from collections.abc import Iterable, Mapping

from reconciler.diagnostics import Confidence
from reconciler.model.policy import Risk
from reconciler.planning.change import OF_NO_TYPE, Attribution, Change, Edit, Kind, Verdict
from reconciler.planning.plan import Action, SourcePlan
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import Style
from reconciler.semantics.rules import ON_SITE
from reconciler.value import Value


class Mark(Value, kw_only=False):
    """A symbol with its word and its style."""

    symbol: str
    word: str
    style: Style

    @property
    def span(self) -> tuple[str, Style]:
        """The symbol with its style."""
        return self.symbol, self.style


class Note(Value, kw_only=False):
    """A short remark beside a change; an *aside* is in brackets if there is no colour."""

    text: str
    style: Style
    aside: bool = False


ADDED = Mark("+", "added", Style.ADD)
CHANGED = Mark("~", "changed", Style.CHANGE)
REMOVED = Mark("-", "removed", Style.REMOVE)
IMPOSSIBLE = Mark("!", "impossible", Style.STOP)
ORPHAN = Mark("?", "orphan", Style.ODD)
NOT_SENT = Mark(".", "not sent", Style.QUIET)
UNCHANGED = Mark("", "unchanged", Style.SAME)

ACTIONS: Mapping[Action, Mark] = {
    Action.CREATE: ADDED,
    Action.UPDATE: CHANGED,
    Action.NO_OP: NOT_SENT,
    Action.BLOCKED: IMPOSSIBLE,
}
EDITS: Mapping[Edit, Mark] = {Edit.ADD: ADDED, Edit.CHANGE: CHANGED, Edit.REMOVE: REMOVED}
MOTIONS: Mapping[Edit, str] = {Edit.ADD: "comes", Edit.CHANGE: "changes", Edit.REMOVE: "goes"}
# Of a change that is shown among others: where its source is blocked.
BY_OPERATION = Note("by a schema operation", Style.CHANGE, aside=True)
# By verdict: the mark, if it is not that of the edit, and a note.
VERDICTS: Mapping[Verdict, tuple[Mark | None, Note | None]] = {
    Verdict.PUT: (None, None),
    Verdict.PATCH: (None, None),
    Verdict.PATCH_UNDOCUMENTED: (
        None,
        Note("undocumented: sent, then verified by reading back", Style.CHANGE, aside=True),
    ),
    Verdict.SCHEMA_OPERATION: (None, BY_OPERATION),
    Verdict.IMPOSSIBLE: (IMPOSSIBLE, None),
    Verdict.ORPHAN: (ORPHAN, Note("in live only", Style.ODD)),
    Verdict.WRITE_ONLY: (NOT_SENT, Note("not sent: live does not show it", Style.QUIET)),
    Verdict.IGNORED: (NOT_SENT, Note("ignored", Style.QUIET)),
}
# Singular and plural, in the order in which people look for them.
KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.OBJECT_SCHEMA: ("object schema", "object schemas"),
    Kind.OBJECT_TYPE: ("object type", "object types"),
    Kind.ATTRIBUTE: ("attribute", "attributes"),
    Kind.MAPPING: ("mapping", "mappings"),
    Kind.ATTRIBUTE_MAPPING: ("attribute mapping", "attribute mappings"),
    Kind.ICON: ("icon", "icons"),
    Kind.STATUS: ("status", "statuses"),
}
# Which side changed since the base. Changes that are merely not applied need no note.
ATTRIBUTIONS: Mapping[Attribution, Note | None] = {
    Attribution.UNAPPLIED: None,
    Attribution.DRIFT: Note("drift: live changed, the manifest did not", Style.ODD),
    Attribution.CONFLICT: Note("conflict: the manifest and live both changed", Style.ODD),
}
RISKS: Mapping[Risk, Style | None] = {
    Risk.NONE: None,
    Risk.REVIEW: Style.CHANGE,
    Risk.DATA: Style.STOP,
}


def mark_of(change: Change) -> Mark:
    """Return the mark of one change: what stops it, otherwise that of its edit."""
    return VERDICTS[change.verdict][0] or EDITS[change.action]


def owner_mark(own: Iterable[Change], inside: Iterable[Change]) -> Mark | None:
    """Return the mark of an element: that of its addition or removal, else `!` or `~`.

    None if it has no changes.
    """
    for change in own:
        if change.field is None:
            return mark_of(change)
    verdicts = {c.verdict for c in inside}
    if not verdicts:
        return None
    if Verdict.IMPOSSIBLE in verdicts:
        return IMPOSSIBLE
    return CHANGED if any(v.takes_effect for v in verdicts) else NOT_SENT


def risk_note(change: Change) -> Note | None:
    """Return what a change can do to data at the next import: `risk data: selector-changed`."""
    style = RISKS[change.risk]
    if style is None:
        return None
    code = f": {change.risk_code}" if change.risk_code else ""
    return Note(f"risk {change.risk}{code}", style)


# Of what live hides: the orphan's note would claim that live shows it.
_AS_FAR_AS_KNOWN = Note("live does not show it", Style.QUIET)


def notes(change: Change) -> tuple[Note, ...]:
    """Return the notes about a change beside its values."""
    graded = change.verdict.is_sent and change.confidence is not Confidence.DOCUMENTED
    when = change.confidence if change.observed is None else f"{ON_SITE} {change.observed}"
    grade = Note(when, Style.QUIET, aside=True) if graded else None
    moved_by = ATTRIBUTIONS[change.attribution] if change.attribution else None
    note = _AS_FAR_AS_KNOWN if change.is_hidden else VERDICTS[change.verdict][1]
    return tuple(filter(None, (note or grade, moved_by, risk_note(change))))


def verb(plan: SourcePlan) -> str:
    """Return the word for the action on a source: what is sent, or why there is nothing."""
    if plan.sends:
        method = (plan.operation.method,) if plan.operation is not None else ()
        before = len(plan.schema_operations)
        return " + ".join((*method, *((count(before, "schema operation"),) if before else ())))
    return "blocked" if plan.action is Action.BLOCKED else "no change"


_WIDTH = 120
_OF_MAPPINGS = {Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}


def named_label(name: str, key: str | None) -> tuple[tuple[str, Style], ...]:
    """Return the name and the id, if there is one."""
    shown = (shorten(name, _WIDTH), Style.STRONG)
    return (shown, ("  " + shorten(key, _WIDTH), Style.QUIET)) if key else (shown,)


def name_path(change: Change) -> str:
    """Return the names from the root type on: `Hard Drive / File / Path`, `icon disk`."""
    path = " / ".join(change.names) or str(change.address)
    return f"{KINDS[change.kind][0]} {path}" if change.kind in OF_NO_TYPE else path


def aspect(change: Change) -> str:
    """Return the aspect of the element: `mapping`, or nothing for the element itself."""
    return "mapping" if change.kind in _OF_MAPPINGS else ""


def element(change: Change) -> str:
    """Return the name path with the aspect: `Hard Drive / File mapping`."""
    return f"{name_path(change)} {aspect(change)}".rstrip()


def whole_name(change: Change, joint: str = " ") -> str:
    """Return name path, aspect and field, for lists outside of the tree."""
    return joint.join(filter(None, (name_path(change), aspect(change), change.field)))
