"""What the API may refuse although nothing documented forbids it (api.md#refusal-codes)."""

from collections.abc import Iterator, Sequence

from reconciler.diagnostics import Confidence
from reconciler.model.display import quoted
from reconciler.model.document import Attribute, Document, walk_types
from reconciler.semantics.body import PlacedType, key_of
from reconciler.semantics.response import Code, Refusal

_Reference = tuple[PlacedType, Attribute, str, str]  # with its pointer, and its target's key


def references_resent(live: Document, placed: Sequence[PlacedType]) -> Iterator[Refusal]:
    """REFERENCED_OBJECT_TYPE_CHANGED: two existing types that refer to each other, sent again.

    Reported once, for a re-upload without changes; so it is a doubt, not a refusal.
    """
    names = {p.object_type.name: key_of(p.object_type) for p in placed}
    found = [
        (placed_type, attribute, pointer, target)
        for placed_type in placed
        for attribute, pointer in placed_type.attributes()
        if (target := attribute.reference_external_id or names.get(attribute.reference_name or ""))
    ]
    if not any(_mutual(found)):
        return  # as nearly always, and live need not be looked through
    existing = {key_of(a) for t, _ in walk_types(live.object_types) for a in t.attributes}
    for placed_type, pointer, target in _mutual([f for f in found if key_of(f[1]) in existing]):
        yield Refusal(
            pointer=pointer,
            code=Code.REFERENCED_OBJECT_TYPE_CHANGED,
            text=f"{quoted(placed_type.object_type.name)} and {quoted(target)} refer "
            "to each other and both references are sent again",
            confidence=Confidence.REPORTED,
        )


def _mutual(references: Sequence[_Reference]) -> Iterator[tuple[PlacedType, str, str]]:
    """Yield type, pointer and target of those whose target refers back, grouped by the type."""
    sent: dict[str, list[tuple[PlacedType, str, str]]] = {}
    for placed_type, _, pointer, target in references:
        sent.setdefault(key_of(placed_type.object_type), []).append((placed_type, pointer, target))
    targets = {owner: {t for *_, t in of} for owner, of in sent.items()}
    for owner, of in sent.items():
        for each in of:
            if each[2] != owner and owner in targets.get(each[2], ()):
                yield each
