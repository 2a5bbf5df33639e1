"""Guards on what a plan may send: policy.maxChanges, maxChangePercent, maxRisk, and losses.

They apply to each source, and to all sources of the plan together. A guard that trips blocks
the sources concerned, and reports number, share, limit and the flag that overrides it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from math import ceil
from typing import Any

from reconciler.command_line import accepting
from reconciler.model.address import Address
from reconciler.model.display import count
from reconciler.model.document import Document, walk_types
from reconciler.model.fields import WRITE_ONLY_FIELDS
from reconciler.model.policy import Policy, Risk
from reconciler.model.wire import read_document
from reconciler.planning.change import Change, Kind, Verdict
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.last_sent import hidden_values
from reconciler.planning.plan import Action, Convergence, SourcePlan
from reconciler.planning.reasons import ReasonCode
from reconciler.value import Value, replace

# A percentage of fewer elements than this is meaningless.
FEWEST_ELEMENTS = 10
_RISKS = tuple(Risk)
_OF_SCHEMA = (Kind.OBJECT_TYPE, Kind.ATTRIBUTE)


class _Trip(Value):
    """A guard that tripped: the reason's code, and its sentence."""

    code: ReasonCode
    text: str


class Volume(Value):
    """How much an operation sends, and the size of what it changes."""

    changes: int = 0
    elements: int = 0
    creates: int = 0

    def __add__(self, other: "Volume") -> "Volume":
        """Return the sum of both."""
        return Volume(
            changes=self.changes + other.changes,
            elements=self.elements + other.elements,
            creates=self.creates + other.creates,
        )

    @property
    def share(self) -> float | None:
        """The changes of live elements in percent, None if there are too few elements."""
        if self.elements < FEWEST_ELEMENTS:
            return None
        return 100 * (self.changes - self.creates) / self.elements

    def __str__(self) -> str:
        """Return number and share as the beginning of a sentence."""
        sent = f"{count(self.changes, 'change')} would be sent"
        if not self.elements or self.changes == self.creates:
            return sent
        part = 100 * (self.changes - self.creates) / self.elements
        return f"{sent}, {part:.0f} % of {count(self.elements, 'live element')}"


def elements_of(live: Document | None) -> int:
    """Return the number of elements in *live*: types, attributes, mappings, attribute mappings."""
    if live is None:
        return 0
    types = [t for t, _ in walk_types(live.object_types)]
    elements = len(types) + sum(len(t.attributes) for t in types)  # live has no system `Key`
    return elements + len(live.mappings) + sum(len(m.attributes) for m in live.mappings)


class Guarded(Value):
    """A source's plan and how much it sends, with the guards that its own operation trips."""

    plan: SourcePlan
    volume: Volume
    trips: tuple[_Trip, ...] = ()

    @property
    def sends(self) -> bool:
        """Whether anything is sent for it, as far as its own plan decides."""
        return self.plan.sends and not self.trips


def guarded(plan: SourcePlan, live: Document | None, options: PlanOptions) -> Guarded:
    """Return *plan*, which was made against *live*, with the guards that it trips by itself."""
    volume, policy = _volume(plan, live), options.policy
    trips = (
        *_unaccepted(plan, options.accept_loss),
        *_tripped(volume, policy),
        *_risky(plan, policy),
    )
    return Guarded(plan=plan, volume=volume, trips=trips if plan.sends else ())


def tripped_together(plans: Sequence[Guarded], policy: Policy) -> tuple[_Trip, ...]:
    """Return the guards that all that *plans* would send trips together."""
    sending = [each.volume for each in plans if each.plan.sends]
    if len(sending) < 2:  # noqa: PLR2004 - for a single source it would be the same
        return ()
    all_live = sum(each.volume.elements for each in plans)
    together = replace(sum(sending, Volume()), elements=all_live)
    return tuple(
        replace(trip, text=f"in all sources together {trip.text}")
        for trip in _tripped(together, policy)
    )


def stopped_by_guards(plans: Sequence[Guarded], of_all: Sequence[_Trip]) -> tuple[SourcePlan, ...]:
    """Return *plans*, those blocked that a guard stops: one of their own, or *of_all*."""
    return tuple(
        _blocked(each.plan, [*each.trips, *of_all]) if each.plan.sends else each.plan
        for each in plans
    )


def _volume(plan: SourcePlan, live: Document | None) -> Volume:
    sent = sum(c.verdict.takes_effect for c in plan.changes)
    return Volume(
        changes=sent,
        elements=elements_of(live),
        creates=sent if plan.action is Action.CREATE else 0,
    )


