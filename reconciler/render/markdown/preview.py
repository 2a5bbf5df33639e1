"""The preview of data under a mapping as Markdown, in the style of plans and cut like them."""

from collections.abc import Iterator

from reconciler.diagnostics import in_reading_order
from reconciler.mapping.preview import Preview, TypeCount
from reconciler.model.display import unquoted
from reconciler.outcome.command_results import PreviewResult
from reconciler.render.importance import Importance, of_diagnostic
from reconciler.render.markdown.findings import (
    MarkdownSection,
    diagnostic_item,
    effect_items,
    found_item,
    lint_of,
    short_code,
)
from reconciler.render.markdown.prose import SEPARATOR, code, length, prose
from reconciler.render.markdown.truncation import fit_into
from reconciler.render.preview.words import TOPICS, preview_verdict, summary
from reconciler.render.shorten import count

_LOSSES, *_OTHERS = TOPICS
_WHOLE = "`reconciler preview` prints them all."


def preview_markdown(result: PreviewResult, *, limit: int) -> str:
    """Return *result* in at most *limit* UTF-16 units; losses of objects come first."""
    head = f"### {prose(preview_verdict(result))}\n\n{code(result.source)} on {code(result.data)}"
    if result.preview is not None:
        head += f": {summary(result.preview)}"
    sections = tuple(MarkdownSection(title=t, items=i) for t, i in _sections(result) if i)
    room = limit - length(head) - len(SEPARATOR)
    blocks = fit_into(sections, (), room, _WHOLE, lint_of(result.diagnostics))
    return SEPARATOR.join((head, *blocks)) + "\n"


def _sections(result: PreviewResult) -> Iterator[tuple[str, tuple[str, ...]]]:
    diagnostics = in_reading_order(result.diagnostics)
    others = (d for d in diagnostics if of_diagnostic(d) is not Importance.LINT)
    errors = ("Diagnostics", tuple(map(diagnostic_item, others)))
    preview = result.preview
    if preview is not None:
        yield from _of_preview(result, preview, errors)
    else:
        yield errors


def _of_preview(
    result: PreviewResult, preview: Preview, errors: tuple[str, tuple[str, ...]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield _LOSSES.title, tuple(found_item(f, preview) for f in _LOSSES.of(preview))
    yield errors
    if result.effect is not None:
        yield f"Effect against {prose(result.effect.against)}", tuple(effect_items(result.effect))
    for topic in _OTHERS:
        yield topic.title, tuple(found_item(f, preview) for f in topic.of(preview))
    yield "Object types", tuple(_type_item(each, preview) for each in preview.types)
    yield (
        "What this rests on, not documented",
        tuple(f"- {prose(a.text)} ({a.confidence})" for a in preview.assumptions),
    )


def _type_item(each: TypeCount, preview: Preview) -> str:
    filled = ", ".join(
        f"{short_code(preview.attributes.get(key, key))} {number}"
        for key, number in each.filled.items()
    )
    return (
        f"- {short_code(' / '.join(each.names))}: {count(each.entries, 'entry', 'entries')} at "
        f"{short_code(unquoted(each.selector))} → {count(each.objects, 'object')}"
        f"{f' · filled: {filled}' if filled else ''}"
    )
