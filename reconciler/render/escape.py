"""Makes foreign text safe for a terminal (design.md#names-come-from-strangers).

Names and messages come from files and from the network. Printed raw they could move the
cursor, hide text, or change its direction; such characters are shown by their code.
"""

import re

from reconciler.model.display import visible
from reconciler.regex import regex

_CONTROL = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff"  # invisible, or marks of direction
    "\u2028-\u202e\u2066-\u2069"  # separators, embeddings, overrides and isolates
    "\ud800-\udfff"  # lone surrogates: no stream can encode them
    "\ufffe\uffff"  # no characters at all, and none that XML can hold
    "\U000e0000-\U000e007f"  # tags: invisible text
)
_UNSAFE = regex(f"[{_CONTROL}]")


def escape(text: str) -> str:
    r"""Return *text* with each unsafe character as `\x1b`, `\u202e` or `\U000e0041`."""
    return visible(text)


def escape_lines(text: str) -> str:
    """Return *text* with each of its lines escaped, the line ends kept."""
    if text.isascii() and text.replace("\n", " ").isprintable():
        return text
    return "\n".join(map(escape, text.split("\n")))


def escape_json(text: str) -> str:
    r"""Return the JSON *text* with unsafe characters in its strings as `\u202e`.

    The encoded value stays the same; line ends between tokens are kept.
    """
    if ("\x7f" not in text) if text.isascii() else text.isprintable():
        return text  # JSON itself escapes the other control characters
    return _UNSAFE.sub(_json_shown, text)


def _json_shown(match: re.Match[str]) -> str:
    character = match.group()
    if character == "\n":
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
