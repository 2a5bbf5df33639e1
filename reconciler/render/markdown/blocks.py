"""The pieces of a Markdown report: fences and code that no text can leave, and their size.

Texts of strangers stand in fences and code spans only, where nothing is a link, a mention,
a tag or a heading to any of the forges.
"""

import html
import re
from collections.abc import Sequence

from reconciler.render.escape import escape

_TICKS = re.compile(r"`+")
_SHORTEST_FENCE = 3


def size(text: str) -> int:
    """Return how long *text* is to a forge, in UTF-16 units.

    GitHub, GitLab and Bitbucket say characters, and not which; none counts fewer of these
    than there are of those.
    """
    return len(text) + sum(ord(c) > 0xFFFF for c in text)  # noqa: PLR2004 - the end of the BMP


def fence(lines: Sequence[str], language: str) -> str:
    """Return *lines*, each escaped already, as a fenced block that none of them closes."""
    longest = max((len(run) for line in lines for run in _TICKS.findall(line)), default=0)
    mark = "`" * max(_SHORTEST_FENCE, longest + 1)
    return "\n".join((f"{mark}{language}", *lines, mark)) + "\n"


def code(text: str) -> str:
    """Return *text* as a code span on one line, whatever backticks it holds."""
    shown = escape(text)
    longest = max(map(len, _TICKS.findall(shown)), default=0)
    if not longest:
        return f"`{shown}`" if shown.strip() else "` `"
    mark = "`" * (longest + 1)
    return f"{mark} {shown} {mark}"


def html_code(text: str) -> str:
    """Return *text* as code within HTML, where Markdown is not read."""
    return f"<code>{html.escape(escape(text))}</code>"
