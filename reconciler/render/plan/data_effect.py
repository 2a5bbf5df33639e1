"""What happens to data, at the end of a source's block."""

from collections.abc import Iterator

from reconciler.mapping.preview import DataEffect
from reconciler.render.preview.text import effect_lines, found_line
from reconciler.render.preview.words import losses, summary
from reconciler.render.shorten import count
from reconciler.render.terminal import BlockLine

_DATA_INDENT = "    "


def data_lines(known: DataEffect) -> Iterator[BlockLine]:
    """Yield the lines of the effect on data."""
    yield BlockLine(_DATA_INDENT, (f"on {known.data}: {data_summary(known)}",))
    if known.effect is not None:
        yield from effect_lines(known.effect, _DATA_INDENT * 2)
    if known.preview is not None:
        for topic, found in losses(known.preview):
            yield found_line(found, known.preview, topic, _DATA_INDENT * 2)


def data_summary(known: DataEffect) -> str:
    """Return the number of entries in the data, and what they make or are compared with."""
    if known.preview is not None:
        return summary(known.preview)
    return f"{count(known.entries, 'entry', 'entries')}, by the new mapping against live's"
