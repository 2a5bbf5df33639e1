"""What data make by a mapping, as Markdown: with the look of plans, and cut like them."""

from collections.abc import Iterator

from reconciler.diagnostics import in_reading_order
from reconciler.mapping.preview import Effect, Found, Preview, TypeCount
from reconciler.outcome.previewed import Previewed
from reconciler.render.markdown.cutting import leading
from reconciler.render.markdown.findings import Section, diagnostic_item
from reconciler.render.markdown.length import SEPARATOR, length, placed
from reconciler.render.markdown.prose import code, prose
from reconciler.render.preview_words import (
    NO_EFFECT,
    TOPICS,
    affected,
    effect_sentences,
    numbers,
    sentence,
    summary,
    value_sentences,
    verdict,
    where,
)
from reconciler.render.shorten import count, shorten

_LOSSES, *_OTHERS = TOPICS
_NAME_WIDTH = 120


def preview_markdown(told: Previewed, *, limit: int) -> str:
    """Return *told* in at most *limit* UTF-16 units, what loses objects first."""
    head = f"### {prose(verdict(told))}\n\n{code(told.source)} on {code(told.data)}"
    if told.preview is not None:
        head += f": {summary(told.preview)}"
    sections = tuple(Section(title=t, items=i) for t, i in _sections(told) if i)
    room = limit - length(head) - len(SEPARATOR)
    blocks = [section.first(len(section.items)) for section in sections]
    if sum(map(placed, blocks)) > room:
        whole = sum(len(section.items) for section in sections)
        blocks, left = leading(sections, room - placed(_left_out(whole)))
        blocks.append(_left_out(left))
    return SEPARATOR.join((head, *blocks)) + "\n"


def effect_items(effect: Effect) -> Iterator[str]:
    """Yield what *effect* does, an item for each object type and each of its attributes."""
    types = affected(effect)
    if not types:
        yield f"- {NO_EFFECT}"
    for each in types:
        said = (numbers(each), *(said for said, _ in effect_sentences(each)))
        yield f"- {_code(' / '.join(each.names))}: {' · '.join(said)}{_examples(each.examples)}"
        for name, changed, _ in value_sentences(each, effect):
            yield f"  - {_code(name)}: {changed}"


def found_item(found: Found, preview: Preview) -> str:
    """Return what is found, where, and examples of it, on one line."""
    about = where(found, preview)
    place = f"{_code(about)}: " if about else ""
    return f"- {place}{sentence(found)}{_examples(found.examples)}"


def _sections(told: Previewed) -> Iterator[tuple[str, tuple[str, ...]]]:
    said = in_reading_order(told.diagnostics)
    yield "Diagnostics", tuple(map(diagnostic_item, said))
    preview = told.preview
    if preview is None:
        return
    yield _LOSSES.title, tuple(found_item(f, preview) for f in _LOSSES.of(preview))
    if told.effect is not None:
        yield f"Effect against {prose(told.effect.against)}", tuple(effect_items(told.effect))
    for topic in _OTHERS:
        yield topic.title, tuple(found_item(f, preview) for f in topic.of(preview))
    yield "Object types", tuple(_type_item(each, preview) for each in preview.types)
    yield (
        "What this rests on, not documented",
        tuple(f"- {prose(a.text)} ({a.confidence})" for a in preview.assumptions),
    )


def _type_item(each: TypeCount, preview: Preview) -> str:
    filled = ", ".join(
        f"{_code(preview.attributes.get(key, key))} {number}" for key, number in each.filled.items()
    )
    return (
        f"- {_code(' / '.join(each.names))}: {count(each.entries, 'entry', 'entries')} at "
        f"{_code(each.selector)} → {count(each.objects, 'object')}"
        f"{f' · filled: {filled}' if filled else ''}"
    )


def _examples(examples: tuple[str, ...]) -> str:
    return f" · for example {', '.join(map(_code, examples))}" if examples else ""


def _code(text: str) -> str:
    return code(shorten(text, _NAME_WIDTH))


def _left_out(items: int) -> str:
    return f"Left out to fit: {count(items, 'item')}; `reconciler preview` prints them all."
