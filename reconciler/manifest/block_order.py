"""The keys of each object in the order that people read, each with its comments.

Blank lines between entries keep their places; comments go where their entries go. What
stands on top of the file is about the file, and stays there.
"""

from dataclasses import dataclass

from reconciler.manifest.block_tree import Block, Entry
from reconciler.manifest.minimal_form import rank

FREE = "labels"  # its keys are the user's own


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordered:
    """The tree, and the lines on top of the file."""

    head: tuple[str, ...]
    root: Block


def ordered(root: Block) -> Ordered:
    """Return *root*, its keys brought into their order in place."""
    first = root.entries[0]
    lines = _without_lead(first.above)
    # A blank line parts what is about the file from what is about the first key.
    blank = max((i for i, line in enumerate(lines) if not line), default=-1)
    if blank >= 0:
        head, first.above = (*lines[:blank], ""), lines[blank + 1 :]
    else:
        head, first.above = tuple(lines), []
    _order(root)
    return Ordered(head=head, root=root)


def _order(block: Block, key: str | None = None) -> None:
    for entry in block.entries:
        if entry.block is not None:
            _order(entry.block, entry.key)
            if entry.key is None:  # nothing stands between a dash and the first key
                first = entry.block.entries[0]
                entry.above += first.above
                first.above = []
    has_lead = [_has_lead(entry) for entry in block.entries]
    for entry in block.entries:
        entry.above = _without_lead(entry.above)
    if block.entries[0].key is not None and key != FREE:
        block.entries.sort(key=lambda entry: rank(entry.key or ""))
    for entry, leads in zip(block.entries[1:], has_lead[1:], strict=True):
        if leads:
            entry.above.insert(0, "")


def _has_lead(entry: Entry) -> bool:
    return entry.above[:1] == [""]


def _without_lead(lines: list[str]) -> list[str]:
    return lines[1:] if lines[:1] == [""] else lines
