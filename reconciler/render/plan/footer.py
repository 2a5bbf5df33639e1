"""The end of a source's block: what could be sent, is unchanged, and is proved."""

from collections.abc import Iterator

from reconciler.model.wire import canonical_bytes
from reconciler.planning.change import HIDDEN_PARTS, Change, Kind, Verdict, unknown_parts
from reconciler.planning.plan import Action, Convergence, SourcePlan
from reconciler.planning.premises import PREMISES
from reconciler.render.plan.symbols import KINDS
from reconciler.render.shorten import count, first_names

_KILO = 1000


def allowance(source: SourcePlan) -> str | None:
    """Return what --allow-residual would send of a source that impossible changes block, if any."""
    if source.action is not Action.BLOCKED:
        return None
    stopped = sum(c.verdict is Verdict.IMPOSSIBLE for c in source.changes)
    others = sum(c.verdict.takes_effect for c in source.changes)
    if not stopped or not others:
        return None
    sent = f"{'the other change is' if others == 1 else f'the other {others:,} changes are'} sent"
    stays = f"{count(stopped, 'change')} {'stays' if stopped == 1 else 'stay'} open"
    return f"With --allow-residual {sent} and {stays}."


def along(source: SourcePlan) -> str | None:
    """Return what the body holds besides the changes, None for nothing."""
    names: dict[Kind, list[str]] = {}
    for companion in source.along:
        names.setdefault(companion.kind, []).append(companion.name)
    parts = [
        f"{count(len(named), *words)} ({first_names(named)})"
        for kind, words in KINDS.items()
        if (named := names.get(kind))
    ]
    return f"the body also carries {', '.join(parts)}" if parts else None


def unknown(source: SourcePlan) -> str | None:
    """Return what is not sent because nobody knows whether it is live, None for nothing."""
    if not source.unknown:
        return None
    return f"{unknown_parts(source.unknown)}: not sent without --resend-write-only"


def unchanged(source: SourcePlan) -> str | None:
    """Return how much of *source* is unchanged, None for nothing."""
    same = source.unchanged
    numbers = (same.object_types, "object type"), (same.attributes, "attribute")
    parts = [count(*each) for each in (*numbers, (same.mappings, "mapping")) if each[0]]
    return f"({', '.join(parts)} unchanged)" if parts else None


def proof(source: SourcePlan) -> str | None:
    """Return what is known about live after the operation, None without an operation."""
    return _convergence(source) if source.sends else None


def _sent(source: SourcePlan) -> Iterator[str]:
    """Yield what is sent, as something comes after it."""
    if number := len(source.schema_operations):
        yield "this schema operation" if number == 1 else "these schema operations"
    if (operation := source.operation) is not None:
        yield f"this {operation.method} ({byte_count(len(canonical_bytes(operation.body)))})"


def _convergence(source: SourcePlan) -> str:
    after = f"after {' and '.join(_sent(source))}"
    match source.convergence:
        case Convergence.PROVED:
            hidden = any(map(_is_hidden, source.changes)) or source.action is Action.CREATE
            beyond = ", up to what live does not show" if hidden else ""
            return f"proved{condition(source)}: {after} nothing remains to change{beyond}"
        case Convergence.PARTIAL:
            context = any(c.verdict is not Verdict.ORPHAN for c in source.residual)
            left = "the residual" if context else "what live alone has"
            return f"partial: {after} only {left} remains"
        case Convergence.UNKNOWN:
            rests_on = source.certificate.rests_on if source.certificate else ()
            rules = ", ".join(code for code in rests_on if code not in PREMISES)
            if not rules and source.unknown:
                return f"unknown: {after} nothing that live shows remains to change"
            rests = f" (undocumented: {rules})" if rules else ""
            return f"unknown: {after} live is read back to see what took effect{rests}"


def _is_hidden(change: Change) -> bool:
    return change.kind in HIDDEN_PARTS or change.field in HIDDEN_PARTS


def condition(source: SourcePlan) -> str:
    """Return the condition of a proof: the premises that nobody checked."""
    rests_on = source.certificate.rests_on if source.certificate else ()
    premises = [PREMISES[code].sentence for code in rests_on if code in PREMISES]
    return f", if {' and '.join(premises)}" if premises else ""


def byte_count(number: int) -> str:
    """Return *number* of bytes for people: `612 bytes`, `3.4 kB`."""
    if number < _KILO:
        return count(number, "byte")
    if number < _KILO * _KILO:
        return f"{number / _KILO:.1f} kB"
    return f"{number / _KILO / _KILO:.1f} MB"
