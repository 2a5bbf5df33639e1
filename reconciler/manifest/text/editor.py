"""Edits brought into a manifest's text: what they do not touch stays as it is, byte for byte.

Only spans are replaced, never the whole text written anew: a writer of YAML that keeps
comments ties each to what stands before it, and loses the comment about an element
when the one above it goes. The text that comes out is read again: it must say what
the edited JSON says.

Whether a text says what it should, whatever it looks like.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import ManifestError, ReconcilerError
from reconciler.manifest.text.edit_block import BlockEditor
from reconciler.manifest.text.edit_flow import FlowEditor
from reconciler.manifest.text.edits import Add, Drop, Edit, Put, edited
from reconciler.manifest.text.parse import parse
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.text.spans import Part, Splice, Style, find, layout_of, read_parts
from reconciler.manifest.text.write import flow


def says(text: str, wanted: Any, *, file: str) -> bool:
    """Return whether *text*, read as a manifest in *file*, has the value *wanted*."""
    try:
        parsed = parse(text, file=file)
    except ManifestError:
        return False
    return not parsed.faults and _same(parsed.value, wanted)


def _same(one: Any, other: Any) -> bool:
    """Whether both are the same JSON; unlike `==`, true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)


def edit_text(text: str, edits: Sequence[Edit], *, file: str) -> str:
    """Return *text*, a manifest that parses, after the edits: JSON where *file* ends so, else YAML.

    Raises ReconcilerError where the text is written in a way that cannot be edited.
    """
    is_json = file.lower().endswith(".json")
    value = parse(text, file=file).value
    wanted = edited(value, edits)
    for candidate in _candidates(text, value, is_json=is_json):
        made = _edited(candidate, edits, is_json=is_json)
        if made is not None and says(made, wanted, file=file):
            return made
    raise ReconcilerError(
        f"{file} is written in a way that cannot be edited in place",
        hint="move it away and pull again: that writes a new manifest",
    )


def _candidates(text: str, value: Any, *, is_json: bool) -> Iterator[str]:
    """Yield *text*, and then with each alias written out: an edit of one place may move another."""
    yield text
    if not is_json:
        root = read_parts(text, is_json=False)
        if (plain := _spliced(text, [*_written_out(text, root, value)])) != text:
            yield plain


@dataclass(slots=True)
class _Group:
    """The edits of the entries of one collection."""

    puts: dict[str, Any] = field(default_factory=dict)
    adds: list[Any] = field(default_factory=list)
    drops: list[Any] = field(default_factory=list)


def _edited(text: str, edits: Sequence[Edit], *, is_json: bool) -> str | None:
    """Return the edited text, None where the text does not show a part that is to change."""
    ends_open = not text.endswith("\n")
    newline = "\r\n" if "\r\n" in text else "\n"
    whole = text + newline if ends_open else text
    root = read_parts(whole, is_json=is_json)
    layout = layout_of(whole, root, is_json=is_json)
    splices: list[Splice] = []
    # Where an inner list and the object around it both grow, what is inner comes first.
    for at, group in sorted(_grouped(edits).items(), key=lambda each: -len(each[0])):
        part = find(root, at)
        if part is None or part.entries is None:
            return None
        editor = BlockEditor(layout) if part.style is Style.BLOCK else FlowEditor(layout)
        if isinstance(part.entries, dict):
            splices += editor.entries(part, group.puts, group.drops)
        else:
            splices += editor.items(part, group.adds, group.drops)
    made = _spliced(whole, splices)
    return made.removesuffix(newline) if ends_open else made


def _grouped(edits: Sequence[Edit]) -> dict[Pointer, _Group]:
    groups: dict[Pointer, _Group] = {}
    for edit in edits:
        at = edit.at if isinstance(edit, Add) else edit.at[:-1]
        group = groups.setdefault(at, _Group())
        match edit:
            case Put():
                group.puts[str(edit.at[-1])] = edit.value
            case Add():
                group.adds.append(edit.value)
            case Drop():
                group.drops.append(edit.at[-1])
    return groups


def _spliced(text: str, splices: Sequence[Splice]) -> str:
    pieces: list[str] = []
    at = 0
    for splice in sorted(splices, key=lambda s: (s.start, s.end)):
        pieces += (text[at : splice.start], splice.text)
        at = max(at, splice.end)
    return "".join((*pieces, text[at:]))


def _written_out(text: str, root: Part, value: Any) -> Iterator[Splice]:
    stack: list[tuple[Part, Any]] = [(root, value)]
    while stack:
        part, what = stack.pop()
        if part.style is Style.ALIAS:
            yield Splice(part.start, part.end, flow([what])[1:-1])
        elif part.anchor is not None:
            mark = part.start + len(part.anchor) + 1
            yield Splice(part.start, mark + len(text[mark:]) - len(text[mark:].lstrip(" ")), "")
        if isinstance(part.entries, dict):
            stack += [(below, what[key]) for key, below in part.entries.items()]
        elif isinstance(part.entries, list):
            stack += zip(part.entries, what, strict=True)
