"""Drift: changes made to live outside of git, from the changes of a plan (design.md#drift).

A plan says what differs and which side changed since the baseline; here that is classified as
alarming or not. Nothing is read and no verdict changes: apply knows nothing of it. Jobs that
run in parallel each take a stable shard of the sources.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from hashlib import sha256

from reconciler.diagnostics import Diagnostic
from reconciler.model.address import Address
from reconciler.model.address_glob import AddressGlob
from reconciler.model.policy import Acknowledgement
from reconciler.planning.change import LEFT_OPEN, Attribution, Change, Verdict
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.value import Value


class Shard(Value, kw_only=False):
    """Shard `index` (from 1) of `total`.

    A source's shard depends on its name and the total alone: every source is in one shard,
    whatever other sources there are.
    """

    index: int
    total: int

    def __str__(self) -> str:
        """Return its notation: `2/8`."""
        return f"{self.index}/{self.total}"

    @classmethod
    def of(cls, text: str) -> "Shard":
        """Return the shard with the notation *text*."""
        index, _, total = text.partition("/")
        return cls(int(index), int(total))

    def has(self, source: str) -> bool:
        """Return whether *source* belongs to this shard."""
        number = int.from_bytes(sha256(source.encode()).digest()[:8])
        return number % self.total == self.index - 1


class Standing(StrEnum):
    """The classification of a difference for a drift job."""

    DRIFT = "drift"
    CONFLICT = "conflict"
    # The manifest changed and was not applied: plans are for that, it is no drift.
    UNAPPLIED = "unapplied"
    # It differed when the source was last applied, and cannot be sent: nothing new.
    RESIDUE = "residue"
    ACKNOWLEDGED = "acknowledged"

    @property
    def alarms(self) -> bool:
        """Whether it makes the exit code 2."""
        return self in {Standing.DRIFT, Standing.CONFLICT}


class DriftFinding(Value):
    """One classified difference; `acknowledged_by` is the owner of the acknowledgement, or None.

    `news` is False if an earlier run has reported it (`--since`).
    """

    change: Change
    standing: Standing
    acknowledged_by: str | None = None
    news: bool = True

    @property
    def alarms(self) -> bool:
        """Whether somebody should look at it now."""
        return self.standing.alarms and self.news


class SourceDrift(Value):
    """One source: its differences; `base` names the baseline that they are attributed against.

    `error` is why it could not be read, None if it was. `settled` are the addresses of
    differences that an earlier run reported and that are gone.
    """

    source: str
    base: str | None = None
    file: str | None = None
    findings: tuple[DriftFinding, ...] = ()
    settled: tuple[Address, ...] = ()
    error: str | None = None

    @property
    def drifted(self) -> bool:
        """Whether live was changed outside of git, reported before or not."""
        return any(f.standing.alarms for f in self.findings)

    @property
    def alarms(self) -> bool:
        """Whether somebody should look now."""
        return any(f.alarms for f in self.findings)

    @property
    def reported_before(self) -> int:
        """How many differences would alarm, had an earlier run not reported them."""
        return sum(f.standing.alarms and not f.news for f in self.findings)

    def count(self, *standings: Standing) -> int:
        """Return how many differences have one of *standings*."""
        return sum(f.standing in standings for f in self.findings)


class AcknowledgementUse(Value):
    """An acknowledgement, and how many differences it muted; expired ones mute none."""

    acknowledgement: Acknowledgement
    muted: int
    expired: bool


class DriftReport(Value):
    """All sources of a run, sorted by name, and the use of each acknowledgement.

    `errored` is whether a source could not be read, or the manifests are in error.
    `created_at` is UTC in ISO 8601, and `seconds` how long the run took. `shard` is the shard of
    the sources that it covers, None for all; `selected` is whether the command line
    selected some of the sources, so that there may be others.
    """

    environment: str
    sources: tuple[SourceDrift, ...]
    created_at: str
    seconds: float = 0.0
    shard: Shard | None = None
    selected: bool = False
    acknowledgements: tuple[AcknowledgementUse, ...] = ()
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
    def to_look_at(self) -> tuple[AcknowledgementUse, ...]:
        """The acknowledgements that have expired, and those that are no longer needed.

        Those of sources that were not read are unknown, and not included.
        """
        judged = {s.source for s in self.sources if s.error is None}
        is_whole = not (self.errored or self.selected or self.shard)
        return tuple(
            m
            for m in self.acknowledgements
            if m.expired
            or (not m.muted and (is_whole or _glob(m.acknowledgement.address).source in judged))
        )

    def acknowledgement_of(self, finding: DriftFinding) -> Acknowledgement | None:
        """Return the acknowledgement that muted *finding*, None if the report has it no more."""
        return next(
            (
                use.acknowledgement
                for use in self.acknowledgements
                if use.muted
                and use.acknowledgement.owner == finding.acknowledged_by
                and _is_for(use.acknowledgement, finding.change)
            ),
            None,
        )


@cache
def _glob(address: str) -> AddressGlob:
    return AddressGlob.of(address)


def _is_for(acknowledgement: Acknowledgement, change: Change) -> bool:
    """Return whether *acknowledgement* names *change*, and its value if it names one."""
    is_value = acknowledgement.value in ((), (change.before,))
    return is_value and _glob(acknowledgement.address).matches(change.address)


@dataclass(kw_only=True, slots=True)
class _Rule:
    """One active acknowledgement."""

    acknowledgement: Acknowledgement
    expired: bool
    muted: int = field(default=0)

    def mutes(self, change: Change) -> bool:
        return not self.expired and _is_for(self.acknowledgement, change)


def drift_of(
    plan: Plan,
    acknowledgements: Sequence[Acknowledgement],
    *,
    today: date,
    unread: Iterable[tuple[str, str]] = (),
) -> DriftReport:
    """Return the drift according to *plan*; *unread* are the errors of unreadable sources.

    *today* is the day in UTC. An acknowledgement is valid until the end of its last day, for the
    value that it names; the first that matches a difference counts.
    """
    rules = [_Rule(acknowledgement=a, expired=a.expires < today) for a in acknowledgements]
    read = [_source(planned, rules) for planned in plan.sources]
    failed = [SourceDrift(source=name, error=error) for name, error in unread]
    return DriftReport(
        environment=plan.environment,
        sources=tuple(sorted((*read, *failed), key=lambda s: s.source)),
        created_at=plan.created_at,
        acknowledgements=tuple(
            AcknowledgementUse(acknowledgement=r.acknowledgement, muted=r.muted, expired=r.expired)
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
        # It is unknown whether parts that live does not show have drifted.
        findings=tuple(
            _finding(c, rules) for c in planned.changes if c.verdict is not Verdict.WRITE_ONLY
        ),
    )


def _finding(change: Change, rules: Sequence[_Rule]) -> DriftFinding:
    standing = _standing(change)
    if standing.alarms and (rule := next((r for r in rules if r.mutes(change)), None)):
        rule.muted += 1
        owner = rule.acknowledgement.owner
        return DriftFinding(change=change, standing=Standing.ACKNOWLEDGED, acknowledged_by=owner)
    return DriftFinding(change=change, standing=standing)


def _standing(change: Change) -> Standing:
    if change.is_hidden and change.attribution is None:
        return Standing.RESIDUE  # only what was sent is known of it: live has not moved
    match change.attribution:
        case None | Attribution.DRIFT:
            # Without a baseline every difference counts (design.md#drift).
            return Standing.DRIFT
        case Attribution.CONFLICT:
            return Standing.CONFLICT
        case Attribution.UNAPPLIED:
            known = change.stood is not False and change.verdict in LEFT_OPEN
            return Standing.RESIDUE if known else Standing.UNAPPLIED
