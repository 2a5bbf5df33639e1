"""A saved plan, proved again from nothing but itself: offline and without credentials.

A plan holds both documents that it was made of. From these everything that it claims is
found anew: what differs, that the API takes the body, what remains, what is superfluous.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.manifest.schemas import faults
from reconciler.model.canonical import digest
from reconciler.model.wire import has_external_ids, read_document
from reconciler.planning.case import Case
from reconciler.planning.certificate import certified, convergence, unannounced
from reconciler.planning.difference import Difference
from reconciler.planning.evidence import case_of, live_then
from reconciler.planning.footprint import footprint
from reconciler.planning.plan import Certificate, Change, Edit, Kind, Operation, Plan, SourcePlan
from reconciler.planning.risk import rate
from reconciler.planning.simulate import Simulated
from reconciler.semantics.outcome import Accepted


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What came of checking one source again: why it is not what it claims, if it is not."""

    planned: SourcePlan
    faults: tuple[str, ...]


def verify(plan: Plan) -> tuple[Verified, ...]:
    """Return, for each source of *plan*, whether its claims hold.

    That the plan is a plan, and what its digests say, was checked when it was read.
    """
    return tuple(Verified(planned=s, faults=tuple(_faults(s))) for s in plan.sources)


def _faults(planned: SourcePlan) -> Iterator[str]:
    evidence = planned.evidence
    if digest(evidence.desired) != planned.desired_digest:
        yield "the manifest's document in it is not what desired_digest says"
    if digest(evidence.live) != planned.live_digest:
        yield "the live document in it is not what live_digest says"
    case = case_of(planned, live_then(planned))
    found = {d.address: d for d in case.differences()}
    yield from _misreported(planned, found)
    yield from _unsaid(planned, found, case)
    if planned.operation is None:
        if planned.certificate is not None or planned.reads:
            yield "it certifies an operation, and has none"
        if planned.convergence is not convergence(None, planned.changes, planned.residual):
            yield f"convergence is {planned.convergence}, and nothing is sent"
        return
    yield from _operation_faults(planned, planned.operation, case, found)


def _misreported(planned: SourcePlan, found: dict[str, Difference]) -> Iterator[str]:
    """Yield the changes that are no differences, or others than they are."""
    for change in planned.changes:
        difference = found.get(change.address)
        if difference is None:
            yield f"{change.address} does not differ"
        elif not _same(change, difference):
            yield f"{change.address} differs otherwise than it says"
        elif change.verdict.is_sent and planned.operation and planned.operation.method == "PATCH":
            risk, code = rate(difference)
            if (risk, code) != (change.risk, change.risk_code):
                yield f"the risk of {change.address} is {risk}, and not {change.risk}"


def _same(change: Change, difference: Difference) -> bool:
    return (change.kind, change.action, change.before, change.after) == (
        difference.kind,
        difference.edit,
        difference.before,
        difference.after,
    )


def _unsaid(planned: SourcePlan, found: dict[str, Difference], case: Case) -> Iterator[str]:
    """Yield the differences that are no changes; orphans may be kept quiet by policy."""
    said = {c.address for c in planned.changes}
    for address, difference in found.items():
        if address in said or difference.write_only or _is_orphan(difference):
            continue
        yield f"{address} differs, and it does not say so"
    known = {d.address for d in case.contradictions()} | said
    for change in planned.residual:
        if change.address not in known or change.verdict.is_sent:
            yield f"the residual {change.address} is none"


def _is_orphan(difference: Difference) -> bool:
    return difference.edit is Edit.REMOVE and difference.kind is not Kind.ATTRIBUTE_MAPPING


def _operation_faults(
    planned: SourcePlan, operation: Operation, case: Case, found: dict[str, Difference]
) -> Iterator[str]:
    expected = case.operation(read_document(operation.body))
    if (operation.method, operation.path) != (expected.method, expected.path):
        yield f"its call is {operation.method} {operation.path}, not {expected.method} there"
    version = "2023-10-19" if has_external_ids(operation.body) else "2021-09-15"
    for fault in faults(f"payload-{version}", operation.body):
        yield f"the body does not satisfy the payload schema: {fault}"
        return
    body = read_document(operation.body)
    outcome = case.outcome(body)
    if not isinstance(outcome, Accepted):
        for refusal in outcome.refusals:
            yield f"the API would answer {refusal.code}: {refusal.text}"
        return
    proved = certified(case, Simulated(body=body, outcome=outcome), planned.changes)
    if proved is not None:
        yield from _uncertified(planned, proved, found)
    if operation.method == "PATCH" and dict(planned.reads) != dict(
        footprint(case.sides_shown(), body)
    ):
        yield "the parts of live that it says it was made from are others"


def _uncertified(
    planned: SourcePlan, proved: Certificate, found: dict[str, Difference]
) -> Iterator[str]:
    for address in unannounced(proved, planned.residual):
        yield f"{address} still differs after the operation, and the residual does not say so"
    for pointer in proved.superfluous:
        yield f"{pointer} of the body changes nothing"
    claimed = planned.certificate or Certificate()
    hidden = {a for a, d in found.items() if d.write_only}
    if set(claimed.remains) - hidden != set(proved.remains) - hidden:
        yield "what remains after the operation is not what the certificate says"
    if claimed.rests_on != proved.rests_on:
        yield "the undocumented rules that it rests on are not those of the certificate"
    is_now = convergence(proved, planned.changes, planned.residual)
    if planned.convergence is not is_now:
        yield f"convergence is {planned.convergence}, and {is_now} is what can be shown"
