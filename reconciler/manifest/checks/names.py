"""Names that people cannot tell apart, and characters in names that nobody sees.

Whether Assets keeps such a name, or takes two of them for one, is not documented: warnings.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import category, is_normalized, normalize

from reconciler.codes.manifest import ManifestCode
from reconciler.manifest.check_report import Report
from reconciler.manifest.outline import ManifestElement, Outline, TypeElement
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.wording import element_at, quote
from reconciler.model.display import WITHOUT_INK, visible
from reconciler.regex import regex

_Element = ManifestElement | TypeElement

# Joiners and selectors of variants are part of ordinary emoji and of many scripts, and so is the
# wide blank; after a letter of Europe nobody writes them.
_IN_EMOJI_AND_SCRIPTS = frozenset("\u200c\u200d\u3000") | frozenset(map(chr, range(0xFE00, 0xFE10)))
_FIRST_BEYOND_EUROPE = "\u0590"
_ODD_BLANKS = regex(r"\A | \Z|  ")


def check_names(document: Outline, report: Report) -> None:
    """Report names and external ids that hold what nobody sees, and names that are alike."""
    at = "schema", "objectSchema", "name"
    name = document.schema_name  # it is not the source's: api.md#schema-name
    if name and _is_odd(name):
        _check_characters(name, f"the name of the object schema, {quote(name)},", at, report)
    for key, siblings in _siblings(document):
        _check_alike(siblings, key, document, report)
        for element in siblings:
            name, external_id = element.name, element.external_id
            if name is not None and _is_odd(name):
                called = element_at(document.raw, element.at)
                _check_characters(name, called, (*element.at, key), report)
            if external_id is not None and _is_odd(external_id):
                called = element_at(document.raw, element.at)
                subject = f"the external id {quote(external_id)} of {called}"
                _check_characters(external_id, subject, (*element.at, "externalId"), report)


def _siblings(document: Outline) -> Iterator[tuple[str, Sequence[_Element]]]:
    """Yield the elements of each list that may have odd names, and the key of these."""
    by_parent: dict[Pointer, list[TypeElement]] = {}
    for object_type in document.types:
        by_parent.setdefault(object_type.at[:-1], []).append(object_type)
        if _may_be_odd(object_type.names, object_type.ids):
            yield "name", object_type.attributes
    for types in by_parent.values():
        if _may_be_odd([t.name for t in types], [t.external_id for t in types]):
            yield "name", types
    yield "key", document.icons
    yield "name", document.statuses


def _may_be_odd(names: Sequence[str | None], ids: Sequence[str | None]) -> bool:
    """Return whether any of these needs a closer look, told by all of them together."""
    texts = [text for text in (*names, *ids) if text is not None]
    # No text at all makes two blanks in a row, as blanks in a text do where nobody sees them.
    joined = " ".join(("", *texts, ""))
    if not (joined.isascii() and joined.isprintable()) or "  " in joined:
        return True
    named = {name for name in names if name is not None}
    return len({*map(str.lower, named)}) < len(named)


def _is_odd(text: str) -> bool:
    is_simple = text.isascii() and text.isprintable() and _ODD_BLANKS.search(text) is None
    return not (text and is_simple)


def _check_characters(text: str, called: str, at: Pointer, report: Report) -> None:
    if not text:
        report.add(ManifestCode.EMPTY_NAME, f"{called} has no characters", at)
    if found := [*_oddities(text)]:
        plain = _plain(text)
        hint = f"write {quote(plain)}, or keep it if live has it so" if plain else None
        report.add(ManifestCode.UNSEEN_CHARACTERS, f"{called} {' and '.join(found)}", at, hint=hint)


def _oddities(text: str) -> Iterator[str]:
    if text != text.strip(" "):
        yield "has blanks at its ends"
    if "  " in text.strip(" "):
        yield "has several blanks in a row"
    if not is_normalized("NFC", text):
        yield "has accents apart from their letters (it is not in Unicode's form NFC)"
    controls = {c: None for c in text if category(c) == "Cc"}
    if controls:
        yield f"holds the control character {visible(next(iter(controls)))}"
    unseen = [c for before, c in pairwise(f"a{text}") if _is_unseen(c, before)]
    if unseen:
        yield f"holds {visible(unseen[0])}, which nobody sees"


def _is_unseen(character: str, before: str) -> bool:
    if character in _IN_EMOJI_AND_SCRIPTS:
        return before < _FIRST_BEYOND_EUROPE and before.isalpha()
    is_format = category(character) in {"Cf", "Zl", "Zp", "Zs"} and character != " "
    return is_format or WITHOUT_INK.match(character) is not None


def _plain(text: str) -> str:
    """Return *text* without what nobody sees; each stretch of blanks of any kind as one blank."""
    seen = "".join(
        " " if c.isspace() else c
        for before, c in pairwise(f"a{normalize('NFC', text)}")
        if c.isspace() or not (category(c) == "Cc" or _is_unseen(c, before))
    )
    return " ".join(seen.split())


def _check_alike(siblings: Sequence[_Element], key: str, document: Outline, report: Report) -> None:
    first: dict[str, _Element] = {}
    for element in siblings:
        if element.name is None:
            continue
        plain = _plain(element.name)
        other = first.setdefault(plain.lower(), element)
        if other.name is not None and other.name != element.name:
            how = "in case" if plain != _plain(other.name) else "in what nobody sees"
            report.add(
                ManifestCode.SIMILAR_NAMES,
                f"{element_at(document.raw, element.at)} differs from {quote(other.name)} "
                f"({report.line_of((*other.at, key))}) only {how}",
                (*element.at, key),
                hint="Assets may take them for one",
            )
