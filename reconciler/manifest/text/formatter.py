"""Formats a manifest's text in the canonical layout of `fmt`, without changing its value.

JSON is rewritten, and YAML in block style entry by entry, with the comments. A YAML text with
anchors, or in flow style as a whole, keeps its layout.
"""

import re
from collections.abc import Iterator
from typing import Any

from reconciler.errors import ManifestError, ReconcilerError
from reconciler.lifetime import collector_paused
from reconciler.manifest.draft import other_than_manifest
from reconciler.manifest.manifest_text import ManifestText
from reconciler.manifest.other_file import OtherFile
from reconciler.manifest.text.block_writer import block_text, in_rank
from reconciler.manifest.text.canonical_block import is_canonical
from reconciler.manifest.text.layout import Layout
from reconciler.manifest.text.line_breaks import LineBreaks
from reconciler.manifest.text.tree import PartStyle
from reconciler.manifest.text.tree_reader import read_tree
from reconciler.manifest.text.yaml_writer import HIDDEN, UNPRINTABLE, Habits
from reconciler.value import replace


def canonical_text(text: str, *, file: str, is_overlay: bool = False) -> str | OtherFile:
    """Return *text* in the canonical layout, or what it is if it is neither a manifest nor one.

    An overlay may have any of the keys of a manifest.
    It is JSON if *file* has that extension, else YAML. Raises ManifestError if it does not
    parse, ReconcilerError if that layout would change its value.
    """
    with collector_paused():
        return _canonical(text, file, is_overlay=is_overlay)


def _canonical(text: str, file: str, *, is_overlay: bool) -> str | OtherFile:
    written = ManifestText(file=file, stored=text, is_overlay=is_overlay)
    if not is_overlay and (other := other_than_manifest(written)) is not None:
        return other
    parsed = written.parsed
    if parsed.faults:
        raise ManifestError(parsed.faults)
    is_json = file.lower().endswith(".json")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    candidates = [_json(parsed.value)] if is_json else _yaml(lines)
    for candidate in candidates:
        if candidate == text or replace(written, stored=candidate).says(parsed.value):
            return candidate
    raise ReconcilerError(
        f"{file} was left as it is: in the canonical layout it would not say the same",
        hint="this is a shortcoming of reconciler; please report it with the file",
    )


def _json(value: Any) -> str:
    layout = Layout(text="", newline="\n", is_json=True, habits=Habits(short_lists=True), unit="  ")
    return HIDDEN.sub(_escaped, layout.json(in_rank(value), "")) + "\n"


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def _yaml(text: str) -> Iterator[str]:
    whole = text if text.endswith("\n") else f"{text}\n"
    # libyaml, which finds the parts, rejects the other characters.
    if not UNPRINTABLE.search(LineBreaks(text).readable):
        if is_canonical(text):
            yield text
            return
        # Unchanged, because a final line end changes the value of a text block at the end.
        tree = read_tree(text, is_json=False)
        if tree.root is not None and tree.root.style is PartStyle.BLOCK and not tree.has_anchors:
            yield block_text(whole, tree.root)
            return
    yield f"{whole.rstrip()}\n"
    yield whole
    yield text
