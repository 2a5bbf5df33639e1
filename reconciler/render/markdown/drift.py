"""Drift as Markdown, for issues and step summaries: with the look of plans."""

from collections.abc import Iterator

from reconciler.planning.drift.report import DriftReport, Finding, SourceDrift, Standing
from reconciler.render.drift.words import (
    ALARMING,
    TITLES,
    back_to_git,
    by_hand,
    closing,
    faults,
    into_git,
    on_one_side,
)
from reconciler.render.markdown.findings import Section, diagnostic_item
from reconciler.render.markdown.prose import SEPARATOR, code, length, placed, prose
from reconciler.render.markdown.truncation import fitted
from reconciler.render.shorten import count, value

_WHOLE = "`reconciler drift` prints all of it."


def drift_markdown(report: DriftReport, *, limit: int) -> str:
    """Return *report* in at most *limit* UTF-16 units, what alarms first."""
    head = f"### {closing(report)}\n\nEnvironment {code(report.environment)}"
    room = limit - length(head) - len(SEPARATOR)
    # Errors leave the sources half of the room at least.
    errors = fitted(_errors(report), (), room // 2, _WHOLE)
    blocks = fitted(_sections(report), (), room - sum(map(placed, errors)), _WHOLE)
    return SEPARATOR.join((head, *errors, *blocks)) + "\n"


def _errors(report: DriftReport) -> tuple[Section, ...]:
    items = tuple(map(diagnostic_item, faults(report)))
    return (Section(title="Errors", items=items),) if items else ()


def _sections(report: DriftReport) -> tuple[Section, ...]:
    unread = (f"- {code(s.source)}: {prose(s.error)}" for s in report.sources if s.error)
    found = (
        ("Could not be read", unread),
        *((TITLES[standing], _differences(report, standing)) for standing in ALARMING),
        ("What to do", _deeds(report)),
        ("Settled since", _settled(report)),
        ("Drifted, as told before", _told_before(report)),
        ("Acknowledgements to look at", _mutings(report)),
        ("Not drifted, but not applied yet", _unapplied(report)),
    )
    made = (Section(title=title, items=tuple(items)) for title, items in found)
    return tuple(section for section in made if section.items)


def _differences(report: DriftReport, standing: Standing) -> Iterator[str]:
    for source in report.sources:
        for finding in source.findings:
            if finding.standing is standing and finding.news:
                said = "; ".join(filter(None, (_what(finding), _rest(finding))))
                yield f"- {code(str(finding.change.address))}: {said}"


def _what(finding: Finding) -> str:
    change = finding.change
    if change.field is None:
        return on_one_side(finding)
    return f"git {code(value(change.after))} · live {code(value(change.before))}"


def _rest(finding: Finding) -> str | None:
    said = by_hand(finding)
    return None if said is None else prose(said)


def _deeds(report: DriftReport) -> Iterator[str]:
    for source in filter(_alarms, report.sources):
        asked = report.environment, source
        base = "no base is known, every difference counts; " if source.base is None else ""
        yield (
            f"- {code(source.source)}: {base}back to git with {code(back_to_git(*asked))}, "
            f"into git with {code(into_git(*asked))}"
        )


def _settled(report: DriftReport) -> Iterator[str]:
    for source in report.sources:
        yield from (f"- {code(str(address))}" for address in source.settled)


def _told_before(report: DriftReport) -> Iterator[str]:
    for source in report.sources:
        if source.told_before:
            yield f"- {code(source.source)}: {count(source.told_before, 'difference')}"


def _alarms(source: SourceDrift) -> bool:
    return source.alarms


def _mutings(report: DriftReport) -> Iterator[str]:
    for muting in report.to_look_at:
        known = muting.acknowledgement
        said = f"expired on {known.expires}" if muting.expired else "mutes nothing"
        yield f"- {code(known.address)} ({code(known.owner)}): {said}"


def _unapplied(report: DriftReport) -> Iterator[str]:
    for source in report.sources:
        if number := source.count(Standing.UNAPPLIED):
            yield f"- {code(source.source)}: {count(number, 'change')}"
