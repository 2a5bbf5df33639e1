"""Drift as one HTML page, with the look of the plan's and all that holds for it."""

from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.manifest.project_model import Acknowledgement
from reconciler.planning.drift import DriftReport, Standing
from reconciler.planning.plan import Kind
from reconciler.render.drift_words import closing
from reconciler.render.html import frame
from reconciler.render.html.drift_sections import Section, sections
from reconciler.render.html.frame import Choice, Figure, Filter
from reconciler.render.plan_symbols import KINDS

_STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.CONFLICT: ("in conflict with git", "odd"),
    Standing.DRIFT: ("drifted", "stop"),
    Standing.UNAPPLIED: ("not applied yet", "change"),
    Standing.ACKNOWLEDGED: ("acknowledged", "quiet"),
    Standing.RESIDUE: ("known, unchanged", "quiet"),
}
_STATES = {
    "drifted": "drifted",
    "unreadable": "could not be read",
    "unapplied": "not applied yet",
    "in-sync": "in sync",
}


def drift_html(report: DriftReport) -> str:
    """Return *report* as one HTML page; that of manifests in error shows the diagnostics."""
    told = sections(report)
    return frame.filled(
        "drift.html",
        title=f"Drift in {report.environment}" if report.environment else "Drift",
        verdict=_verdict(report),
        alerts=(alert for section in told for alert in section.alerts),
        diagnostics=report.diagnostics,
        environment=report.environment,
        shard=report.shard,
        created_at=report.created_at,
        figures=tuple(_figures(report, told)),
        kinds=tuple(_kinds(report)),
        filters=tuple(_filters(report, told)),
        acknowledgements=tuple(_to_look_at(report)),
        sections=[s for s in told if not s.is_calm],
        calm=[s for s in told if s.is_calm],
    )


def _verdict(report: DriftReport) -> frame.Verdict:
    tone = "stop" if report.alarms or report.errored else "add"
    return frame.Verdict(text=closing(report), tone=tone)


def _figures(report: DriftReport, told: tuple[Section, ...]) -> Iterator[Figure]:
    numbers = _numbers(report)
    for standing, (words, tone) in _STANDINGS.items():
        yield Figure(number=numbers[standing], words=words, tone=tone)
    unread = sum(s.view.drift.error is not None for s in told)
    yield Figure(
        number=unread, words="unreadable " + ("source" if unread == 1 else "sources"), tone="stop"
    )


def _kinds(report: DriftReport) -> Iterator[Figure]:
    numbers = Counter(
        f.change.kind for s in report.sources for f in s.findings if f.standing.alarms
    )
    for kind in Kind:
        if numbers[kind]:
            yield Figure(number=numbers[kind], words=f"of {KINDS[kind][1]}", tone="quiet")


def _filters(report: DriftReport, told: tuple[Section, ...]) -> Iterator[Filter]:
    standings = _numbers(report)
    states = Counter(s.view.mark.word for s in told)
    for name, legend, found in (
        (
            "standing",
            "Show differences",
            [(s, words, standings[s]) for s, (words, _) in _STANDINGS.items()],
        ),
        ("state", "Show sources", [(s, words, states[s]) for s, words in _STATES.items()]),
    ):
        choices = tuple(Choice(value=v, words=w, number=n) for v, w, n in found if n)
        if choices:
            yield Filter(name=name, legend=legend, choices=choices)


def _to_look_at(report: DriftReport) -> Iterator[tuple[Acknowledgement, str]]:
    for muting in report.to_look_at:
        said = (
            "expired: it mutes nothing any more" if muting.expired else "mutes nothing: take it out"
        )
        yield muting.acknowledgement, said


def _numbers(report: DriftReport) -> Counter[Standing]:
    return Counter(f.standing for s in report.sources for f in s.findings)
