"""What changed in live behind git's back: the changes of a plan, judged as drift (design.md#drift).

A plan says what differs and who moved since the base; here that becomes what is worth an
alarm. Nothing is read and nothing decided anew: apply does not know any of it.

A stable share of the sources, for drift jobs that run side by side (design.md#drift).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256

from reconciler.diagnostics import Diagnostic
from reconciler.model.address import Address, AddressGlob
from reconciler.model.policy import Acknowledgement
from reconciler.planning.plan import LEFT_OPEN, Attribution, Change, Plan, SourcePlan, Verdict


@dataclass(frozen=True, slots=True)
class Shard:
    """The share `index` (from 1) of `total`.

    A source's share depends on its name and the total alone: every source is in one
    share, whatever others there are.
    """

    index: int
    total: int

    def __str__(self) -> str:
        """Return it as it is written: `2/8`."""
        return f"{self.index}/{self.total}"

    @classmethod
    def of(cls, text: str) -> "Shard":
        """Return the share that is written as *text*."""
        index, _, total = text.partition("/")
        return cls(int(index), int(total))

    def has(self, source: str) -> bool:
        """Return whether *source* belongs to this share."""
        number = int.from_bytes(sha256(source.encode()).digest()[:8])
        return number % self.total == self.index - 1


class Standing(StrEnum):
    """What a difference is to a drift job."""

    DRIFT = "drift"
    CONFLICT = "conflict"
    # The manifest moved and was not applied: what plans are for, and no drift.
    UNAPPLIED = "unapplied"
    # It differed when the source was last applied, and cannot be sent: no news.
    RESIDUE = "residue"
    ACKNOWLEDGED = "acknowledged"

    @property
    def alarms(self) -> bool:
        """Whether it makes the exit code 2."""
        return self in {Standing.DRIFT, Standing.CONFLICT}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One difference and what it is; `acknowledged_by` is who answers for it, None for nobody.

    `news` is False for what an earlier run told already (`--since`).
    """

    change: Change
    standing: Standing
    acknowledged_by: str | None = None
    news: bool = True

    @property
    def alarms(self) -> bool:
        """Whether somebody should look at it now."""
        return self.standing.alarms and self.news


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceDrift:
    """One source: its differences; `base` names what they are attributed against.

    `error` is why it could not be read, None where it was. `settled` are the addresses of
    what an earlier run told and what is no more.
    """

    source: str
    base: str | None = None
    file: str | None = None
    findings: tuple[Finding, ...] = ()
    settled: tuple[Address, ...] = ()
    error: str | None = None

    @property
    def drifted(self) -> bool:
        """Whether live moved behind git's back, told already or not."""
        return any(f.standing.alarms for f in self.findings)

    @property
    def alarms(self) -> bool:
        """Whether somebody should look now."""
        return any(f.alarms for f in self.findings)

    @property
    def told_before(self) -> int:
        """How many differences would alarm, had an earlier run not told them."""
        return sum(f.standing.alarms and not f.news for f in self.findings)

    def count(self, *standings: Standing) -> int:
        """Return how many differences are one of *standings*."""
        return sum(f.standing in standings for f in self.findings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Muting:
    """An acknowledgement, and how many differences it kept quiet; expired ones keep none."""

    acknowledgement: Acknowledgement
    muted: int
    expired: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DriftReport:
    """All sources of a run, in the order of their names, and what became of each acknowledgement.

    `errored` is whether a source could not be read, or the manifests are in error.
    `created_at` is UTC in ISO 8601, and `seconds` how long the run took. `shard` is the
    share of the sources that it is about, None for all that were asked for; `selected` is
    whether those were named, so that there may be others.
    """

    environment: str
    sources: tuple[SourceDrift, ...]
    created_at: str
    seconds: float = 0.0
    shard: Shard | None = None
    selected: bool = False
    mutings: tuple[Muting, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    errored: bool = False

    @property
    def drifted(self) -> bool:
        """Whether a source has drifted."""
        return any(s.drifted for s in self.sources)

    @property
    def alarms(self) -> bool:
        """Whether somebody should look now."""
        return any(s.alarms for s in self.sources)

    @property
    def to_look_at(self) -> tuple[Muting, ...]:
        """The acknowledgements that have expired, and those that nothing needs any more.

        Of what was not judged nobody knows whether it needs one.
        """
        judged = {s.source for s in self.sources if s.error is None}
        is_whole = not (self.errored or self.selected or self.shard)
        return tuple(
            m
            for m in self.mutings
            if m.expired
            or (not m.muted and (is_whole or _glob(m.acknowledgement).source in judged))
        )


def _glob(acknowledgement: Acknowledgement) -> AddressGlob:
    return AddressGlob.of(acknowledgement.address)


@dataclass(kw_only=True, slots=True)
class _Rule:
    """One acknowledgement at work."""

    acknowledgement: Acknowledgement
    glob: AddressGlob
    expired: bool
    muted: int = field(default=0)

    def mutes(self, change: Change) -> bool:
        wanted = self.acknowledgement.value
        if self.expired or (wanted and wanted != (change.before,)):
            return False
        return self.glob.matches(change.address)


def drift_of(
    plan: Plan,
    acknowledgements: Sequence[Acknowledgement],
    *,
    today: date,
    unread: Iterable[tuple[str, str]] = (),
) -> DriftReport:
    """Return what drifted by *plan*; *unread* are sources that could not be read, and why.

    *today* is the day in UTC. An acknowledgement holds to the end of its last day, for the
    value that it names; the first that matches a difference has it.
    """
    rules = [
        _Rule(acknowledgement=a, glob=_glob(a), expired=a.expires < today) for a in acknowledgements
    ]
    read = [_source(planned, rules) for planned in plan.sources]
    failed = [SourceDrift(source=name, error=error) for name, error in unread]
    return DriftReport(
        environment=plan.environment,
        sources=tuple(sorted((*read, *failed), key=lambda s: s.source)),
        created_at=plan.created_at,
        mutings=tuple(
            Muting(acknowledgement=r.acknowledgement, muted=r.muted, expired=r.expired)
            for r in rules
        ),
        diagnostics=plan.diagnostics,
        errored=plan.errored or bool(failed),
    )


def _source(planned: SourcePlan, rules: Sequence[_Rule]) -> SourceDrift:
    return SourceDrift(
        source=planned.source,
        base=planned.base,
        file=planned.file,
        # Of what live does not show nobody knows whether it drifted.
        findings=tuple(
            _finding(c, rules) for c in planned.changes if c.verdict is not Verdict.WRITE_ONLY
        ),
    )


def _finding(change: Change, rules: Sequence[_Rule]) -> Finding:
    standing = _standing(change)
    if standing.alarms and (rule := next((r for r in rules if r.mutes(change)), None)):
        rule.muted += 1
        owner = rule.acknowledgement.owner
        return Finding(change=change, standing=Standing.ACKNOWLEDGED, acknowledged_by=owner)
    return Finding(change=change, standing=standing)


def _standing(change: Change) -> Standing:
    match change.attribution:
        case None | Attribution.DRIFT:
            # Without a base every difference counts (design.md#drift).
            return Standing.DRIFT
        case Attribution.CONFLICT:
            return Standing.CONFLICT
        case Attribution.UNAPPLIED:
            return Standing.RESIDUE if change.verdict in LEFT_OPEN else Standing.UNAPPLIED
