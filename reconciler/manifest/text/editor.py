"""Applies edits to a manifest's text and leaves the rest of it unchanged, byte for byte.

Only spans are replaced, because a YAML writer that keeps comments attaches each to the part
before it, and so loses the comment about an element when the element above it is removed. The
result is parsed again and must equal the edited JSON.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from reconciler.diagnostics import written_place
from reconciler.errors import ReconcilerError
from reconciler.manifest.manifest_text import ManifestText
from reconciler.manifest.text.block_editor import BlockEditor
from reconciler.manifest.text.edits import Add, Drop, Edit, Put, apply_edits
from reconciler.manifest.text.flow_editor import FlowEditor
from reconciler.manifest.text.json_part import json_root
from reconciler.manifest.text.layout import Splice, json_layout, newline_of, yaml_layout
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.text.tree import PartStyle, Span, path, walk
from reconciler.manifest.text.tree_reader import read_root
from reconciler.manifest.text.yaml_writer import flow
from reconciler.manifest.wording import key_at
from reconciler.value import replace


def edit_text(written: ManifestText, edits: Sequence[Edit]) -> ManifestText:
    """Return *written*, which parses, with the edits applied.

    Raises ReconcilerError if the notation of the text cannot be edited.
    """
    for candidate in _candidates(written):
        if (made := _proved(candidate, written, edits)) is not None:
            return made
    raise _refusal(written, edits)


def _proved(text: str, written: ManifestText, edits: Sequence[Edit]) -> ManifestText | None:
    """Return *text* with the edits, None if it does not say what *written* says with them."""
    made = _edited(text, edits, is_json=written.is_json)
    if made is None:
        return None
    new = replace(written, stored=made)
    return new if new.says(apply_edits(written.parsed.value, edits)) else None


def _refusal(written: ManifestText, edits: Sequence[Edit]) -> ReconcilerError:
    """Return the error that names the first part of *written* that cannot be edited."""
    parsed = written.parsed
    groups = [*dict.fromkeys(map(_collection, edits))]
    while len(groups) > 1:  # by halves, as each try reads the whole text
        half = groups[: len(groups) // 2]
        some = [edit for edit in edits if _collection(edit) in half]
        is_good = _proved(written.text, written, some) is not None
        groups = groups[len(half) :] if is_good else half
    edit = next(edit for edit in edits if _collection(edit) in groups)
    place = written_place(written.file, *(parsed.places.of(edit.at) or ()))
    return ReconcilerError(
        f"{place}: {key_at(parsed.value, edit.at)} is written in a way that cannot be edited in "
        "place",
        hint="write it in block style, or move the file away and pull again: that writes a new "
        "manifest",
    )


def _collection(edit: Edit) -> Pointer:
    return edit.at if isinstance(edit, Add) else edit.at[:-1]


def _candidates(written: ManifestText) -> Iterator[str]:
    """Yield the text, then that without aliases: an edit of one place may change another."""
    yield (text := written.text)
    if not written.is_json and (plain := _spliced(text, [*_written_out(text)])) != text:
        yield plain


_P_contra = TypeVar("_P_contra", bound=Span, contravariant=True)


class _Editor(Protocol[_P_contra]):
    def entries(
        self, part: _P_contra, puts: Mapping[str, Any], drops: Sequence[str]
    ) -> Iterator[Splice]: ...

    def items(
        self, part: _P_contra, adds: Sequence[Any], drops: Sequence[int]
    ) -> Iterator[Splice]: ...


@dataclass(slots=True)
class _Group:
    """The edits of the entries of one collection."""

    puts: dict[str, Any] = field(default_factory=dict)
    adds: list[Any] = field(default_factory=list)
    drops: list[Any] = field(default_factory=list)

    def splices(self, editor: _Editor[_P_contra], part: _P_contra) -> Iterator[Splice]:
        """Return the splices that apply them to *part*."""
        if part.is_object:
            return editor.entries(part, self.puts, self.drops)
        return editor.items(part, self.adds, self.drops)


def _edited(text: str, edits: Sequence[Edit], *, is_json: bool) -> str | None:
    """Return the edited text, None if a part to edit is not written out in the text."""
    ends_open = not is_json and not text.endswith("\n")
    whole = text + newline_of(text) if ends_open else text
    splices: list[Splice] = []
    for found in (_json_splices if is_json else _yaml_splices)(whole, edits):
        if found is None:
            return None
        splices += found
    made = _spliced(whole, splices)
    return made.removesuffix(newline_of(text)) if ends_open else made


def _json_splices(text: str, edits: Sequence[Edit]) -> Iterator[Iterator[Splice] | None]:
    """Yield the splices of the edits of each collection, None for one that is not there."""
    root = json_root(text)
    editor = FlowEditor(json_layout(text, root))
    for at, group in _grouped(edits):
        *above, part = root.path(at)
        is_there = len(above) == len(at) and part.is_list is not None
        yield group.splices(editor, part) if is_there else None


def _yaml_splices(text: str, edits: Sequence[Edit]) -> Iterator[Iterator[Splice] | None]:
    root = read_root(text, is_json=False)
    layout = yaml_layout(text, root)
    in_flow, in_block = FlowEditor(layout), BlockEditor(layout)
    for at, group in _grouped(edits):
        *above, part = path(root, at)
        if len(above) < len(at) or part.entries is None:
            yield None
        elif part.style is PartStyle.BLOCK:
            yield group.splices(in_block, part)
        else:
            yield group.splices(in_flow, part)


def _grouped(edits: Sequence[Edit]) -> list[tuple[Pointer, _Group]]:
    """Return the edits by collection.

    If an inner list and the object around it both grow, the inner addition comes first.
    """
    groups: dict[Pointer, _Group] = {}
    for edit in edits:
        group = groups.setdefault(_collection(edit), _Group())
        match edit:
            case Put():
                group.puts[str(edit.at[-1])] = edit.value
            case Add():
                group.adds.append(edit.value)
            case Drop():
                group.drops.append(edit.at[-1])
    return sorted(groups.items(), key=lambda each: -len(each[0]))


def _spliced(text: str, splices: Sequence[Splice]) -> str:
    pieces: list[str] = []
    at = 0
    for splice in sorted(splices, key=lambda s: (s.start, s.end)):
        pieces += (text[at : splice.start], splice.text)
        at = max(at, splice.end)
    return "".join((*pieces, text[at:]))


def _written_out(text: str) -> Iterator[Splice]:
    for part in walk(read_root(text, is_json=False)):
        if part.style is PartStyle.ALIAS:
            yield Splice(part.start, part.end, flow([part.value])[1:-1])
        elif part.anchor is not None:
            mark = part.start + len(part.anchor) + 1
            end = next((i for i in range(mark, len(text)) if text[i] != " "), len(text))
            yield Splice(part.start, end, "")
