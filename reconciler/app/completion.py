"""What may complete a word of the command line: the names that the files of the project have.

A shell asks at each press of a key, so of each file no more is read than how it begins, and of very
many files some. Nothing is asked of a server, and what cannot be read is left out.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from reconciler.errors import ReconcilerError
from reconciler.manifest.draft import other_file
from reconciler.manifest.files import manifest_paths
from reconciler.manifest.other_file import PLAN, OtherFile, other_by_beginning
from reconciler.manifest.project.file import find_project, load_project
from reconciler.manifest.project.model import LOCAL, Project, default_project
from reconciler.manifest.text.file import beginning, read_bytes, read_text
from reconciler.manifest.text.parser import parse
from reconciler.regex import regex

_MOST_FILES = 1_000
_LARGEST_PLAN = 20_000_000
_SOURCE = regex(
    r"""^(?:source|\s*[{,]?\s*"source")[ \t]*:[ \t]*["']?([^"'#\r\n,}]+)""", re.MULTILINE
)
_LABELS = regex(
    r"""^(?:labels|\s*[{,]?\s*"labels")[ \t]*:[ \t]*(?:\{([^}]*)\}|\r?\n((?:[ \t]+\S[^\n]*\n)+))""",
    re.MULTILINE,
)
_PAIR = regex(r"""["']?([^\s"':{},]+)["']?[ \t]*:[ \t]*["']?([^"'\r\n,}]+)""")


def environments() -> list[str]:
    """Return the names of the environments of the project file."""
    return [*_project_value().get("environments", {LOCAL: None})]


def sources() -> list[str]:
    """Return the names of the sources that manifests define or an environment binds."""
    environments_ = _project_value().get("environments", {}).values()
    bound = {name for each in environments_ if isinstance(each, dict) for name in _keys(each)}
    found = {_first(_SOURCE, head) or path.stem for path, head in _heads()}
    return sorted(bound | found)


def paths(begun: str) -> list[str]:
    """Return the files that *begun* may be the path of, directories with a slash at the end."""
    folder, name = os.path.split(begun)
    with os.scandir(folder or os.curdir) as entries:
        found = [
            begun.removesuffix(name) + each.name + ("/" if each.is_dir() else "")
            for each in islice(entries, _MOST_FILES)
            if each.name.startswith(name) and (name or not each.name.startswith("."))
        ]
    return sorted(found)


def codes() -> list[str]:
    """Return every code that can be explained."""
    from reconciler.planning.catalogue import CATALOGUE  # noqa: PLC0415 - most complete no code

    return sorted({str(meaning.code) for meaning in CATALOGUE})


def labels() -> list[str]:
    """Return the labels that manifests have, as `KEY=VALUE`."""
    blocks = (found for _, head in _heads() if (found := _LABELS.search(head)))
    pairs = {
        f"{key}={value.strip()}"
        for block in blocks
        for key, value in _PAIR.findall(block[1] or block[2])
    }
    return sorted(pairs)


def plans(begun: str) -> list[str]:
    """Return the saved plans in the directory of the path that *begun* begins."""
    return [name for name, other in _json_files(begun) if other == PLAN]


def addresses(plan: Path) -> list[str]:
    """Return the sources of the saved *plan* with what can be explained of them."""
    if plan.stat().st_size > _LARGEST_PLAN:
        return []
    found: list[str] = []
    for source in json.loads(read_bytes(plan, file=str(plan)))["sources"]:
        found += (source["source"], f"{source['source']}/operation")
        found += (each["address"] for each in (*source["changes"], *source["residual"]))
    return [*dict.fromkeys(found)]


def _keys(environment: Mapping[str, Any]) -> Iterator[str]:
    bound = environment.get("sources")
    yield from bound if isinstance(bound, dict) else ()


def _project_value() -> Mapping[str, Any]:
    path = find_project()
    if path is None:
        return {}
    value = parse(read_text(path, file=str(path)), file=str(path)).value
    return value if isinstance(value, dict) else {}


def _project() -> Project:
    path = find_project()
    if path is None:
        return default_project(Path())
    return load_project(path, environment=environments()[0], variables={})


def _heads() -> Iterator[tuple[Path, str]]:
    """Yield the manifests with how their text begins."""
    try:
        paths = manifest_paths(_project())
    except ReconcilerError:
        return
    for path in islice(paths, _MOST_FILES):
        if other_file(path) is None:
            yield path, beginning(path).decode(errors="replace")


def _json_files(begun: str) -> Iterator[tuple[str, OtherFile | None]]:
    folder = os.path.dirname(begun)  # noqa: PTH120 - the text is completed as it is written
    for entry in islice(os.scandir(folder or "."), _MOST_FILES):
        if entry.name.endswith(".json") and entry.is_file():
            head = beginning(Path(entry.path))
            yield os.path.join(folder, entry.name), other_by_beginning(head, is_json=True)  # noqa: PTH118 - as above


def _first(expression: Any, text: str) -> str | None:
    found = expression.search(text)
    return found[1].strip() if found else None
