"""The preview of data under a mapping, as text; it begins with what loses objects."""

from collections.abc import Iterator, Mapping

from reconciler.mapping.objects import MappedObject
from reconciler.mapping.preview import Effect, FindingCount, Preview, TypeCount
from reconciler.model.display import unquoted
from reconciler.outcome.command_results import PreviewResult
from reconciler.render.preview.words import (
    NO_EFFECT,
    TOPICS,
    Topic,
    affected,
    contents,
    effect_sentences,
    numbers,
    object_identity,
    preview_verdict,
    sentence,
    summary,
    value_sentences,
    where,
)
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import BlockLine, Line, Screen, Span, Style

_STEP = "    "


def write_preview_text(result: PreviewResult, screen: Screen) -> None:
    """Write *result*; its diagnostics are not part of it."""
    screen.report(_lines(result))


def effect_lines(effect: Effect, indent: str) -> Iterator[BlockLine]:
    """Yield the effects by object type, or one line if there are none."""
    types = affected(effect)
    if not types:
        yield BlockLine(indent, ((NO_EFFECT, Style.QUIET),))
    for each in types:
        name = (" / ".join(each.names), Style.STRONG)
        yield BlockLine(indent, (name, f"   {numbers(each)}"), opens=True)
        for text, style in effect_sentences(each):
            symbol = "!" if style is Style.STOP else "+"
            yield BlockLine(indent + _STEP, (f" {text}",), sign=(symbol, style))
        if each.examples:
            yield BlockLine(indent + _STEP, _examples(each.examples))
        for attribute, text, style in value_sentences(each, effect):
            yield BlockLine(indent + _STEP, (attribute, "   ", (text, style)))


def found_line(found: FindingCount, preview: Preview, topic: Topic, indent: str) -> BlockLine:
    """Return a finding with its place and examples."""
    about = where(found, preview)
    place: tuple[Span, ...] = ((about, Style.STRONG), ": ") if about else ()
    examples: tuple[Span, ...] = ("   ", *_examples(found.examples)) if found.examples else ()
    text = (" ", *place, sentence(found), *examples)
    return BlockLine(indent, text, sign=(topic.symbol, topic.style), opens=bool(about))


def _lines(result: PreviewResult) -> Iterator[Line]:
    preview = result.preview
    if preview is not None:
        yield ((result.source, Style.STRONG), " on ", result.data, ": ", summary(preview))
        yield ()
        for topic in TOPICS:
            yield from _topic_lines(topic, preview)
        for each in preview.types:
            yield from _type_lines(each, preview)
        if result.effect is not None:
            yield (("Effect", Style.STRONG), f" against {result.effect.against}")
            yield from (each.line for each in effect_lines(result.effect, _STEP))
            yield ()
        if preview.assumptions:
            yield (("What this rests on, not documented", Style.STRONG),)
            for assumed in preview.assumptions:
                text = f"{assumed.text} ({assumed.confidence})"
                yield (_STEP, text)
            yield ()
    yield (preview_verdict(result),)


def _topic_lines(topic: Topic, preview: Preview) -> Iterator[Line]:
    if found := topic.of(preview):
        yield ((topic.title, Style.STRONG),)
        for each in found:
            yield found_line(each, preview, topic, _STEP).line
        yield ()


def _type_lines(each: TypeCount, preview: Preview) -> Iterator[Line]:
    yield (
        (" / ".join(each.names), Style.STRONG),
        f"   {count(each.entries, 'entry', 'entries')} at ",
        unquoted(each.selector),
        f" → {count(each.objects, 'object')}",
    )
    width = max((len(_named(key, preview)) for key in each.filled), default=0)
    for key, number in each.filled.items():
        found = each.resolved.get(key)
        resolved = "" if found is None else f"   {found} found among these data"
        yield (_STEP, f"{_named(key, preview):<{width}}   {number:>8} filled{resolved}")
    for one in each.sample:
        yield from _object_lines(one, preview.attributes)
    yield ()


def _object_lines(one: MappedObject, attributes: Mapping[str, str]) -> Iterator[Line]:
    yield (_STEP, ("·", Style.QUIET), f" {object_identity(one)}")
    for name, text in contents(one, attributes):
        yield (_STEP * 2, f"{name} {text}")
    for fault in one.faults:
        name = attributes.get(fault.attribute, fault.attribute)
        yield (_STEP * 2, ("!", Style.STOP), f" {name}: {fault.text}")


def _named(key: str, preview: Preview) -> str:
    return shorten(preview.attributes.get(key, key))


def _examples(examples: tuple[str, ...]) -> tuple[Span, ...]:
    return ((f"for example {', '.join(map(shorten, examples))}", Style.QUIET),)
