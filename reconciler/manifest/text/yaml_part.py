"""A part of a YAML text in plain block style, found by the indentation of the lines.

That is sound only where each line tells by itself what it is. So the text is compared with a
strict grammar first; where it does not fit (anchors, tags, explicit keys, collections in flow
style over several lines, tabs, …), the places come from the tree of the whole text.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from reconciler.manifest.text.part import Name, Part
from reconciler.manifest.text.tree import Node
from reconciler.manifest.text.tree_reader import read_root
from reconciler.regex import regex

_TAIL = r" *+(?:(?<= )#[^\n]*+)?\n"
_DOUBLE = r'"(?:[^"\\\n]|\\[^\n])*+"'
_SINGLE = r"'(?:[^'\n]|'')*+'"
_NAME = rf"""(?:[\w$][\w$./@+-]*+(?: ++[\w$./@+-]++)*+|"[^"\\\n]*+"|{_SINGLE})"""
_KEY = rf"{_NAME} *+:(?=[ \n])"
_START = r"[^\s\x00-\x1f\x7f\-?:,\[\]{}#&*!|>'\"%@`]"
_PLAIN = rf"(?:{_START}|[-:](?=\w))(?:[^:#\x00-\x1f\x7f]|:(?=\S)|(?<! )#)*+"
_IN_FLOW = rf"(?:(?:{_START}|-(?=\w))[^?:,\[\]{{}}#\x00-\x1f\x7f]*+|{_DOUBLE}|{_SINGLE})"


def _flow(item: str) -> str:
    """Return the pattern of a collection in flow style of such items, on one line."""
    return rf"[\[{{] *+(?:(?:{_IN_FLOW} *+: ++)?{item} *+(?:, *+)?)*+[\]}}]"


_FLOW = _flow(f"(?:{_IN_FLOW}|{_flow(_IN_FLOW)})")
_VALUE = f"(?:{_PLAIN}|{_DOUBLE}|{_SINGLE}|{_FLOW})"


def _several_lines(lead: str, deeper: str) -> str:
    """Return the pattern of a scalar whose further lines begin with *deeper*."""
    block = rf"[|>][-+0-9]{{0,2}}{_TAIL}(?:{deeper}[^\n]*+\n| *+\n)*+"
    line_break = rf"\n(?={deeper}| *+\n)"
    double = rf'"(?:[^"\\\n]|\\[^\n]|\\?+{line_break})*+"{_TAIL}'
    single = rf"'(?:[^'\n]|''|{line_break})*+'{_TAIL}"
    return f"{lead}(?:{block}|{double}|{single})"


_LINES = regex(
    "(?:(?!\\.\\.\\.)(?:"
    + "|".join(
        (
            rf" *+(?:- ++)*+(?:-(?=[ \n])|(?:{_KEY} *+)?+{_VALUE}?){_TAIL}",
            r" *+(?:#[^\n]*+)?\n",
            _several_lines(rf"( *+)(?:-( ++))?+{_KEY} ++", r"\1 (?(2)\2 )"),
            _several_lines(r"( *+)- ++", r"\3 "),
        )
    )
    + "))*+"
)
_HEAD = regex(rf"(?:(?: *+(?:#[^\n]*+)?\n)*+---{_TAIL})?")
# From behind a colon or a dash to what follows, over comments and line ends.
_GAP = regex(r" *+(?:(?:(?<![^ \n])#[^\n]*+)?\n *+)*+")
_ITEM_LEAD = regex(r"-(?=[ \n])")
_ENTRY_LEAD = regex(rf"({_NAME}) *+:(?=[ \n])")
_IS_LIST = {"[": True, "{": False}
_NEVER = regex(r"(?!)")


class YamlPart(Part):
    """A part of a text that fits the grammar."""

    __slots__ = ("_next", "_text")

    def __init__(self, text: str, begin: int, start: int, following: re.Pattern[str]) -> None:
        """Store where it is, and the pattern of what follows it."""
        is_list = _IS_LIST.get(text[start])
        if _ITEM_LEAD.match(text, start):
            is_list = True
        elif _ENTRY_LEAD.match(text, start):
            is_list = False
        super().__init__(begin, start, is_list=is_list)
        self._text = text
        self._next = following

    def read(self) -> Iterator[tuple[Name, Any]]:  # in flow style the parts are of another class
        """Yield the entries of an object or list, and store its end."""
        if self._text[self.start] in _IS_LIST:
            line = self._text[self.start : self._text.index("\n", self.start)]
            yield from _FlowPart(read_root(line, is_json=False), self.start).read()
            self._end = self.skip()
        else:
            yield from self._block()

    def _block(self) -> Iterator[tuple[Name, "YamlPart"]]:
        text, at, index = self._text, self.start, 0
        column = _column(text, at)
        lead = _ITEM_LEAD if self.is_list else _ENTRY_LEAD
        following = (_next_item if self.is_list else _next_entry)(column)
        while (found := lead.match(text, at)) is not None and _column(text, at) == column:
            start = _end(_GAP, text, found.end())
            line_end = text.rfind("\n", found.end(), start)
            if start == len(text) or (line_end >= 0 and following.match(text, line_end)):
                start = found.end()  # there is nothing
            part = YamlPart(text, start if self.is_list else at, start, following)
            yield index if self.is_list else _name(found[1]), part
            index += 1
            at = part.end
        self._end = at

    def skip(self) -> int:
        """Return where the next part begins that does not belong to it."""
        found = self._next.search(self._text, self.start)
        return len(self._text) if found is None else found.end()


class _FlowPart(Part):
    """A part inside a collection in flow style, whose tree is read: it is short."""

    __slots__ = ("_node", "_offset")

    def __init__(self, node: Node, offset: int) -> None:
        is_list = None if node.entries is None else not node.is_object
        super().__init__(offset + node.begin, offset + node.start, is_list=is_list)
        self._node = node
        self._offset = offset

    def read(self) -> Iterator[tuple[Name, "_FlowPart"]]:
        for index, node in enumerate(self._node.children):
            yield index if node.name is None else node.name, _FlowPart(node, self._offset)

    def skip(self) -> int:
        return self._offset + self._node.end


def yaml_root(text: str) -> Part | None:
    """Return the root of *text*, whose lines end in line feeds; None if it needs its tree."""
    if not text.endswith("\n"):
        text += "\n"
    begin = _end(_HEAD, text, 0)
    start = _end(_GAP, text, begin)
    if start == len(text) or _end(_LINES, text, begin) < len(text):
        return None
    return YamlPart(text, start, start, _NEVER)


@cache
def _next_item(column: int) -> re.Pattern[str]:
    """Return the pattern of what does not belong to an item whose dash is in *column*."""
    return re.compile(rf"\n {{0,{column}}}+(?=[^ \n#])")


@cache
def _next_entry(column: int) -> re.Pattern[str]:
    """Return the pattern of what does not belong to an entry whose key is in *column*."""
    is_item = rf"(?<=\n{' ' * column})-[ \n]"  # a list need not be deeper than its key
    return re.compile(rf"\n {{0,{column}}}+(?=[^ \n#])(?!{is_item})")


def _name(written: str) -> str:
    """Return a key as it is *written*, without its quotes."""
    if written[0] == "'":
        return written[1:-1].replace("''", "'")
    return written[1:-1] if written[0] == '"' else written


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    return pattern.match(text, at).end()  # type: ignore[union-attr]  # it may be empty
