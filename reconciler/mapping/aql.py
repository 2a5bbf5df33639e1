"""The tokens of AQL: names, texts, operators and parentheses, and the names that it compares."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reconciler.regex import regex

MARK = "\0"
"""Surrounds the number of a placeholder in a text whose placeholders were replaced."""

_TOKEN = regex(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
             |(?P<sign>[<>=]=?|!=)|(?P<point>[(),])|(?P<word>[^\s"'(),=<>!]+))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED_QUOTE = regex(r"""\\(["'])""")
_OPERATORS = frozenset({"like", "in", "is", "startswith", "endswith", "having"})
_JOINTS = frozenset({"and", "or"})
_NOT = "not"
_GIVEN_BY_ASSETS = frozenset({"key", "objectid", "created", "updated"})
_SPECIAL = frozenset(
    {"objecttype", "objecttypeid", "objectschema", "objectschemaid", "anyattribute", "object"}
)


class UnreadableAql(ValueError):
    """The text is not AQL; the message says why."""


class Token(NamedTuple):
    """One token; `kind` is string, sign, point or word."""

    kind: str
    text: str

    @property
    def bare(self) -> str:
        """The text, of a quoted one without its quotation marks and escapes."""
        if self.kind != "string":
            return self.text
        return _ESCAPED_QUOTE.sub(r"\1", self.text[1:-1])

    @property
    def keyword(self) -> str:
        """The word in lower case, empty for any other token."""
        return self.text.lower() if self.kind == "word" else ""

    @property
    def is_operator(self) -> bool:
        """Whether it compares what precedes it with what follows."""
        return self.kind == "sign" or self.keyword in _OPERATORS


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of *text*. Raises UnreadableAql."""
    text = text.strip()
    if not text:
        raise UnreadableAql("the expression is empty")
    found: list[Token] = []
    at = depth = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise UnreadableAql(_unread(text[at:].lstrip()[0]))
        token = Token(match.lastgroup or "", match[match.lastgroup or 0])
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0:
            raise UnreadableAql('a ")" has no "("')
        found.append(token)
        at = match.end()
    if depth:
        raise UnreadableAql('a "(" has no ")"')
    return found


def _unread(character: str) -> str:
    return '"!" is no operator' if character == "!" else "a quotation mark is not closed"


def check_comparisons(tokens: Sequence[Token]) -> None:
    """Raise UnreadableAql if nothing is compared, or an operator has nothing on one side."""
    if not any(token.is_operator for token in tokens):
        raise UnreadableAql("it compares nothing: write the attribute, an operator and the value")
    words = [token for token in tokens if token.keyword != _NOT]
    for before, token, after in zip([None, *words], words, [*words[1:], None], strict=False):
        if token.is_operator or token.keyword in _JOINTS:
            if before is None or before.text in {"(", ","} or before.keyword in _JOINTS:
                raise UnreadableAql(f'nothing stands before "{token.text}"')
            if after is None or after.text in {")", ","} or after.keyword in _JOINTS:
                raise UnreadableAql(f'nothing stands behind "{token.text}"')


def compared_attributes(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the attributes of the objects themselves that the expression compares.

    Not those after a dot, which other objects have, nor those in the parentheses of a function.
    Raises UnreadableAql for a name of several words without quotation marks.
    """
    for names in _compared(tokens):
        if any(MARK in each.text for each in names):
            continue
        if len(names) > 1:
            words = " ".join(each.bare for each in names)
            raise UnreadableAql(f'a name of several words has to stand in quotes: "{words}"')
        (name,) = names
        if name.kind == "string" or ("." not in name.text and not why_not_in_data(name.text)):
            yield name.bare


def _compared(tokens: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """Yield what precedes each operator that is not in the parentheses of a function."""
    functions: list[bool] = []  # of each open parenthesis, whether it is a function's
    names: list[Token] = []
    is_value = False
    for token in tokens:
        if token.kind == "point":
            if token.text == "(":
                functions.append(bool(names))
            elif token.text == ")":
                functions.pop()
            names, is_value = [], False
        elif token.keyword in _JOINTS:
            names, is_value = [], False
        elif token.is_operator:
            if names and not is_value and not any(functions):
                yield tuple(names)
            names, is_value = [], True
        elif token.keyword != _NOT:
            names.append(token)


def why_not_in_data(name: str) -> str | None:
    """Return why no data hold the attribute *name* of AQL, None if they may."""
    plain = name.replace(" ", "").lower()
    if plain in _GIVEN_BY_ASSETS:
        return f"{name} is given by Assets, so no data hold it"
    return f"{name} is no attribute of the objects" if plain in _SPECIAL else None
