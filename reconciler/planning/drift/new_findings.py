"""Which findings of a drift report are new: not reported by an earlier run (design.md#drift)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.canonical import digest
from reconciler.planning.drift.report import DriftReport, Finding, SourceDrift


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What a run saw of one source: a digest of each alarming difference, by address.

    `readable` is False if the source could not be read; then it holds what an earlier run saw,
    if anything.
    """

    differences: Mapping[Address, str]
    readable: bool = True


def sightings(
    report: DriftReport, earlier: Mapping[str, Sighting] | None = None
) -> dict[str, Sighting]:
    """Return, by source, what *report* saw; for unreadable sources what *earlier* saw."""
    return {s.source: _sighting(s, (earlier or {}).get(s.source)) for s in report.sources}


def since(report: DriftReport, earlier: Mapping[str, Sighting]) -> DriftReport:
    """Return *report* with everything that *earlier* saw unchanged marked as not new.

    A difference whose value or standing has changed since is new.
    """
    return replace(report, sources=tuple(_since(s, earlier.get(s.source)) for s in report.sources))


def afresh(report: DriftReport) -> DriftReport:
    """Return *report* as if no earlier run had reported any of it."""

    def of(source: SourceDrift) -> SourceDrift:
        findings = tuple(replace(f, news=True) for f in source.findings)
        return replace(source, findings=findings, settled=())

    return replace(report, sources=tuple(map(of, report.sources)))


def has_moved(report: DriftReport, earlier: Mapping[str, Sighting]) -> bool:
    """Return whether *report*, taken `since` *earlier*, tells anything that *earlier* did not.

    Settled differences count too, and sources that have become unreadable, or readable again.
    """
    return any(
        s.alarms or s.settled or (s.error is None) is not _was_readable(earlier.get(s.source))
        for s in report.sources
    )


def _was_readable(seen: Sighting | None) -> bool:
    return seen is None or seen.readable


def _since(source: SourceDrift, seen: Sighting | None) -> SourceDrift:
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


def _sighting(source: SourceDrift, before: Sighting | None) -> Sighting:
    if source.error is not None:
        return Sighting(differences=before.differences if before else {}, readable=False)
    return Sighting(differences={f.change.address: _digest(f) for f in _drifted(source)})


def _drifted(source: SourceDrift) -> Iterator[Finding]:
    return (f for f in source.findings if f.standing.alarms)


def _digest(finding: Finding) -> str:
    change = finding.change
    return digest([finding.standing, change.before, change.after])
