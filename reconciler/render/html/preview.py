"""The preview of data under a mapping as one HTML page, in the style of the plan's page."""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.mapping.objects import MappedObject
from reconciler.mapping.preview import FindingCount, Preview, TypeCount
from reconciler.model.display import unquoted
from reconciler.outcome.command_results import PreviewResult
from reconciler.render.html import page
from reconciler.render.html.effects import type_effects
from reconciler.render.html.groups import PageGroup
from reconciler.render.html.page import MOST_OPEN, Alert, Choice, Figure, Filter
from reconciler.render.html.rows import PageRow, RowSubject
from reconciler.render.html.values import PLANNED, Shown
from reconciler.render.importance import Importance
from reconciler.render.plan.symbols import Mark
from reconciler.render.preview.words import (
    TOPICS,
    Topic,
    contents,
    object_identity,
    place,
    preview_verdict,
    sentence,
    where,
)
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import Style
from reconciler.render.word_diff import DiffPart, Token
from reconciler.value import Value

_LONGEST = 400
_QUIET = Mark(".", "nothing to remark", Style.QUIET)
_LOSSES = TOPICS[0]


class Filled(Value):
    """An attribute and the number of entries with a value; `resolved` counts found references."""

    name: str
    key: str
    number: int
    resolved: int | None


class Sample(Value):
    """One object: its external id and label, then its attributes' values, or their absence."""

    title: str
    lines: tuple[tuple[str, str], ...]


class PreviewSection(Value):
    """Everything about one object type, or about the data that belong to none."""

    number: int
    name: str
    mark: Mark
    opened: bool
    said: str
    groups: tuple[PageGroup, ...]
    alerts: tuple[Alert, ...]
    selector: str = ""
    filled: tuple[Filled, ...] = ()
    sample: tuple[Sample, ...] = ()


def sections(preview: Preview) -> tuple[PreviewSection, ...]:
    """Return the sections of all object types, then the section for the data as a whole."""
    about = {each.type: each for each in preview.types}
    keys: list[str | None] = list(about)
    if any(f.type not in about for f in preview.findings):
        keys.append(None)
    return tuple(
        _section(preview, about.get(key or ""), number) for number, key in enumerate(keys, 1)
    )


def _section(preview: Preview, each: TypeCount | None, number: int) -> PreviewSection:
    known = {one.type for one in preview.types}
    mine = [
        (at, found)
        for at, found in enumerate(preview.findings)
        if (found.type == each.type if each else found.type not in known)
    ]
    topics = [(topic, [(at, f) for at, f in mine if f.code in topic.findings]) for topic in TOPICS]
    grave = next((topic for topic, found in topics if found), None)
    text = (
        f"{count(each.entries, 'entry', 'entries')} → {count(each.objects, 'object')}"
        if each
        else "of no object type"
    )
    return PreviewSection(
        number=number,
        name=" / ".join(each.names) if each else "The data as a whole",
        mark=_mark(grave) if grave else _QUIET,
        opened=grave is not None and number <= MOST_OPEN,
        said=text,
        groups=tuple(
            PageGroup(
                title=topic.title,
                rows=tuple(_row(at, f, topic, preview) for at, f in found),
            )
            for topic, found in topics
            if found
        ),
        alerts=tuple(_alerts(topics, preview)),
        selector=unquoted(each.selector) if each else "",
        filled=tuple(_filled(each, preview.attributes)) if each else (),
        sample=tuple(_sample(one, preview.attributes) for one in each.sample) if each else (),
    )


def _mark(topic: Topic) -> Mark:
    return Mark(topic.symbol, topic.title, topic.style)


def _row(at: int, found: FindingCount, topic: Topic, preview: Preview) -> PageRow:
    attribute = found.attribute
    examples = tuple(Token(DiffPart.KEPT, shorten(each, _LONGEST)) for each in found.examples)
    return PageRow(
        anchor=f"finding-{at}",
        data={"topic": topic.code},
        mark=_mark(topic),
        subject=RowSubject(
            noun="attribute" if attribute is not None else "",
            name=preview.attributes.get(attribute, attribute) if attribute is not None else "",
            key=None,
            field=place(found, _LONGEST),
        ),
        shown=Shown(sides=PLANNED, items=examples),
        sentences=(sentence(found),),
    )


def _alerts(
    topics: Sequence[tuple[Topic, Sequence[tuple[int, FindingCount]]]], preview: Preview
) -> Iterator[Alert]:
    for topic, found in topics:
        if topic is _LOSSES:
            for at, each in found:
                yield Alert(
                    anchor=f"finding-{at}",
                    mark=_mark(topic),
                    source=where(each, preview),
                    text=sentence(each),
                    why=each.code,
                    importance=Importance.DATA_RISK,
                )


def _filled(each: TypeCount, attributes: Mapping[str, str]) -> Iterator[Filled]:
    for key, number in each.filled.items():
        yield Filled(
            name=attributes.get(key, key), key=key, number=number, resolved=each.resolved.get(key)
        )


def _sample(one: MappedObject, attributes: Mapping[str, str]) -> Sample:
    return Sample(
        title=object_identity(one),
        lines=(
            *contents(one, attributes),
            *((attributes.get(f.attribute, f.attribute), f"! {f.text}") for f in one.faults),
        ),
    )


def preview_html(result: PreviewResult) -> str:
    """Return *result* as one HTML page, which shows the diagnostics if the data have errors."""
    preview = result.preview
    found = sections(preview) if preview else ()
    return page.fill_page(
        "preview.html",
        title=f"{result.source} on {result.data}",
        verdict=_verdict(result),
        alerts=(alert for section in found for alert in section.alerts),
        diagnostics=result.diagnostics,
        told=result,
        figures=tuple(_figures(result)),
        filters=tuple(_filters(result)),
        effect=tuple(type_effects(result.effect)) if result.effect else None,
        assumptions=preview.assumptions if preview else (),
        sections=found,
    )


def _verdict(result: PreviewResult) -> page.PageVerdict:
    if result.errored or result.loses_objects:
        return page.PageVerdict(text=preview_verdict(result), tone="stop")
    found = result.preview is not None and bool(result.preview.findings)
    return page.PageVerdict(text=preview_verdict(result), tone="change" if found else "add")


def _figures(result: PreviewResult) -> Iterator[Figure]:
    if result.preview is None:
        return
    objects = sum(each.objects for each in result.preview.types)
    yield Figure(number=result.preview.entries, words="entries", tone="quiet")
    yield Figure(number=objects, words="objects", tone="quiet")
    for topic in TOPICS:
        yield Figure(number=len(topic.of(result.preview)), words=topic.noun, tone=topic.style.tone)


def _filters(result: PreviewResult) -> Iterator[Filter]:
    found = [(topic, len(topic.of(result.preview))) for topic in TOPICS] if result.preview else []
    choices = tuple(
        Choice(value=topic.code, words=topic.title, number=number)
        for topic, number in found
        if number
    )
    if choices:
        yield Filter(name="topic", legend="Show findings", choices=choices)
