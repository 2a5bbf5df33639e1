"""What an `objectMappingIQL` matches, if it is a single simple comparison.

Supported: `Name = ${x}`, `"Disk Label" Like "${x}"` and `Name IN (${x${0}}, "y")`: keywords
in any case, attribute and values quoted or not. The rest of the language is not evaluated here
and is reported as such.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.mapping.placeholders import (
    EACH,
    Piece,
    Placeholder,
    UnreadablePlaceholder,
    pieces_of,
)

# Placeholders are replaced by <NUL>index<NUL> while the surrounding expression is parsed.
_MARK = "\0"
_TERM = r"""(?:"[^"]*"|'[^']*'|[^\s"'(),=<>!]+)"""
_COMPARISON = re.compile(
    rf"""\s*(?P<attribute>"[^"\0]+"|'[^'\0]+'|[^\s"'(),=<>!\0]+)\s*
         (?:(?P<operator>=|\blike(?=[\s"']))\s*(?P<term>{_TERM})
           |\bin\s*\(\s*(?P<terms>{_TERM}(?:\s*,\s*{_TERM})*)\s*\))\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_TERMS = re.compile(_TERM)
_KEYWORDS = frozenset({"empty", "null", "and", "or", "not", "is"})
_OBJECT_KEYS = frozenset({"key", "objectid"})
_SPECIAL = frozenset(
    {"objecttype", "objecttypeid", "objectschema", "objectschemaid", "anyattribute"}
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
    """An expression: its text pieces for display, and its comparison or why there is none."""

    pieces: tuple[Piece, ...]
    comparison: IqlComparison | None = None
    unjudged: str | None = None

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        """The placeholders in order."""
        return tuple(p for p in self.pieces if isinstance(p, Placeholder))

    def asked(self, element: dict[str, Any]) -> str:
        """Return the expression with the values of *element* filled in, quoted."""
        written: list[str] = []
        for number, piece in enumerate(self.pieces):
            if isinstance(piece, str):
                written.append(piece)
            else:
                before = self.pieces[number - 1] if number else ""
                written.append(_written(piece, element, quoted=not _is_open(before)))
        return "".join(written)


def read_iql(text: str) -> Expression:
    """Parse *text*; `unjudged` says why it cannot be evaluated here."""
    try:
        pieces = pieces_of(text)
    except UnreadablePlaceholder as error:
        return Expression(pieces=(text,), unjudged=str(error))
    if _MARK in text:
        return Expression(pieces=pieces, unjudged="the expression holds a NUL character")
    marked = "".join(
        p if isinstance(p, str) else f"{_MARK}{n}{_MARK}" for n, p in enumerate(pieces)
    )
    match = _COMPARISON.fullmatch(marked)
    if match is None:
        return Expression(
            pieces=pieces, unjudged="only one comparison by =, Like or IN is judged here"
        )
    terms = _TERMS.findall(match["terms"]) if match["terms"] else [match["term"]]
    attribute = _bare(match["attribute"])
    if reason := _beyond(attribute, match["attribute"], terms):
        return Expression(pieces=pieces, unjudged=reason)
    return Expression(
        pieces=pieces,
        comparison=IqlComparison(
            attribute=attribute,
            terms=tuple(_unmarked(_bare(term), pieces) for term in terms),
            like=(match["operator"] or "").lower() == "like",
            several=match["terms"] is not None,
        ),
    )


def _beyond(attribute: str, written: str, terms: Sequence[str]) -> str | None:
    """Return why the data cannot decide the comparison, or None if they can."""
    plain = attribute.replace(" ", "").lower()
    if plain in _OBJECT_KEYS:
        return f"{attribute} is given by Assets, so no data hold it"
    if plain in _SPECIAL:
        return f"{attribute} is no attribute of the objects"
    if written == attribute and "." in attribute:
        return "the comparison follows a reference to another object"
    if any(term.lower() in _KEYWORDS for term in terms):
        return "the comparison asks for emptiness, not for a value"
    return None


def _bare(written: str) -> str:
    return written[1:-1] if written[:1] in {'"', "'"} else written


def _unmarked(term: str, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return *term* with its marks replaced by their placeholders."""
    parts = term.split(_MARK)
    return tuple(
        pieces[int(part)] if number % 2 else part
        for number, part in enumerate(parts)
        if part or number % 2
    )


def _is_open(before: Piece) -> bool:
    """Return whether *before*, the text preceding a placeholder, ends inside quotation marks."""
    return isinstance(before, str) and (before.count('"') % 2 == 1 or before.count("'") % 2 == 1)


def _written(placeholder: Placeholder, element: dict[str, Any], *, quoted: bool) -> str:
    if not quoted:
        return placeholder.text(element)
    if placeholder.which is None:
        return f'"{placeholder.text(element)}"'
    return ", ".join(f'"{text}"' for text in placeholder.texts(element)) or '""'