def _tripped(volume: Volume, policy: Policy) -> Iterator[_Trip]:
    most, percent = policy.max_changes, policy.max_change_percent
    if most is not None and volume.changes > most:
        yield _Trip(
            code=ReasonCode.TOO_MANY_CHANGES,
            text=f"{volume}, and policy.maxChanges is {most}; "
            f"override with --max-changes {volume.changes}",
        )
    if percent is not None and volume.share is not None and volume.share > percent:
        yield _Trip(
            code=ReasonCode.TOO_MANY_CHANGES,
            text=f"{volume}, and policy.maxChangePercent is {percent:g}; "
            f"override with --max-change-percent {ceil(volume.share)}",
        )


def _risky(plan: SourcePlan, policy: Policy) -> Iterator[_Trip]:
    most = policy.max_risk
    if most is None:
        return
    above = [c for c in plan.changes if _RISKS.index(c.risk) > _RISKS.index(most)]
    if above:
        worst = max((c.risk for c in above), key=_RISKS.index)
        codes = ", ".join(sorted({c.risk_code for c in above if c.risk_code}))
        changes = count(len(above), "change has", "changes have")
        yield _Trip(
            code=ReasonCode.TOO_MUCH_RISK,
            text=f"{changes} more risk ({codes}) than policy.maxRisk, {most}, allows; "
            f"override with --max-risk {worst}",
        )


def _unaccepted(plan: SourcePlan, accepted: Mapping[str, int]) -> Iterator[_Trip]:
    for each in plan.schema_operations:
        lost, said = each.loses.total, accepted.get(str(each.address))
        if lost and said != lost:
            instead = "" if said is None else f", and {said:,} accepted"
            yield _Trip(
                code=ReasonCode.LOSS_NOT_ACCEPTED,
                text=f"{each.loses.text} would be lost with {each.object.text}{instead}; "
                f"accept that with {accepting(str(each.address), lost)}",
            )


class SentBefore:
    """What the operations before a source's on its object schema send, and which source does."""

    def __init__(self) -> None:
        """Begin with no operation."""
        self._addresses: dict[str, str] = {}
        self._hidden: dict[str, tuple[Any, str]] = {}

    def add(self, plan: SourcePlan) -> None:
        """Add what *plan* sends."""
        self._addresses |= {_within(plan, c.address): plan.source for c in _of_schema(plan)}
        self._hidden |= {what: (value, plan.source) for what, value in _hidden(plan)}

    def conflicting(self, plan: SourcePlan) -> SourcePlan:
        """Return *plan*, blocked if it sends otherwise what is sent before it, or would have to.

        What cannot be changed back is no fault of its own.
        """
        if plan.action is Action.NO_OP:
            return plan
        for other, what in chain(self._changed(plan), self._hidden_otherwise(plan)):
            text = f"{other} defines {what} differently, and both would send it"
            return _blocked(plan, [_Trip(code=ReasonCode.CONFLICTING_DEFINITIONS, text=text)])
        return plan

    def _changed(self, plan: SourcePlan) -> Iterator[tuple[str, str]]:
        impossible = (c for c in plan.changes if c.verdict is Verdict.IMPOSSIBLE)
        for change in chain(_of_schema(plan), impossible):
            for address in (change.address, *change.address.above):
                if (other := self._addresses.get(_within(plan, address))) is not None:
                    yield other, _within(plan, change.address)

    def _hidden_otherwise(self, plan: SourcePlan) -> Iterator[tuple[str, str]]:
        """Yield what live may hide, and so each source sends: if it is equal, nobody minds."""
        for what, value in _hidden(plan) if self._hidden else ():
            sent, other = self._hidden.get(what, (value, ""))
            if sent != value:
                yield other, what


def _hidden(plan: SourcePlan) -> Iterator[tuple[str, Any]]:
    return hidden_values(read_document(plan.operation.body)) if plan.operation else iter(())


def _of_schema(plan: SourcePlan) -> Iterator[Change]:
    for change in plan.changes:
        hidden = change.field in WRITE_ONLY_FIELDS
        if change.verdict.takes_effect and not hidden and change.kind in _OF_SCHEMA:
            yield change


def _within(plan: SourcePlan, address: Address) -> str:
    return str(address).removeprefix(f"{Address.of(plan.source)}/")


def _blocked(plan: SourcePlan, trips: Sequence[_Trip]) -> SourcePlan:
    if not trips:
        return plan
    text = "; ".join(trip.text for trip in trips)
    return replace(
        plan,
        action=Action.BLOCKED,
        operation=None,
        schema_operations=(),
        reads={},
        along=(),
        certificate=None,
        convergence=Convergence.PARTIAL,
        reason=replace(plan.reason, code=trips[0].code, text=text),
    )
