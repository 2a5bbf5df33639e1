# ruff: noqa: INP001 - mkdocs loads it by its path
"""Takes into the site what pages link beside docs/: pages of the root, and files as they are."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"(\]\()([^)\s#]+)")


def linked(page: str) -> Iterator[str]:
    """Yield the files that *page* links, as paths from the root of the repository."""
    for _, link in LINK.findall((ROOT / page).read_text("utf-8")):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
        if (ROOT / target).is_file():
            yield target


def place_of(source: str) -> str:
    """Return where in the site the file *source* beside docs/ stands."""
    if source == "README.md":
        return "start.md"  # the site's own start is docs/README.md
    if source.endswith(".md"):
        return source.lower()
    return source if "." in posixpath.basename(source) else f"{source}.txt"


def places() -> dict[str, str]:
    """Return the place of each file beside docs/ that a page of the site links."""
    pages = [p.relative_to(ROOT).as_posix() for p in (ROOT / "docs").rglob("*.md")]
    found: dict[str, str] = {}
    for page in pages:  # the pages that are found are read in their turn
        for target in linked(page):
            if not target.startswith("docs/") and target not in found:
                found[target] = place_of(target)
                pages.extend([target] if target.endswith(".md") else [])
    return found


BESIDE = places()


def on_files(files: Files, config: Any) -> Files:
    """Return *files* with those beside docs/."""
    for source, place in BESIDE.items():
        files.append(File.generated(config, place, content=(ROOT / source).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return the page with links that lead to where the site has what is linked."""
    sources = {place: source for source, place in BESIDE.items()}
    own = sources.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def moved(found: re.Match[str]) -> str:
        if "://" in found[2]:
            return found[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(own), found[2]))
        place = BESIDE.get(target, target.removeprefix("docs/"))
        return found[1] + posixpath.relpath(place, posixpath.dirname(page.file.src_uri) or ".")

    return LINK.sub(moved, markdown)
