"""Drift as Markdown, for issues and step summaries, in the style of plans."""

from collections.abc import Iterable, Iterator

from reconciler.planning.drift.report import DriftReport, Standing
from reconciler.render.drift.view import DriftRow, SourceDriftView, drift_views, rows_by_standing
from reconciler.render.drift.words import TITLES, closing, source_errors, to_do_about
from reconciler.render.markdown.findings import MarkdownSection, diagnostic_item
from reconciler.render.markdown.prose import SEPARATOR, code, length, length_as_block, prose
from reconciler.render.markdown.truncation import fit_into
from reconciler.render.shorten import count

_WHOLE = "`reconciler drift` prints all of it."


def drift_markdown(report: DriftReport, *, limit: int) -> str:
    """Return *report* in at most *limit* UTF-16 units; alarming drift comes first."""
    head = f"### {closing(report)}\n\nEnvironment {code(report.environment)}"
    room = limit - length(head) - len(SEPARATOR)
    # Errors leave at least half of the room to the sources.
    errors = fit_into(_errors(report), (), room // 2, _WHOLE)
    blocks = fit_into(_sections(report), (), room - sum(map(length_as_block, errors)), _WHOLE)
    return SEPARATOR.join((head, *errors, *blocks)) + "\n"


def _errors(report: DriftReport) -> tuple[MarkdownSection, ...]:
    items = tuple(map(diagnostic_item, source_errors(report)))
    return (MarkdownSection(title="Errors", items=items),) if items else ()


def _sections(report: DriftReport) -> tuple[MarkdownSection, ...]:
    views = drift_views(report)
    unread = (f"- {code(s.source)}: {prose(s.error)}" for s in report.sources if s.error)
    found = (
        ("Could not be read", unread),
        *(
            (TITLES[standing], _differences(row for _, row in rows))
            for standing, rows in rows_by_standing(views)
        ),
        ("What to do", _next_steps(views)),
        ("Settled since", _settled(report)),
        ("Drifted, as reported before", _reported_before(report)),
        ("Acknowledgements to look at", _acknowledgements(report)),
        ("Not drifted, but not applied yet", _unapplied(report)),
    )
    made = (MarkdownSection(title=title, items=tuple(items)) for title, items in found)
    return tuple(section for section in made if section.items)


def _differences(rows: Iterable[DriftRow]) -> Iterator[str]:
    for row in rows:
        rest = f"; {prose(row.rest)}" if row.rest else ""
        what = row.side or f"git {code(row.git)} · live {code(row.live)}"
        yield f"- {code(str(row.change.address))}: {what}{rest}"


def _next_steps(views: Iterable[SourceDriftView]) -> Iterator[str]:
    for view in views:
        if view.alarming:
            base = "no base is known, every difference counts; " if view.drift.base is None else ""
            back = f"undo in Assets with {code(view.back_to_git)}, " if view.back_to_git else ""
            keep = f"keep it in the manifest with {code(view.into_git)}"
            yield f"- {code(view.drift.source)}: {base}{back}{keep}"


def _settled(report: DriftReport) -> Iterator[str]:
    for source in report.sources:
        yield from (f"- {code(str(address))}" for address in source.settled)


def _reported_before(report: DriftReport) -> Iterator[str]:
    for source in report.sources:
        if source.reported_before:
            yield f"- {code(source.source)}: {count(source.reported_before, 'difference')}"


def _acknowledgements(report: DriftReport) -> Iterator[str]:
    for use in report.to_look_at:
        known = use.acknowledgement
        yield f"- {code(known.address)} ({code(known.owner)}): {to_do_about(use)}"


def _unapplied(report: DriftReport) -> Iterator[str]:
    for source in report.sources:
        if number := source.count(Standing.UNAPPLIED):
            yield f"- {code(source.source)}: {count(number, 'change')}"
