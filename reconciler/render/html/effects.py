"""The effect of a mapping change on data, for HTML pages."""

from collections.abc import Iterator

from reconciler.mapping.preview import DataEffect, Effect
from reconciler.render.plan.data_effect import data_summary
from reconciler.render.plan.symbols import Note
from reconciler.render.preview.words import (
    affected,
    effect_sentences,
    losses,
    numbers,
    sentence,
    value_sentences,
    where,
)
from reconciler.value import Value


class TypeEffectView(Value):
    """The effect on the objects of one type, and on the values of each attribute."""

    name: str
    numbers: str
    notes: tuple[Note, ...]
    examples: tuple[str, ...]
    values: tuple[tuple[str, Note], ...]


def type_effects(effect: Effect) -> Iterator[TypeEffectView]:
    """Yield the object types that *effect* changes."""
    for each in affected(effect):
        yield TypeEffectView(
            name=" / ".join(each.names),
            numbers=numbers(each),
            notes=tuple(Note(said, style) for said, style in effect_sentences(each)),
            examples=each.examples,
            values=tuple(
                (name, Note(said, style)) for name, said, style in value_sentences(each, effect)
            ),
        )


class DataEffectView(Value):
    """The effect of a plan on data: compared with live, or all objects if nothing is configured."""

    data: str
    said: str
    effect: tuple[TypeEffectView, ...] | None
    losses: tuple[str, ...]


def data_effect(known: DataEffect) -> DataEffectView:
    """Return the view of *known*."""
    preview = known.preview
    found = [each for _, each in losses(preview)] if preview else []
    return DataEffectView(
        data=known.data,
        said=data_summary(known),
        effect=tuple(type_effects(known.effect)) if known.effect else None,
        losses=tuple(f"{where(f, preview)}: {sentence(f)}" for f in found if preview),
    )
