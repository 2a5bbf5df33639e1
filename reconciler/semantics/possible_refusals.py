"""What the API may refuse although nothing documented forbids it (api.md#refusal-codes)."""

from collections.abc import Iterator

from reconciler.diagnostics import Confidence
from reconciler.model.display import quoted
from reconciler.model.document import Document, walk_types
from reconciler.semantics.body import PlacedType, key_of, placed_types
from reconciler.semantics.response import Code, Refusal


def references_resent(live: Document, body: Document) -> Iterator[Refusal]:
    """REFERENCED_OBJECT_TYPE_CHANGED: two existing types that refer to each other, sent again.

    Reported once, for a re-upload without changes; so it is a doubt, not a refusal.
    """
    sent: dict[str, list[tuple[PlacedType, str, str]]] = {}
    names = {p.object_type.name: key_of(p.object_type) for p in placed_types(body.object_types)}
    found = [
        (placed_type, attribute, pointer, target)
        for placed_type in placed_types(body.object_types)
        for attribute, pointer in placed_type.attributes()
        if (target := attribute.reference_external_id or names.get(attribute.reference_name or ""))
    ]
    there = walk_types(live.object_types) if found else ()
    existing = {a.external_id or key_of(a) for t, _ in there for a in t.attributes}
    for placed_type, attribute, pointer, target in found:
        if key_of(attribute) in existing:
            sent.setdefault(key_of(placed_type.object_type), []).append(
                (placed_type, pointer, target)
            )
    targets = {owner: {t for *_, t in references} for owner, references in sent.items()}
    for owner, references in sent.items():
        for placed_type, pointer, target in references:
            if target != owner and owner in targets.get(target, ()):
                yield Refusal(
                    pointer=pointer,
                    code=Code.REFERENCED_OBJECT_TYPE_CHANGED,
                    text=f"{quoted(placed_type.object_type.name)} and {quoted(target)} refer "
                    "to each other and both references are sent again",
                    confidence=Confidence.REPORTED,
                )
