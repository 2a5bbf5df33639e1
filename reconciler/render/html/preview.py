"""What data make by a mapping as one HTML page, with the look of the plan's."""

from collections.abc import Iterator

from reconciler.outcome.previewed import Previewed
from reconciler.render.html import frame
from reconciler.render.html.effects import told_types
from reconciler.render.html.frame import Choice, Figure, Filter
from reconciler.render.html.preview_sections import sections
from reconciler.render.preview_words import TOPICS, verdict


def preview_html(told: Previewed) -> str:
    """Return *told* as one HTML page; that of data in error shows the diagnostics."""
    preview = told.preview
    found = sections(preview) if preview else ()
    return frame.filled(
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


def _verdict(told: Previewed) -> frame.Verdict:
    if told.errored or told.loses_objects:
        return frame.Verdict(text=verdict(told), tone="stop")
    found = told.preview is not None and bool(told.preview.findings)
    return frame.Verdict(text=verdict(told), tone="change" if found else "add")


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
