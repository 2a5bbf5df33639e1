"""What a source's operation does to data, below the source's changes."""

from collections.abc import Iterator

from reconciler.mapping.data_effect import DataEffect
from reconciler.planning.plan import SourcePlan
from reconciler.render.preview_text import effect_lines, found_line
from reconciler.render.preview_words import losses, summary
from reconciler.render.shorten import count
from reconciler.render.terminal import BlockLine

_INDENT = "    "


def data_lines(source: SourcePlan) -> Iterator[BlockLine]:
    """Yield what happens to the data, nothing where none were given."""
    known = source.data_effect
    if known is None:
        return
    yield BlockLine(_INDENT, (f"on {known.data}: {told_data(known)}",))
    if known.effect is not None:
        yield from effect_lines(known.effect, _INDENT * 2)
    if known.preview is not None:
        for topic, found in losses(known.preview):
            yield found_line(found, known.preview, topic, _INDENT * 2)


def told_data(known: DataEffect) -> str:
    """Return what the data are: how many entries, and what they make or are compared with."""
    if known.preview is not None:
        return summary(known.preview)
    return f"{count(known.entries, 'entry', 'entries')}, by the new mapping against live's"
