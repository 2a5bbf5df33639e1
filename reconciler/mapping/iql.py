"""An `objectMappingIQL`: what is malformed in it, what it compares, and what it matches.

Evaluated is a single simple comparison: `Name = ${x}`, `"Disk Label" Like "${x}"` and
`Name IN (${x${0}}, "y")`: keywords in any case, attribute and values quoted or not. The rest of
the language is not evaluated here and is reported as such.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from reconciler.mapping.aql import (
    MARK,
    Token,
    UnreadableAql,
    check_comparisons,
    compared_attributes,
    tokens_of,
    why_not_in_data,
)
from reconciler.mapping.placeholders import (
    EACH,
    Piece,
    Placeholder,
    UnreadablePlaceholder,
    pieces_of,
)
from reconciler.regex import regex
from reconciler.value import Value

_KEYWORDS = frozenset({"empty", "null", "and", "or", "not", "is"})
_QUOTE = regex(r"""\\.|(["'])""", re.DOTALL)
# AQL writes `"` as `\"` (documented); whether Assets does so with a value is unknown
# (api.md#placeholders-in-iql).
_MAY_NEED_ESCAPE = regex(r'["\\\x00-\x1f\x7f\x85\u2028\u2029]|\$\{')
NOT_ESCAPED = (
    "a value holds a quotation mark, a backslash, a line break or ${, and whether Assets escapes "
    "it is unknown"
)


LABEL = "label"
# What names the label of any object type, in lower case.
NAMES_OF_LABEL = frozenset({LABEL, "name"})

Texts = Sequence[Sequence[str]]  # of the placeholders in order


class IqlComparison(Value):
    """One comparison: the attribute's name, and the terms that it is compared with.

    The parts of a term are texts, and numbers of placeholders of the expression. Of those in
    `each` every value is a value of the term.
    """

    attribute: str
    terms: tuple[tuple[str | int, ...], ...]
    like: bool
    each: frozenset[int]

    def values(self, texts: Texts) -> tuple[str, ...]:
        """Return the values of the terms; a term with an empty placeholder has none."""
        found: list[str] = []
        for term in self.terms:
            first = term[0] if len(term) == 1 else ""
            if first in self.each:
                found += texts[first]
                continue
            parts = [part if isinstance(part, str) else ",".join(texts[part]) for part in term]
            if all(parts):
                found.append("".join(parts))
        return tuple(found)


class Expression(Value):
    """An expression: its text pieces, and its comparison or why there is none.

    `quotes` are the quotation marks that surround each piece, empty outside of them.
    `attributes` are the names of attributes that the expression compares, whether it can be
    evaluated here or not. `malformed` says why it is none that Assets can read.
    """

    pieces: tuple[Piece, ...]
    quotes: tuple[str, ...]
    attributes: tuple[str, ...] = ()
    comparison: IqlComparison | None = None
    unjudged: str | None = None
    malformed: str | None = None

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        """The placeholders in order."""
        return tuple(p for p in self.pieces if isinstance(p, Placeholder))

    @property
    def quotes_placeholders(self) -> bool:
        """Whether a placeholder stands within quotation marks."""
        pairs = zip(self.pieces, self.quotes, strict=True)
        return any(quote and isinstance(piece, Placeholder) for piece, quote in pairs)

    def texts(self, element: dict[str, Any]) -> list[tuple[str, ...]]:
        """Return the values in *element* of each placeholder."""
        return [tuple(p.texts(element)) for p in self.pieces if not isinstance(p, str)]

    def asked(self, texts: Texts) -> str:
        """Return the expression with *texts* filled in, quoted."""
        of_placeholder = iter(texts)
        return "".join(
            piece
            if isinstance(piece, str)
            else _written(piece, next(of_placeholder), quoted=bool(quote))
            for piece, quote in zip(self.pieces, self.quotes, strict=True)
        )

    def unescaped(self, texts: Texts) -> str | None:
        """Return the first of *texts* that may end or change its text in AQL, or None."""
        pairs = zip(self.pieces, self.quotes, strict=True)
        quotes = [quote for piece, quote in pairs if not isinstance(piece, str)]
        for found, quote in zip(texts, quotes, strict=True):
            for text in found:
                if _MAY_NEED_ESCAPE.search(text) or (quote == "'" and "'" in text):
                    return text
        return None


def read_iql(text: str) -> Expression:
    """Parse *text*; `unjudged` says why it cannot be evaluated here."""
    try:
        pieces = pieces_of(text)
    except UnreadablePlaceholder as error:
        return _malformed((text,), str(error))
    if MARK in text:
        return _malformed(pieces, "the expression holds a NUL character")
    numbers = count()
    marked = "".join(p if isinstance(p, str) else f"{MARK}{next(numbers)}{MARK}" for p in pieces)
    try:
        tokens = tokens_of(marked)
        check_comparisons(tokens)
        attributes = tuple(dict.fromkeys(compared_attributes(tokens)))
    except UnreadableAql as error:
        return _malformed(pieces, str(error))
    comparison = _comparison(tokens, pieces)
    return Expression(
        pieces=pieces,
        quotes=tuple(_quotes_around(pieces)),
        attributes=attributes,
        comparison=None if isinstance(comparison, str) else comparison,
        unjudged=comparison if isinstance(comparison, str) else None,
    )


def _malformed(pieces: tuple[Piece, ...], why: str) -> Expression:
    quotes = tuple(_quotes_around(pieces))
    return Expression(pieces=pieces, quotes=quotes, unjudged=why, malformed=why)


_ONLY_SIMPLE = "only one comparison by =, Like or IN is judged here"


def _comparison(tokens: Sequence[Token], pieces: Sequence[Piece]) -> IqlComparison | str:
    """Return the comparison, or why the expression cannot be evaluated."""
    match tokens:
        case [name, operator, term] if operator.text == "=" or operator.keyword == "like":
            terms = [term]
        case [name, operator, Token(text="("), *inner, Token(text=")")] if (
            operator.keyword == "in" and len(inner) % 2 and {t.text for t in inner[1::2]} <= {","}
        ):
            terms = inner[::2]
        case _:
            return _ONLY_SIMPLE
    if MARK in name.text or any(t.kind in {"sign", "point"} for t in (name, *terms)):
        return _ONLY_SIMPLE
    if reason := _beyond(name, terms):
        return reason
    is_list = operator.keyword == "in"
    return IqlComparison(
        attribute=name.bare,
        terms=tuple(_unmarked(term.bare) for term in terms),
        like=operator.keyword == "like",
        each=frozenset(
            number
            for number, placeholder in enumerate(p for p in pieces if not isinstance(p, str))
            if is_list or placeholder.which == EACH
        ),
    )


def _beyond(name: Token, terms: Sequence[Token]) -> str | None:
    """Return why the data cannot decide the comparison, or None if they can."""
    if reason := why_not_in_data(name.bare):
        return reason
    if name.kind == "word" and "." in name.text:
        return "the comparison follows a reference to another object"
    if any(term.keyword in _KEYWORDS for term in terms):
        return "the comparison asks for emptiness, not for a value"
    if any("\\" in term.bare for term in terms):
        return "what a backslash means in AQL is documented only before a quotation mark"
    return None


def _unmarked(term: str) -> tuple[str | int, ...]:
    """Return the texts of *term*, and the numbers that stand between marks."""
    parts = term.split(MARK)
    return tuple(
        int(part) if number % 2 else part for number, part in enumerate(parts) if part or number % 2
    )


def _quotes_around(pieces: Sequence[Piece]) -> Iterator[str]:
    """Yield for each piece the quotation mark that is open where it begins."""
    open_mark = ""
    for piece in pieces:
        yield open_mark
        if isinstance(piece, Placeholder):
            continue
        for mark in _QUOTE.findall(piece):
            if mark and open_mark in {"", mark}:
                open_mark = "" if open_mark else mark


def _written(placeholder: Placeholder, texts: Sequence[str], *, quoted: bool) -> str:
    if quoted:
        return ",".join(texts)
    if placeholder.which is None:
        return f'"{",".join(texts)}"'
    return ", ".join([f'"{text}"' for text in texts]) or '""'
