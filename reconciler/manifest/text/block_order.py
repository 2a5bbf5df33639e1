"""The keys of each object in the order that people read, each with its comments.

Comments, and the blank line that parts an entry from the one before, go where the entry
goes. What stands on top of the file is about the file, and stays there.
"""

from dataclasses import dataclass

from reconciler.manifest.minimal_form import rank
from reconciler.manifest.text.block_tree import Block, Entry

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
                inner = entry.block.entries[0]
                entry.above += inner.above
                inner.above = []
    # What was first had nothing to be parted from: it is like the one that followed.
    first, *others = block.entries
    parted = {id(entry) for entry in others if _has_lead(entry)}
    if others and id(others[0]) in parted:
        parted.add(id(first))
    for entry in block.entries:
        entry.above = _without_lead(entry.above)
    if first.key is not None and key != FREE:
        block.entries.sort(key=lambda entry: rank(entry.key or ""))
    for entry in block.entries[1:]:
        if id(entry) in parted:
            entry.above.insert(0, "")


def _has_lead(entry: Entry) -> bool:
    return entry.above[:1] == [""]


def _without_lead(lines: list[str]) -> list[str]:
    return lines[1:] if lines[:1] == [""] else lines
