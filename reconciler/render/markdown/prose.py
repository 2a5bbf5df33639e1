"""Foreign text in Markdown, so that it cannot be markup, a link or a mention; and its length.

Forges turn more into links than Markdown does (`@team`, `#123`, `GH-1`, bare URLs, ids of
commits), also in escaped text, but never inside code. So only plain words stay prose.
"""

import html
import re
from collections.abc import Iterable, Iterator

from reconciler.regex import regex
from reconciler.render.escape import escape

_EMPTY = "(empty)"
_RUN = regex(r"`+")
_AROUND = regex(r"(\(?)(.*?)([.,;:)?]*)", re.DOTALL)
_PLAIN = regex(r"""["'“‘]?[^\W_]+(?:[-'’][^\W\d_]+)*["'”’]?|[→←·…–—×]""")
# Possibly the id of a commit, or the start of a numbered list.
_NOT_PLAIN = regex(r"[0-9a-f]{7,}|\d+[.)]", re.IGNORECASE)


def code(text: str) -> str:
    """Return *text* as a code span, with unsafe characters shown by their code."""
    shown = escape(text)
    if not shown:
        return _EMPTY
    fence = "`" * (longest_run(shown) + 1 if "`" in shown else 1)
    pad = " " if shown.strip(" ") and (shown[0] in "` " or shown[-1] in "` ") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str) -> str:
    """Return the sentence *text* on one line, with every word that is not plain as code."""
    return " ".join(_joined(_pieces(text)))


def html_code(text: str) -> str:
    """Return *text* as an HTML `<code>`, for places where Markdown is not parsed."""
    return f"<code>{html.escape(escape(text))}</code>"


def longest_run(text: str) -> int:
    """Return the length of the longest run of backticks in *text*."""
    return max(map(len, _RUN.findall(text)), default=0)


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each word: its opening characters, the word if it must be code, and the rest."""
    for word in _words(text):
        match = _AROUND.fullmatch(word)
        opening, core, closing = match.groups() if match else ("", word, "")
        if _PLAIN.fullmatch(core) and not _NOT_PLAIN.fullmatch(core + closing):
            yield "", "", word
        elif core:
            yield opening, core, closing
        else:
            yield "", word, ""


def _words(text: str) -> Iterator[str]:
    """Yield the words of *text*; what stands in braces is one."""
    held: list[str] = []
    depth = 0
    for word in text.split():
        held.append(word)
        depth += word.count("{") - word.count("}")
        if depth <= 0:
            yield " ".join(held)
            held, depth = [], 0
    yield from held


def _joined(pieces: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Yield the words, with adjacent code words in one span."""
    held: list[str] = []
    before = ""
    for opening, core, closing in pieces:
        if held and (opening or not core):
            yield before + code(" ".join(held))
            held = []
        if not core:
            yield closing
            continue
        before = before if held else opening
        held.append(core)
        if closing:
            yield before + code(" ".join(held)) + closing
            held = []
    if held:
        yield before + code(" ".join(held))


SEPARATOR = "\n\n"


def length(text: str) -> int:
    """Return the number of UTF-16 units of *text*.

    Forges count characters (code points, or units of UTF-16 as JavaScript and Java do);
    units are never fewer, so a text that fits by them fits everywhere. Counting bytes would
    halve the room of texts that are not in Latin letters.
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def length_as_block(text: str) -> int:
    """Return the length of *text* with the blank line before it."""
    return length(text) + len(SEPARATOR)
