"""An `objectMappingIQL`: what is malformed in it, what it compares, and what it matches.

Evaluated is a single simple comparison: `Name = ${x}`, `"Disk Label" Like "${x}"` and
`Name IN (${x${0}}, "y")`: keywords in any case, attribute and values quoted or not. The rest of
the language is not evaluated here and is reported as such.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

_KEYWORDS = frozenset({"empty", "null", "and", "or", "not", "is"})
_QUOTE = re.compile(r"""\\.|(["'])""", re.DOTALL)
# AQL writes `"` as `\"` (documented); whether Assets does so with a value is unknown
# (api.md#placeholders-in-iql).
_MAY_NEED_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f\x85\u2028\u2029]|\$\{')
NOT_ESCAPED = (
    "a value holds a quotation mark, a backslash, a line break or ${, and whether Assets escapes "
    "it is unknown"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class IqlComparison:
    """One comparison: the attribute's name, and the terms that it is compared with."""

    attribute: str
    terms: tuple[tuple[Piece, ...], ...]
    like: bool
    several: bool

    def values(self, element: dict[str, Any]) -> Iterator[str]:
        """Yield the values of the terms in *element*; a term with an empty placeholder has none."""
        for term in self.terms:
            if len(term) == 1 and isinstance(first := term[0], Placeholder):
                if self.several or first.which == EACH:
                    yield from first.texts(element)
                elif text := first.text(element):
                    yield text
            else:
                texts = [p if isinstance(p, str) else p.text(element) for p in term]
                if all(texts):
                    yield "".join(texts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
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

    def asked(self, element: dict[str, Any]) -> str:
        """Return the expression with the values of *element* filled in, quoted."""
        return "".join(
            piece if isinstance(piece, str) else _written(piece, element, quoted=bool(quote))
            for piece, quote in zip(self.pieces, self.quotes, strict=True)
        )

    def unescaped(self, element: dict[str, Any]) -> str | None:
        """Return the first value in *element* that may end or change its text in AQL, or None."""
        for piece, quote in zip(self.pieces, self.quotes, strict=True):
            if isinstance(piece, Placeholder):
                for text in piece.texts(element):
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
    marked = "".join(p if isinstance(p, str) else f"{MARK}{n}{MARK}" for n, p in enumerate(pieces))
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
    return IqlComparison(
        attribute=name.bare,
        terms=tuple(_unmarked(term.bare, pieces) for term in terms),
        like=operator.keyword == "like",
        several=operator.keyword == "in",
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


def _unmarked(term: str, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return *term* with its marks replaced by their placeholders."""
    parts = term.split(MARK)
    return tuple(
        pieces[int(part)] if number % 2 else part
        for number, part in enumerate(parts)
        if part or number % 2
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


def _written(placeholder: Placeholder, element: dict[str, Any], *, quoted: bool) -> str:
    if quoted:
        return placeholder.text(element)
    if placeholder.which is None:
        return f'"{placeholder.text(element)}"'
    return ", ".join(f'"{text}"' for text in placeholder.texts(element)) or '""'
