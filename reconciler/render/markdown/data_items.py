"""What data make, or what becomes of them, as items of Markdown."""

from collections.abc import Iterator

from reconciler.mapping.preview import Effect, Found, Preview
from reconciler.render.markdown.prose import code, prose
from reconciler.render.preview_words import (
    NO_EFFECT,
    affected,
    effect_sentences,
    numbers,
    sentence,
    value_sentences,
    where,
)
from reconciler.render.shorten import shorten

_NAME_WIDTH = 120


def effect_items(effect: Effect) -> Iterator[str]:
    """Yield what *effect* does, an item for each object type and each of its attributes."""
    types = affected(effect)
    if not types:
        yield f"- {NO_EFFECT}"
    for each in types:
        said = " · ".join((numbers(each), *(said for said, _ in effect_sentences(each))))
        name = short_code(" / ".join(each.names))
        yield f"- {name}: {said}{_examples(each.examples)}"
        for name, changed, _ in value_sentences(each, effect):
            yield f"  - {short_code(name)}: {changed}"


def found_item(found: Found, preview: Preview) -> str:
    """Return what is found, where, and examples of it, on one line."""
    about = where(found, preview)
    place = f"{short_code(about)}: " if about else ""
    return f"- {place}{prose(sentence(found))}{_examples(found.examples)}"


def short_code(text: str) -> str:
    """Return *text* as a code span, a long one shortened."""
    return code(shorten(text, _NAME_WIDTH))


def _examples(examples: tuple[str, ...]) -> str:
    return f" · for example {', '.join(map(short_code, examples))}" if examples else ""
