"""Selects what fits into a comment; the least important is dropped first.

Everything is rendered once and then selected; no text is cut in two, and the fences of a block
are closed however much of it is shown.
"""

from collections.abc import Iterator, Sequence

from reconciler.regex import regex
from reconciler.render.importance import by_importance
from reconciler.render.markdown.detail import Detail
from reconciler.render.markdown.findings import LintBlock, MarkdownSection
from reconciler.render.markdown.prose import length_as_block, prose
from reconciler.render.shorten import count, items_by_title
from reconciler.value import Value

_LINK = regex(r"https?://[!-;=?-_a-~]+")


class Missing(Value):
    """How much is not shown; `changes` counts all changes of the sources concerned.

    `items` has the number of items by the title of their section. If `details` is False there
    was nothing except items.
    """

    items: tuple[tuple[str, int], ...] = ()
    sources: int = 0
    parts: int = 0
    changes: int = 0
    characters: int = 0
    details: bool = True

    def line(self, whole: str) -> str:
        """Return the sentence that says so; *whole* is the sentence about the uncut output."""
        left = []
        if self.items:
            left.append(f"**{items_by_title(self.items)}**")
        if not self.details:
            return f"Left out to fit: {', '.join(left)}. {whole}"
        if self.sources:
            left.append(f"the detail of {count(self.sources, 'source')}")
        if self.parts:
            left.append(f"part of the detail of {count(self.parts, 'source')}")
        return (
            f"Left out to fit: {' and '.join(left)}, {count(self.characters, 'character')}; "
            f"the sources concerned have {count(self.changes, 'change')}. "
            f"{whole}"
        )


def fit_into(
    sections: Sequence[MarkdownSection],
    details: Sequence[Detail],
    room: int,
    whole: str,
    lint: LintBlock | None = None,
) -> list[str]:
    """Return the blocks of both that fit *room* (UTF-16 units), then what is missing, if any.

    *whole* is the sentence that says where the uncut output is. *lint* comes last, and is the first
    that is cut short.
    """
    above = [section.first(len(section.items)) for section in sections]
    below = [detail.whole() for detail in details]
    sizes = [length_as_block(text) for text in below]
    fixed = sum(map(length_as_block, above))
    if lint is not None:
        rest = room - fixed - sum(sizes)
        if length_as_block(lint.text) <= rest:
            return [*above, *below, lint.text]
        room -= length_as_block(lint.short)
        return [*fit_into(sections, details, room, whole), lint.short]
    if fixed + sum(sizes) <= room:
        return [*above, *below]
    changes = sum(detail.changes for detail in details)
    everything = Missing(
        items=tuple((section.title, len(section.items)) for section in sections),
        sources=len(details),
        parts=1,
        changes=changes,
        characters=fixed + sum(sizes),
        details=bool(details),
    )
    room -= length_as_block(everything.line(whole))
    if fixed <= room:
        kept = _details(details, below, sizes, room - fixed)
        shown = [kept.get(at) for at in range(len(details))]
        torn = {at for at, text in kept.items() if text != below[at]}
        removed = {at for at in range(len(details)) if at not in kept}
        missing = Missing(
            sources=len(removed),
            parts=len(torn),
            changes=sum(details[at].changes for at in removed | torn),
            characters=sum(sizes) - sum(length_as_block(text) for text in kept.values()),
        )
        return [*above, *filter(None, shown), missing.line(whole)]
    texts, items = leading(sections, room)
    missing = Missing(
        items=items,
        sources=len(details),
        changes=changes,
        characters=fixed + sum(sizes) - sum(map(length_as_block, texts)),
        details=bool(details),
    )
    return [*texts, missing.line(whole)]


def _details(
    details: Sequence[Detail], below: Sequence[str], sizes: Sequence[int], room: int
) -> dict[int, str]:
    """Return the shown details by their index; the most important are selected first."""
    kept: dict[int, str] = {}
    for at in by_importance(range(len(details)), lambda at: details[at].importance):
        if sizes[at] > room:
            if (part := details[at].within(room - length_as_block(""))) is not None:
                kept[at] = part
            break
        kept[at] = below[at]
        room -= sizes[at]
    return kept


def leading(
    sections: Sequence[MarkdownSection], room: int
) -> tuple[list[str], tuple[tuple[str, int], ...]]:
    """Return the first items that fit *room* under their headings, and how many of which do not."""
    texts: list[str] = []
    left: list[tuple[str, int]] = []
    for section in sections:
        number = 0 if left else _fitting(section, room)
        if number:
            texts.append(section.first(number))
            room -= length_as_block(texts[-1])
        if number < len(section.items):
            left.append((section.title, len(section.items) - number))
    return texts, tuple(left)


def _fitting(section: MarkdownSection, room: int) -> int:
    return sum(1 for size in _growing(section) if size <= room)


def _growing(section: MarkdownSection) -> Iterator[int]:
    size = length_as_block(section.first(0))
    for item in section.items:
        size += length_as_block(item) - 1
        yield size


def more_link(whole: str) -> str:
    """Return *whole* as a link if it is an http URL, else as a sentence."""
    return f"<{whole}>" if _LINK.fullmatch(whole) else prose(whole)
