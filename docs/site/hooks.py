# ruff: noqa: INP001 - mkdocs loads it by its path
"""Takes into the site what stands beside docs/: the README as its start, pages, example files."""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[2]
# What pages link beside docs/, and its place in the site.
BESIDE = {
    "README.md": "start.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "LICENSE": "license.txt",
    **{f"manifests/{p.name}": f"examples/{p.name}" for p in (ROOT / "manifests").glob("*.[jy]*")},
}
LINK = re.compile(r"(\]\()([^)\s#]+)")


def on_files(files: Files, config: Any) -> Files:
    """Return *files* with those beside docs/."""
    for source, place in BESIDE.items():
        files.append(File.generated(config, place, content=(ROOT / source).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return the page with links that lead to where the site has what is linked."""
    places = {place: source for source, place in BESIDE.items()}
    own = places.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def moved(found: re.Match[str]) -> str:
        if "://" in found[2]:
            return found[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(own), found[2]))
        place = BESIDE.get(target, target.removeprefix("docs/"))
        return found[1] + posixpath.relpath(place, posixpath.dirname(page.file.src_uri) or ".")

    return LINK.sub(moved, markdown)
