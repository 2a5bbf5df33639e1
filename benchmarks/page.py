"""Put figures into a page of docs/, between their markers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def put(name: str, marker: str, table: str) -> None:
    """Replace what stands between `<!-- marker… -->` and the next `<!-- end -->` in docs/*name*."""
    page = DOCS / name
    text = page.read_text(encoding="utf-8")
    start, end = _between(text, marker).span(1)
    page.write_text(f"{text[:start]}\n{table}\n\n{text[end:]}", encoding="utf-8")


def lines(name: str, marker: str) -> list[str]:
    """Return the lines that stand there."""
    return _between((DOCS / name).read_text(encoding="utf-8"), marker)[1].splitlines()


def rows(table: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Return the lines of *table* by their names, the first column; one without goes on."""
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for line in table:
        if named := re.match(r"\| ([\w-]+) \|", line):
            here = found[named[1]] = []
        if line.startswith("| "):
            here.append(line)
    return found


def _between(text: str, marker: str) -> re.Match[str]:
    pattern = rf"<!-- {re.escape(marker)}[^\n]*-->\n(.*?)<!-- end -->"
    if (found := re.search(pattern, text, flags=re.DOTALL)) is None:
        raise LookupError(f"there is no marker {marker}")
    return found
