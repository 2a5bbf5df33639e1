"""Verifies a saved plan from nothing but itself: offline and without credentials.

A plan contains both documents that it was made from. From these everything that it claims is
derived again: the differences, that the API accepts the body, what remains, what is superfluous.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.manifest.schemas import schema_faults
from reconciler.model.address import Address
from reconciler.model.canonical import digest
from reconciler.model.document import Document
from reconciler.model.policy import Risk
from reconciler.model.wire import has_external_ids, read_document
from reconciler.planning.comparison import Comparison, comparison_of, live_at_planning
from reconciler.planning.diff.difference import Difference, Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.diff.unknown_keys import contradictions
from reconciler.planning.operation.build import operation_of, outcome_of
from reconciler.planning.operation.certificate import certify, convergence, unannounced
from reconciler.planning.operation.footprint import footprint
from reconciler.planning.operation.simulate import Simulated
from reconciler.planning.plan import (
    LEFT_OPEN,
    Action,
    Certificate,
    Change,
    Operation,
    Plan,
    SourcePlan,
    Verdict,
)
from reconciler.planning.verdict.judge import judgements
from reconciler.semantics.response import Accepted, Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """The result of verifying one source: the reasons why its claims do not hold, if any."""

    planned: SourcePlan
    faults: tuple[str, ...]


def verify(plan: Plan) -> tuple[Verified, ...]:
    """Return, for each source of *plan*, whether its claims hold.

    Its schema and its digests were checked when it was read.
    """
    return tuple(
        Verified(planned=s, faults=tuple(_faults(s, allow_residual=plan.allow_residual)))
        for s in plan.sources
    )


def _faults(planned: SourcePlan, *, allow_residual: bool) -> Iterator[str]:
    evidence = planned.evidence
    if digest(evidence.desired) != planned.desired_digest:
        yield "the manifest's document in it is not what desired_digest says"
    if digest(evidence.live) != planned.live_digest:
        yield "the live document in it is not what live_digest says"
    comparison = comparison_of(planned, live_at_planning(planned))
    operation = planned.operation
    malformed = _malformed(operation.body) if operation else None
    if malformed:
        yield f"the body does not satisfy the payload schema: {malformed}"
        return
    outcome = outcome_of(comparison, read_document(operation.body)) if operation else None
    found = {d.address: d for d in differences(comparison.sides)}
    yield from _misreported(planned, found, puts=comparison.creates)
    yield from _unlisted(planned, found)
    after = _after(outcome)
    then = comparison.sides_against(after)
    left = list(differences(then)) if after is not None else []
    yield from _misplaced(planned, then, left)
    actions = tuple(_actions(planned, allow_residual=allow_residual))
    if planned.action not in actions:
        yield f"the action is {planned.action}, and not {' or '.join(actions)}"
    if operation is None or outcome is None:
        if planned.certificate is not None or planned.reads:
            yield "it certifies an operation, and has none"
        if planned.convergence is not convergence(None, planned.changes, planned.residual):
            yield f"convergence is {planned.convergence}, and nothing is sent"
        return
    yield from _operation_faults(planned, operation, outcome, comparison, found=found, left=left)


def _actions(planned: SourcePlan, *, allow_residual: bool) -> Iterator[Action]:
    """Yield the possible actions of the source; the plan does not say whether orphans block."""
    if planned.operation:
        yield Action.CREATE if planned.operation.method == "PUT" else Action.UPDATE
        return
    verdicts = {c.verdict for c in planned.changes}
    is_stuck = any(v.is_sent for v in verdicts)
    is_stuck |= Verdict.IMPOSSIBLE in verdicts and not allow_residual
    if not is_stuck:
        yield Action.NO_OP
    if is_stuck or Verdict.ORPHAN in verdicts:
        yield Action.BLOCKED


def _malformed(body: dict[str, Any]) -> str | None:
    version = "2023-10-19" if has_external_ids(body) else "2021-09-15"
    return next((str(fault) for fault in schema_faults(f"payload-{version}", body)), None)


def _after(outcome: Outcome | None) -> Document | None:
    """Return live after the operation, None if there is none or it is refused."""
    return outcome.live if isinstance(outcome, Accepted) else None


def _misreported(
    planned: SourcePlan, found: dict[Address, Difference], *, puts: bool
) -> Iterator[str]:
    """Yield the changes that are no differences, or whose values or verdicts are wrong."""
    for change in planned.changes:
        difference = found.get(change.address)
        if difference is None:
            yield f"{change.address} does not differ"
        elif not _same(change, difference):
            yield f"{change.address} differs otherwise than it says"
        elif change.predicted_code is not None:
            if (change.verdict, change.risk) != (Verdict.IMPOSSIBLE, Risk.NONE):
                yield f"{change.address} is {change.verdict}, and would be refused"
        else:
            yield from _misjudged(change, difference, puts=puts)


def _misjudged(change: Change, difference: Difference, *, puts: bool) -> Iterator[str]:
    allowed = list(judgements(difference, puts=puts))
    judged = change.verdict, change.rule
    if not (same := [c for c in allowed if (c.verdict, c.rule) == judged]):
        verdicts = " or ".join(dict.fromkeys(f"{c.verdict} ({c.rule})" for c in allowed))
        text = f"{change.verdict} ({change.rule})"
        yield f"the verdict on {change.address} is {text}, and not {verdicts}"
    elif (change.risk, change.risk_code) not in {(c.risk, c.risk_code) for c in same}:
        yield f"the risk of {change.address} is {same[0].risk}, and not {change.risk}"


def _same(change: Change, difference: Difference) -> bool:
    return (change.kind, change.action, change.before, change.after) == (
        difference.kind,
        difference.edit,
        difference.before,
        difference.after,
    )


def _unlisted(planned: SourcePlan, found: dict[Address, Difference]) -> Iterator[str]:
    """Yield the differences that are not listed as changes; policy may ignore orphans."""
    addresses = {c.address for c in planned.changes}
    for address, difference in found.items():
        if address in addresses or difference.write_only or difference.is_orphan:
            continue
        yield f"{address} differs, and it does not say so"


def _misplaced(planned: SourcePlan, then: Sides, differing: Sequence[Difference]) -> Iterator[str]:
    """Yield what is wrongly in the residual, and what is missing from it."""
    residual = {c.address for c in planned.residual}
    left = {c.address for c in planned.changes if c.verdict in LEFT_OPEN}
    if planned.action is not Action.BLOCKED:
        left |= {d.address for d in contradictions(then)}
        remains = {d.address for d in differing}
        for address in sorted(residual - left - remains):
            yield f"the residual {address} is none"
    # Sources blocked by a guard keep the notes on what would be left: they cannot be derived.
    for address in sorted(left - residual):
        yield f"{address} is left open, and the residual does not say so"


def _operation_faults(
    planned: SourcePlan,
    operation: Operation,
    outcome: Outcome,
    comparison: Comparison,
    *,
    found: dict[Address, Difference],
    left: Sequence[Difference],
) -> Iterator[str]:
    body = read_document(operation.body)
    expected = operation_of(comparison, body)
    if (operation.method, operation.path) != (expected.method, expected.path):
        yield f"its call is {operation.method} {operation.path}, not {expected.method} there"
    if not isinstance(outcome, Accepted):
        for refusal in outcome.refusals:
            yield f"the API would answer {refusal.code}: {refusal.text}"
        return
    proved = certify(comparison, Simulated(body=body, outcome=outcome), planned.changes, left)
    if proved is not None:
        yield from _uncertified(planned, proved, found)
    if operation.method == "PATCH" and dict(planned.reads) != dict(
        footprint(comparison.sides_shown(), body)
    ):
        yield "the parts of live that it says it was made from are others"


def _uncertified(
    planned: SourcePlan, proved: Certificate, found: dict[Address, Difference]
) -> Iterator[str]:
    for address in unannounced(proved, planned.residual):
        yield f"{address} still differs after the operation, and the residual does not say so"
    for pointer in proved.superfluous:
        yield f"{pointer} of the body changes nothing"
    if (claimed := planned.certificate) is None:
        yield "it sends something, and certifies nothing"
        return
    hidden = {a for a, d in found.items() if d.write_only}
    if set(claimed.remains) - hidden != set(proved.remains) - hidden:
        yield "what remains after the operation is not what the certificate says"
    if claimed.rests_on != proved.rests_on:
        yield "the undocumented rules that it rests on are not those of the certificate"
    if claimed.superfluous != proved.superfluous:
        yield "what is superfluous in the body is not what the certificate says"
    stays = hidden.union(proved.remains)
    for change in planned.changes:
        if not change.verdict.is_sent and change.address not in stays:
            yield f"{change.address} is sent, and its verdict is {change.verdict}"
    is_now = convergence(proved, planned.changes, planned.residual)
    if planned.convergence is not is_now:
        yield f"convergence is {planned.convergence}, and {is_now} is what can be shown"
