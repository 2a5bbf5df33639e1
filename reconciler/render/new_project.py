"""What `init` made, as text: the object types with their identity, files, and the next step."""

from collections.abc import Iterator

from reconciler.command_line import command_line
from reconciler.mapping.inference.object_types import InferredAttribute, InferredType
from reconciler.mapping.inference.sample import shown_path
from reconciler.outcome.new_project import InferredManifest, InitResult
from reconciler.render.shorten import count, first_names
from reconciler.render.terminal import Line, Screen, Style

_MOST_TYPES, _MOST_ATTRIBUTES = 20, 12
_STEP = "    "


def write_new_project(result: InitResult, screen: Screen) -> None:
    """Write *result*."""
    screen.report(_lines(result))


def _lines(result: InitResult) -> Iterator[Line]:
    if result.inferred is not None:
        yield from _inferred_lines(result.inferred)
    if (pulled := result.pulled) is not None:
        types = count(pulled.object_types, "object type")
        counts = f"{types}, {count(pulled.attributes, 'attribute')}"
        yield ((pulled.source, Style.STRONG), f": live is now {pulled.file}: {counts}")
    if result.manifests:
        number = count(len(result.manifests), "manifest")
        yield (f"{number} found: {first_names(result.manifests)}",)
    if result.written:
        yield (("+", Style.ADD), f" written: {', '.join(result.written)}")
    for remark in result.remarks:
        yield (("!", Style.STOP), f" {remark}")
    if result.next_steps:
        yield ()
        yield ("Next: ", *result.next_steps[:1])
        yield from ((" " * len("Next: "), step) for step in result.next_steps[1:])


def _inferred_lines(inferred: InferredManifest) -> Iterator[Line]:
    entries = count(inferred.preview.entries, "entry", "entries")
    yield ((inferred.data, Style.STRONG), f": {entries}")
    names = {each.external_id: each.name for each in inferred.types}
    for each in inferred.types[:_MOST_TYPES]:
        yield from _type_lines(each, names)
    if (more := len(inferred.types) - _MOST_TYPES) and more > 0:
        yield (f"  and {count(more, 'object type')} more",)
    for note in inferred.left_out:
        yield (("  left out", Style.QUIET), f"  {note}")
    lost = sum(f.count for f in inferred.preview.findings if f.code.loses_objects)
    objects = sum(each.objects for each in inferred.preview.types)
    lossless = ", none lost" if not lost else ""
    yield (f"Preview: {count(objects, 'object')}{lossless}",)
    if lost:
        look = command_line("preview", inferred.source, inferred.data)
        text = f" {count(lost, 'entry is', 'entries are')} lost or doubled: {look}"
        yield (("!", Style.STOP), text)


def _type_lines(inferred: InferredType, names: dict[str, str]) -> Iterator[Line]:
    identity = " + ".join(map(shown_path, inferred.identity.paths))
    sure = "unique, never empty" if inferred.identity.is_certain else "nothing better"
    label = next((a.name for a in inferred.attributes if a.is_label), "")
    yield (
        "  ",
        (inferred.name, Style.STRONG),
        f"   identity {identity} ({sure})   label {label}",
    )
    shown = [_shown(each, names) for each in inferred.attributes[:_MOST_ATTRIBUTES]]
    if (more := len(inferred.attributes) - _MOST_ATTRIBUTES) > 0:
        shown.append(f"and {more} more")
    yield (_STEP, " · ".join(shown))


def _shown(attribute: InferredAttribute, names: dict[str, str]) -> str:
    of = f"→ {names[attribute.target]}" if attribute.target else attribute.type
    return f"{attribute.name} {of}{' …' if attribute.is_list else ''}"
