"""Converts Markdown for Bitbucket Cloud, which escapes HTML comments and tags.

Its Markdown is Python-Markdown's with an allow-list (support.atlassian.com: Markup
comments). It accepts, and does not show, the definition of a link that no text refers to; the
marker is put there in base64, which has no Markdown characters, and first, so that nothing in
the plan precedes it. `<details>` has no effect there; its summary becomes a bold line.
"""

import base64
import binascii
import re

from reconciler.regex import regex
from reconciler.render.markdown.marker import Marker, marker_in

_MARKER_LINE = regex(r"^<!-- reconciler [^\n]* -->$", re.MULTILINE)
_DEFINITION = regex(r"^\[reconciler\]: #([\w-]+={0,2})$", re.MULTILINE | re.ASCII)
_FENCE = regex(r" {0,3}(`{3,}|~{3,})(.*)")
_SUMMARY = regex(r"<summary>((?:(?!</summary>).)*)</summary>")
_TAG = regex(r"</?(?:details|code|sub|sup|b|strong|br|p)(?: open)? ?/?>")
# Only lines of nothing but tags are the report's own: in a code span a tag is a foreign name.
_TAGS_ALONE = regex(rf"\s*(?:(?:{_SUMMARY.pattern}|{_TAG.pattern})\s*)+")


def for_bitbucket(markdown: str) -> str:
    """Return *markdown* without HTML outside of fences, with the marker hidden in a link."""
    lines: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        if fence:
            fence = "" if _closes(line, fence) else fence
            lines.append(line)
        elif opened := _FENCE.fullmatch(line):
            fence = opened[1]
            lines.append(line)
        elif _MARKER_LINE.fullmatch(line):
            continue
        elif line.startswith("  - "):
            # Python-Markdown needs four columns for a nested item.
            lines.append(f"  {line}")
        else:
            lines += _without_tags(line)
    body = "\n".join(lines).strip("\n") + "\n"
    marker = marker_in(markdown)
    return body if marker is None else f"{_definition(marker)}\n\n{body}"


def marker_in_bitbucket(text: str) -> Marker | None:
    """Return the first marker in the comment *text*, None if there is none."""
    for line in _DEFINITION.finditer(text.replace("\r\n", "\n")):
        try:
            found = marker_in(base64.urlsafe_b64decode(line[1]).decode())
        except (binascii.Error, ValueError):
            continue
        if found is not None:
            return found
    return None


def _definition(marker: Marker) -> str:
    return f"[reconciler]: #{base64.urlsafe_b64encode(str(marker).encode()).decode()}"


def _closes(line: str, fence: str) -> bool:
    found = _FENCE.fullmatch(line)
    if found is None or found[2].strip():
        return False
    return found[1][0] == fence[0] and len(found[1]) >= len(fence)


def _without_tags(line: str) -> list[str]:
    if not _TAGS_ALONE.fullmatch(line):
        return [line]
    bold = _SUMMARY.sub(lambda summary: f"\n**{_TAG.sub('', summary[1]).strip()}**\n", line)
    # A line of nothing but tags leaves the blank line that ends a paragraph.
    return [part.strip() for part in _TAG.sub("", bold).split("\n")]
