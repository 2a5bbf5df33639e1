"""What data make by a mapping as one HTML page, with the look of the plan's.

An object type as the page of a preview tells it: findings, filled attributes, samples.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.mapping.objects import MappedObject
from reconciler.mapping.preview import Found, Preview, TypeCount
from reconciler.outcome.command_results import Previewed
from reconciler.render.html import page
from reconciler.render.html.effects import told_types
from reconciler.render.html.groups import Group
from reconciler.render.html.page import MOST_OPEN, Alert, Choice, Figure, Filter
from reconciler.render.html.rows import Row, Subject
from reconciler.render.html.values import PLANNED, Shown
from reconciler.render.plan.symbols import Mark
from reconciler.render.preview.words import (
    TOPICS,
    Topic,
    contents,
    identity,
    sentence,
    verdict,
    where,
)
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import Style
from reconciler.render.word_diff import Part, Token

_LONGEST = 400
_QUIET = Mark(".", "nothing to remark", Style.QUIET)
_LOSSES = TOPICS[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """An attribute, and how many entries have a value; `resolved` counts references that find."""

    name: str
    key: str
    number: int
    resolved: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One object: its external id and label, then what its attributes hold, or lack."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Everything about one object type, or about what belongs to none."""

    number: int
    name: str
    mark: Mark
    opened: bool
    said: str
    groups: tuple[Group, ...]
    alerts: tuple[Alert, ...]
    selector: str = ""
    filled: tuple[Filled, ...] = ()
    sample: tuple[Sample, ...] = ()


def sections(preview: Preview) -> tuple[Section, ...]:
    """Return the sections of all object types, the one for the data as a whole last."""
    about = {each.type: each for each in preview.types}
    keys: list[str | None] = list(about)
    if any(f.type not in about for f in preview.findings):
        keys.append(None)
    return tuple(
        _section(preview, about.get(key or ""), number) for number, key in enumerate(keys, 1)
    )


def _section(preview: Preview, each: TypeCount | None, number: int) -> Section:
    known = {one.type for one in preview.types}
    mine = [
        (at, found)
        for at, found in enumerate(preview.findings)
        if (found.type == each.type if each else found.type not in known)
    ]
    topics = [(topic, [(at, f) for at, f in mine if f.code in topic.findings]) for topic in TOPICS]
    grave = next((topic for topic, found in topics if found), None)
    said = (
        f"{count(each.entries, 'entry', 'entries')} → {count(each.objects, 'object')}"
        if each
        else "of no object type"
    )
    return Section(
        number=number,
        name=" / ".join(each.names) if each else "The data as a whole",
        mark=_mark(grave) if grave else _QUIET,
        opened=grave is not None and number <= MOST_OPEN,
        said=said,
        groups=tuple(
            Group(
                title=topic.title,
                rows=tuple(_row(at, f, topic, preview) for at, f in found),
            )
            for topic, found in topics
            if found
        ),
        alerts=tuple(_alerts(topics, preview)),
        selector=each.selector if each else "",
        filled=tuple(_filled(each, preview.attributes)) if each else (),
        sample=tuple(_sample(one, preview.attributes) for one in each.sample) if each else (),
    )


def _mark(topic: Topic) -> Mark:
    return Mark(topic.symbol, topic.title, topic.style)


def _row(at: int, found: Found, topic: Topic, preview: Preview) -> Row:
    attribute = found.attribute
    examples = tuple(Token(Part.KEPT, shorten(each, _LONGEST)) for each in found.examples)
    return Row(
        anchor=f"finding-{at}",
        data={"topic": topic.code},
        mark=_mark(topic),
        subject=Subject(
            noun="attribute" if attribute is not None else "",
            name=preview.attributes.get(attribute, attribute) if attribute is not None else "",
            key=None,
            field=shorten(found.place, _LONGEST) if found.place is not None else None,
        ),
        shown=Shown(sides=PLANNED, items=examples),
        sentences=(sentence(found),),
    )


def _alerts(
    topics: Sequence[tuple[Topic, Sequence[tuple[int, Found]]]], preview: Preview
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
                    rank=0,
                )


def _filled(each: TypeCount, attributes: Mapping[str, str]) -> Iterator[Filled]:
    for key, number in each.filled.items():
        yield Filled(
            name=attributes.get(key, key), key=key, number=number, resolved=each.resolved.get(key)
        )


def _sample(one: MappedObject, attributes: Mapping[str, str]) -> Sample:
    return Sample(
        title=identity(one),
        lines=(
            *contents(one, attributes),
            *((attributes.get(f.attribute, f.attribute), f"! {f.text}") for f in one.faults),
        ),
    )


def preview_html(told: Previewed) -> str:
    """Return *told* as one HTML page; that of data in error shows the diagnostics."""
    preview = told.preview
    found = sections(preview) if preview else ()
    return page.filled(
        "preview.html",
        title=f"{told.source} on {told.data}",
        verdict=_verdict(told),
        alerts=(alert for section in found for alert in section.alerts),
        diagnostics=told.diagnostics,
        told=told,
        figures=tuple(_figures(told)),
        filters=tuple(_filters(told)),
        effect=tuple(told_types(told.effect)) if told.effect else None,
        assumptions=preview.assumptions if preview else (),
        sections=found,
    )


def _verdict(told: Previewed) -> page.Verdict:
    if told.errored or told.loses_objects:
        return page.Verdict(text=verdict(told), tone="stop")
    found = told.preview is not None and bool(told.preview.findings)
    return page.Verdict(text=verdict(told), tone="change" if found else "add")


def _figures(told: Previewed) -> Iterator[Figure]:
    if told.preview is None:
        return
    objects = sum(each.objects for each in told.preview.types)
    yield Figure(number=told.preview.entries, words="entries", tone="quiet")
    yield Figure(number=objects, words="objects", tone="quiet")
    for topic in TOPICS:
        yield Figure(number=len(topic.of(told.preview)), words=topic.noun, tone=topic.style.tone)


def _filters(told: Previewed) -> Iterator[Filter]:
    found = [(topic, len(topic.of(told.preview))) for topic in TOPICS] if told.preview else []
    choices = tuple(
        Choice(value=topic.code, words=topic.title, number=number)
        for topic, number in found
        if number
    )
    if choices:
        yield Filter(name="topic", legend="Show findings", choices=choices)
