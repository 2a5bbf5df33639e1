"""Which findings of a drift report are new: not reported by an earlier run (design.md#drift)."""

from collections.abc import Iterator, Mapping

from reconciler.model.address import Address
from reconciler.model.canonical import digest
from reconciler.planning.drift.report import DriftFinding, DriftReport, SourceDrift
from reconciler.value import Value, replace


class DriftSeen(Value):
    """What a run saw of one source: a digest of each alarming difference, by address.

    `readable` is False if the source could not be read; then it holds what an earlier run saw,
    if anything.
    """

    differences: Mapping[Address, str]
    readable: bool = True


def drift_seen(
    report: DriftReport, earlier: Mapping[str, DriftSeen] | None = None
) -> dict[str, DriftSeen]:
    """Return, by source, what *report* saw; for unreadable sources what *earlier* saw."""
    return {s.source: _seen_of(s, (earlier or {}).get(s.source)) for s in report.sources}


def without_known(report: DriftReport, earlier: Mapping[str, DriftSeen]) -> DriftReport:
    """Return *report* with everything that *earlier* saw unchanged marked as not new.

    A difference whose value or standing has changed since is new.
    """
    return replace(
        report, sources=tuple(_without_known(s, earlier.get(s.source)) for s in report.sources)
    )


def all_as_new(report: DriftReport) -> DriftReport:
    """Return *report* as if no earlier run had reported any of it."""

    def of(source: SourceDrift) -> SourceDrift:
        findings = tuple(replace(f, news=True) for f in source.findings)
        return replace(source, findings=findings, settled=())

    return replace(report, sources=tuple(map(of, report.sources)))


def has_new_drift(report: DriftReport, earlier: Mapping[str, DriftSeen]) -> bool:
    """Return whether *report* holds anything that *earlier* did not.

    Settled differences count too, and sources that have become unreadable, or readable again.
    """
    return any(
        s.alarms or s.settled or (s.error is None) is not _was_readable(earlier.get(s.source))
        for s in report.sources
    )


def _was_readable(seen: DriftSeen | None) -> bool:
    return seen is None or seen.readable


def _without_known(source: SourceDrift, seen: DriftSeen | None) -> SourceDrift:
    if seen is None or source.error is not None:
        return source
    known = seen.differences
    now = {f.change.address for f in _drifted(source)}
    return replace(
        source,
        findings=tuple(
            replace(f, news=known.get(f.change.address) != _digest(f)) for f in source.findings
        ),
        settled=tuple(sorted(known.keys() - now)),
    )


def _seen_of(source: SourceDrift, before: DriftSeen | None) -> DriftSeen:
    if source.error is not None:
        return DriftSeen(differences=before.differences if before else {}, readable=False)
    return DriftSeen(differences={f.change.address: _digest(f) for f in _drifted(source)})


def _drifted(source: SourceDrift) -> Iterator[DriftFinding]:
    return (f for f in source.findings if f.standing.alarms)


def _digest(finding: DriftFinding) -> str:
    change = finding.change
    return digest([finding.standing, change.before, change.after])
