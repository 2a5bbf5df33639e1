"""The explanation of a change, an operation or a source, as a value.

All decisions are in the plan; here they are combined with the rules, the alternatives and why
they were rejected, and the manual steps. Nothing is decided here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reconciler.command_line import command_line
from reconciler.errors import WrongUsage
from reconciler.manifest.wording import nearest
from reconciler.model.address import Address
from reconciler.model.wire import read_document
from reconciler.planning.comparison import comparison_of, live_at_planning
from reconciler.planning.operation.body_elements import BodyElement, body_elements
from reconciler.planning.plan import Action, Change, Plan, SourcePlan, Verdict
from reconciler.planning.reasons import NOT_PUT
from reconciler.planning.verdict.rules import RULES, Rule, refusal_rule
from reconciler.semantics.rules import RuleCode


@dataclass(frozen=True, kw_only=True, slots=True)
class Alternative:
    """An alternative, and why it was or was not chosen."""

    way: str
    chosen: bool
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeExplanation:
    """Why a change has its verdict."""

    change: Change
    rule: Rule
    considered: tuple[Alternative, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationExplanation:
    """The content of a call, and the purpose of each element of its body."""

    planned: SourcePlan
    elements: tuple[BodyElement, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceExplanation:
    """Why a source gets its action; `rule` is the rule of the verb, None if there is none."""

    planned: SourcePlan
    rule: Rule | None
    considered: tuple[Alternative, ...]


Story = ChangeExplanation | OperationExplanation | SourceExplanation
OPERATION = "operation"


def explain(plan: Plan, asked: str) -> tuple[Story, ...]:
    """Return the explanations of what *asked* names in *plan*.

    A source's name; `SOURCE/operation`; the address of a change, or of what only travels along;
    or the address of an element, for all changes in it. Raises WrongUsage for anything else.
    """
    for planned in plan.sources:
        if asked == planned.source:
            return (_of_source(planned),)
        if asked == f"{planned.source}/{OPERATION}":
            return (_of_operation(planned),)
    changes = list(_changes(plan))
    at = Address.parse(asked)
    named: list[Story] = [
        _of_change(planned, change)
        for planned, change in changes
        if change.address == at or at.contains(change.address)
    ]
    named += [
        replace(whole, elements=tuple(e for e in whole.elements if e.address == at.element))
        for planned in plan.sources
        if any(c.address == at for c in planned.along)
        for whole in [_of_operation(planned)]
    ]
    if not named:
        raise _unknown(asked, plan, [str(c.address) for _, c in changes])
    return tuple(named)


def _changes(plan: Plan) -> Iterator[tuple[SourcePlan, Change]]:
    """Yield every change, including those that are only in the residual."""
    for planned in plan.sources:
        text = {c.address for c in planned.changes}
        yield from ((planned, c) for c in planned.changes)
        yield from ((planned, c) for c in planned.residual if c.address not in text)


def _unknown(asked: str, plan: Plan, addresses: Sequence[str]) -> WrongUsage:
    sources = [s.source for s in plan.sources]
    near = nearest(asked, [*sources, *addresses], most=3, cutoff=0.5)
    if near:
        hint = "did you mean one of these?\n" + "\n".join(near)
    else:
        hint = (
            f"its sources are {', '.join(sources)}; {command_line('show PLAN')} lists the changes"
        )
    return WrongUsage(f"the plan has no source, operation or change {asked}", hint=hint)


def _of_source(planned: SourcePlan) -> SourceExplanation:
    reason = planned.reason
    chosen = () if reason.rule is None else (_verb(planned),)
    return SourceExplanation(
        planned=planned,
        rule=RULES[reason.rule] if reason.rule else None,
        considered=(
            *chosen,
            *(Alternative(way=r.method, chosen=False, why=r.text) for r in reason.rejected),
        ),
    )


def _verb(planned: SourcePlan) -> Alternative:
    rule = RULES[planned.reason.rule or ""]
    method = "PUT" if planned.reason.rule == RuleCode.PUT_CREATES else "PATCH"
    if planned.action is Action.BLOCKED:
        return Alternative(
            way=method,
            chosen=False,
            why=f"{rule.text}; but nothing is sent, for the source is "
            f"blocked: {planned.reason.text}",
        )
    return Alternative(way=method, chosen=True, why=rule.text)


def _of_operation(planned: SourcePlan) -> OperationExplanation:
    if planned.operation is None:
        raise WrongUsage(
            f"{planned.source} has no operation: {planned.reason.text}",
            hint=f"{command_line('explain PLAN', planned.source)}  tells more",
        )
    comparison = comparison_of(planned, live_at_planning(planned))
    body = read_document(planned.operation.body)
    elements = tuple(body_elements(comparison, body, planned.changes))
    return OperationExplanation(planned=planned, elements=elements)


def _of_change(planned: SourcePlan, change: Change) -> ChangeExplanation:
    rule = (
        refusal_rule(change.predicted_code, change.confidence)
        if change.predicted_code
        else RULES[change.rule]
    )
    return ChangeExplanation(
        change=change, rule=rule, considered=tuple(_considered(planned, change, rule))
    )


def _considered(planned: SourcePlan, change: Change, rule: Rule) -> Iterator[Alternative]:
    put = RuleCode.PUT_CREATES.sentence
    match change.verdict:
        case Verdict.PUT:
            yield Alternative(way="PUT", chosen=True, why=put)
            yield from (
                Alternative(way=r.method, chosen=False, why=r.text) for r in planned.reason.rejected
            )
            return
        case Verdict.PATCH:
            yield Alternative(way="PATCH", chosen=True, why=rule.text)
        case Verdict.PATCH_UNDOCUMENTED:
            yield Alternative(
                way="PATCH",
                chosen=True,
                why=f"{rule.text}; policy.undocumented is attempt: it is sent, and live is read "
                "back to see",
            )
        case Verdict.IMPOSSIBLE | Verdict.ORPHAN:
            yield Alternative(way="PATCH", chosen=False, why=rule.text)
        case Verdict.IGNORED:
            yield Alternative(way="PATCH", chosen=False, why=f"{rule.text}; it is left open")
        case Verdict.WRITE_ONLY:
            yield Alternative(way="PATCH", chosen=False, why=f"{rule.text}: nobody knows of a need")
    yield Alternative(way="PUT", chosen=False, why=NOT_PUT.text)
    if change.verdict is Verdict.IMPOSSIBLE:
        yield Alternative(
            way="delete and create anew",
            chosen=False,
            why="no operation of the API deletes, and deleting by hand loses the objects",
        )
        yield Alternative(
            way="--allow-residual",
            chosen=planned.operation is not None,
            why="sends all the rest and leaves this open",
        )
