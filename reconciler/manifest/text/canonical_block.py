"""Tells, line by line, that a YAML text in block style is in the canonical layout already.

It knows less of YAML than `block_writer`, which writes that layout: of scalars over several
lines, lists in lists, comments in odd places and the like it says no, and the text is written
anew. Where it says yes, that would change nothing.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from reconciler.manifest.minimal_form import rank
from reconciler.manifest.text.block_writer import FREE, STEP, in_rank
from reconciler.manifest.text.tree import PartStyle
from reconciler.manifest.text.tree_reader import read_tree
from reconciler.manifest.text.yaml_writer import flow, scalar
from reconciler.regex import regex

_PIECE = r"[\w.,;/()'\"+*%&=@!?<>|~^$\[\]{}`\\-]++"
_WORD = rf"{_PIECE}(?::++{_PIECE})*+"
_OTHERWISE = r"(?i:y|n|yes|no|on|off|true|false|null)(?=\n| #)"
# What needs no look: strings that begin with a letter, words and whole numbers.
_PLAIN = rf"(?=[^\W\d_])(?!{_OTHERWISE}){_WORD}(?: ++{_WORD})*+"
_VALUE = rf"(?:{_PLAIN}|true|false|null|0|-?[1-9][0-9]{{0,17}}+(?=\n| ))(?: #[^\n]*(?<!\s))?"
# A dash and a key, as far as there are; what follows is a group only if it needs a look.
_LINE = regex(rf"( *+(?:- )?+(?:[\w$][\w$./-]*+:(?: |(?=\n)))?+)(?:{_VALUE}\n|([^\n]*+)\n)")


class _Lead(NamedTuple):
    """How a line begins: `begin` is the column of its dash or key, `column` that of its key."""

    begin: int
    column: int
    is_item: bool
    name: str | None
    rank: int


@dataclass(slots=True)
class _Level:
    """An object or list that is open: the keys of one that `is_free` have no order."""

    column: int
    is_list: bool
    is_free: bool = False
    rank: int = -1


def is_canonical(text: str) -> bool:
    """Return whether *text*, which parses, is certainly in the canonical layout."""
    if not text.endswith("\n"):
        return False
    layout = _Layout()
    lead_of, is_scalar = cache(_lead), cache(_is_scalar)
    for line in _LINE.finditer(text):
        written, rest = line.groups()
        lead = lead_of(written)
        if lead is None:
            if not layout.takes_between(written, rest):
                return False
            continue
        if not layout.takes(lead):
            return False
        if rest is not None:
            opens = written[-1] == ":" if rest == "" else _is_comment(rest) and lead.name
            if opens:
                layout.opened = lead
            elif not is_scalar(rest, lead.name in FREE):
                return False
    return layout.may_end()


class _Layout:
    """The lines so far: what is open, and what stands between the last entry and the next."""

    def __init__(self) -> None:
        self.opened: _Lead | None = None  # the last entry, if it has a key and no value
        self._levels: list[_Level] = []
        self._comments: int | None = None  # their column
        self._is_parted = False  # by a blank line right above

    def takes(self, lead: _Lead) -> bool:
        """Return whether the next line may begin with *lead*, and take it."""
        begin, levels = lead.begin, self._levels
        if self._comments not in {None, begin}:
            return False
        if self.opened is not None or not levels:
            if begin != (0 if self.opened is None else self.opened.column + STEP):
                return False
            is_free = self.opened is not None and self.opened.name in FREE
            levels.append(_Level(begin, lead.is_item, is_free))
            self.opened = None
        while levels[-1].column > begin:
            levels.pop()
        level = levels[-1]
        if level.column != begin or level.is_list is not lead.is_item:
            return False
        self._comments, self._is_parted = None, False
        if not lead.is_item:
            if lead.rank < level.rank and not level.is_free:
                return False
            level.rank = lead.rank
        elif lead.name is not None:
            levels.append(_Level(lead.column, is_list=False, rank=lead.rank))
        return True

    def takes_between(self, indent: str, rest: str | None) -> bool:
        """Return whether a blank line or a comment may follow, and take it."""
        if rest == indent == "":
            is_first = self._comments is None and (self.opened is not None or not self._levels)
            may = not (self._is_parted or is_first)
            self._is_parted = True
            return may
        is_comment = rest is not None and _is_comment(rest) and not indent.strip()
        may = is_comment and self._comments in {None, len(indent)}
        self._comments, self._is_parted = len(indent), False
        return may

    def may_end(self) -> bool:
        """Return whether the text may end here."""
        is_open = self.opened is not None or not self._levels
        return not is_open and not self._is_parted and self._comments in {None, 0}


def _lead(written: str) -> _Lead | None:
    """Return how a line begins, None without a dash or a key, or if that would need quotes."""
    text = written.lstrip(" ")
    begin, is_item = len(written) - len(text), text.startswith("- ")
    name = text.removeprefix("- ").rstrip(" ").removesuffix(":") or None
    if (not is_item and name is None) or (name is not None and scalar(name) != name):
        return None
    return _Lead(begin, begin + STEP * is_item, is_item, name, rank(name or ""))


def _is_comment(text: str) -> bool:
    return text.startswith("#") and text == text.rstrip()


def _is_scalar(written: str, is_free: bool) -> bool:  # noqa: FBT001 - by place, as it is cached
    """Return whether *written* is one line that would be written so again."""
    if "#" in written:  # perhaps a comment
        return False
    tree = read_tree(written, is_json=False)
    if tree.root is None or tree.has_anchors or tree.root.style is PartStyle.BLOCK:
        return False
    value = tree.root.value
    if tree.root.style is PartStyle.FLOW:
        return written == flow(in_rank(value, is_free=is_free))
    return written == scalar(value)
