"""What a change of mapping does to data, as a page tells it."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.mapping.preview import Effect
from reconciler.render.html.rows import Note, tone
from reconciler.render.preview_words import affected, effect_sentences, numbers, value_sentences
from reconciler.render.terminal import Style


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeTold:
    """The objects of one type: what happens to them, and to the values of each attribute."""

    name: str
    numbers: str
    notes: tuple[Note, ...]
    examples: tuple[str, ...]
    values: tuple[tuple[str, Note], ...]


def told_types(effect: Effect) -> Iterator[TypeTold]:
    """Yield the object types that *effect* does something to."""
    for each in affected(effect):
        yield TypeTold(
            name=" / ".join(each.names),
            numbers=numbers(each),
            notes=tuple(_note(said, style) for said, style in effect_sentences(each)),
            examples=each.examples,
            values=tuple(
                (name, _note(said, style)) for name, said, style in value_sentences(each, effect)
            ),
        )


def _note(said: str, style: Style) -> Note:
    return Note(text=said, tone=tone(style))
