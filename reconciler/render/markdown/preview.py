"""What data make by a mapping, as Markdown: with the look of plans, and cut like them."""

from collections.abc import Iterator

from reconciler.diagnostics import in_reading_order
from reconciler.mapping.preview import Preview, TypeCount
from reconciler.outcome.command_results import Previewed
from reconciler.render.markdown.findings import (
    Section,
    diagnostic_item,
    effect_items,
    found_item,
    short_code,
)
from reconciler.render.markdown.prose import SEPARATOR, code, length, placed, prose
from reconciler.render.markdown.truncation import leading
from reconciler.render.preview.words import TOPICS, summary, verdict
from reconciler.render.shorten import count

_LOSSES, *_OTHERS = TOPICS


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
        f"{short_code(preview.attributes.get(key, key))} {number}"
        for key, number in each.filled.items()
    )
    return (
        f"- {short_code(' / '.join(each.names))}: {count(each.entries, 'entry', 'entries')} at "
        f"{short_code(each.selector)} → {count(each.objects, 'object')}"
        f"{f' · filled: {filled}' if filled else ''}"
    )


def _left_out(items: int) -> str:
    return f"Left out to fit: {count(items, 'item')}; `reconciler preview` prints them all."
