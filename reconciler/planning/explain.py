"""The explanation of a change, an operation or a source, as a value.

All decisions are in the plan; here they are combined with the rules, the alternatives and why
they were rejected, and the manual steps. Nothing is decided here.
"""

from collections.abc import Iterator, Sequence

from reconciler.command_line import command_line
from reconciler.errors import WrongUsage
from reconciler.manifest.wording import nearest
from reconciler.model.address import Address
from reconciler.model.display import count
from reconciler.model.source import ConfigStatus
from reconciler.model.wire import read_document
from reconciler.planning.change import Change, Edit, Kind, Verdict
from reconciler.planning.comparison import comparison_of, live_at_planning
from reconciler.planning.numbering import numbered
from reconciler.planning.object_schema.allowance import schema_auth
from reconciler.planning.object_schema.kinds import settled_by
from reconciler.planning.object_schema.operation import SchemaKind, SchemaOperation
from reconciler.planning.operation.body_elements import BodyElement, body_elements
from reconciler.planning.plan import Action, Plan, SourcePlan
from reconciler.planning.reasons import NOT_PATCH, NOT_PUT, is_stopped_by_policy
from reconciler.planning.verdict.rules import RULES, Rule, refusal_rule, rule_of
from reconciler.planning.verdict.way_back import way_back
from reconciler.regex import regex
from reconciler.semantics.rules import RuleCode
from reconciler.value import Value, replace


class Alternative(Value):
    """An alternative, and why it was or was not chosen."""

    way: str
    chosen: bool
    why: str


class ChangeExplanation(Value):
    """Why a change has its verdict; `meaning` says what the verdict means for it.

    `operation` is the schema operation that settles it, None if none does; `way_back` what takes
    back a change that is made, None if nothing does; `called` what a number means that other
    changes have as well.
    """

    change: Change
    meaning: str
    rule: Rule
    considered: tuple[Alternative, ...]
    operation: SchemaOperation | None = None
    way_back: str | None = None
    called: str | None = None


class OperationExplanation(Value):
    """The content of a call, and the purpose of each element of its body."""

    planned: SourcePlan
    elements: tuple[BodyElement, ...]


class SourceExplanation(Value):
    """Why a source gets its action; `rule` is the rule of the verb, None if there is none."""

    planned: SourcePlan
    rule: Rule | None
    considered: tuple[Alternative, ...]


COMPANION = "the companion API"
Story = ChangeExplanation | OperationExplanation | SourceExplanation
OPERATION = "operation"
_MOST_SOURCES = 3  # that a hint names
_NUMBER = regex(r"[0-9]{1,9}")


def explain(plan: Plan, asked: str, *, file: str | None = None) -> tuple[Story, ...]:
    """Return the explanations of what *asked* names in *plan*, which is in *file*, if any.

    A source's name; `SOURCE/operation`; the address of a change, or of what only travels along;
    the address of an element, for all changes in it; or a number that the plan shows.
    Raises WrongUsage for anything else.
    """
    for planned in plan.sources:
        # As people write its name, and as addresses do.
        for name in (planned.source, str(Address.of(planned.source))):
            if asked == name:
                return (_of_source(planned),)
            if asked == f"{name}/{OPERATION}":
                return (_of_operation(planned, file),)
    changes = list(_changes(plan))
    called: dict[Address, str | None] = {Address.parse(asked): None}
    if is_number(asked):
        found = _numbered(plan, int(asked), file)
        called = {at: each if len({*found.values()}) > 1 else None for at, each in found.items()}
    named: list[Story] = [
        replace(_of_change(planned, change), called=called[places[0]])
        for planned, change in changes
        if (places := [at for at in called if at == change.address or at.contains(change.address)])
    ]
    named += [
        replace(whole, elements=tuple(e for e in whole.elements if e.address == at.element))
        for at in called
        for planned in plan.sources
        if any(c.address == at for c in planned.along)
        for whole in [_of_operation(planned, file)]
    ]
    if not named:
        raise _unknown(asked, plan, [str(c.address) for _, c in changes], file)
    return tuple(named)


def is_number(asked: str) -> bool:
    """Return whether *asked* can only be the number of a change."""
    return _NUMBER.fullmatch(asked) is not None


def _numbered(plan: Plan, number: int, file: str | None) -> dict[Address, str]:
    if found := numbered(plan, number):
        return found
    sources = [planned.source for planned in plan.sources]
    commands = [command_line("explain", *filter(None, (file, each))) for each in sources]
    hint = "\n".join(f"{each}  explains the source" for each in commands[:_MOST_SOURCES])
    raise WrongUsage(f"the plan shows no number {number}", hint=hint or None)


def _changes(plan: Plan) -> Iterator[tuple[SourcePlan, Change]]:
    """Yield every change, including those that are only in the residual."""
    for planned in plan.sources:
        text = {c.address for c in planned.changes}
        yield from ((planned, c) for c in planned.changes)
        yield from ((planned, c) for c in planned.residual if c.address not in text)


def _unknown(asked: str, plan: Plan, addresses: Sequence[str], file: str | None) -> WrongUsage:
    sources = [s.source for s in plan.sources]
    near = nearest(asked, [*sources, *addresses], most=3, cutoff=0.5)
    if near:
        hint = "did you mean one of these?\n" + "\n".join(near)
    else:
        lists = command_line("show", file) if file else command_line("plan")
        hint = f"its sources are {', '.join(sources)}; {lists}  lists the changes"
    return WrongUsage(f"the plan has no source, operation or change {asked}", hint=hint)


def _of_source(planned: SourcePlan) -> SourceExplanation:
    reason = planned.reason
    chosen = (*_companion(planned), *(() if reason.rule is None else (_verb(planned),)))
    return SourceExplanation(
        planned=planned,
        rule=RULES[reason.rule] if reason.rule else None,
        considered=(
            *chosen,
            *(Alternative(way=r.method, chosen=False, why=r.text) for r in reason.rejected),
        ),
    )


def _companion(planned: SourcePlan) -> Iterator[Alternative]:
    if number := len(planned.schema_operations):
        why = f"policy.schema allows {count(number, 'schema operation')}, and schemaAuth is set"
        yield Alternative(way=COMPANION, chosen=True, why=why)


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


def _of_operation(planned: SourcePlan, file: str | None) -> OperationExplanation:
    if planned.operation is None:
        raise WrongUsage(
            f"{planned.source} has no operation: {planned.reason.text}",
            hint=f"{command_line('explain', *filter(None, (file, planned.source)))}  says why",
        )
    comparison = comparison_of(planned, live_at_planning(planned))
    body = read_document(planned.operation.body)
    elements = tuple(body_elements(comparison, body, planned.changes))
    return OperationExplanation(planned=planned, elements=elements)


def _of_change(planned: SourcePlan, change: Change) -> ChangeExplanation:
    if change.predicted_code:
        rule = refusal_rule(change.predicted_code, change.confidence)
    else:
        rule = rule_of(change)
        if rule.remedy is not None and not (change.remedy or "").endswith(rule.remedy):
            # The steps are those of the rule's remedy, which does not help here.
            rule = replace(rule, manual_steps=None)
    operation = next(
        (each for each in planned.schema_operations if change.address in each.settles), None
    )
    return ChangeExplanation(
        change=change,
        meaning=_meaning(change),
        rule=rule,
        considered=tuple(_considered(planned, change, rule)),
        operation=operation,
        way_back=way_back(change, operation) if change.verdict.takes_effect else None,
    )


def _meaning(change: Change) -> str:
    if change.predicted_code:
        return "the API would refuse it"
    if is_stopped_by_policy(change):
        return "not tried, as policy.undocumented is block"
    return change.verdict.sentence


def _considered(planned: SourcePlan, change: Change, rule: Rule) -> Iterator[Alternative]:
    puts = change.verdict is Verdict.PUT or _creates(planned)
    method, other = ("PUT", NOT_PATCH) if puts else ("PATCH", NOT_PUT)
    match change.verdict:
        case Verdict.PUT | Verdict.PATCH:
            yield Alternative(way=method, chosen=True, why=rule.text)
            yield from _by_companion(planned, change)
        case Verdict.PATCH_UNDOCUMENTED:
            yield Alternative(
                way=method,
                chosen=True,
                why=f"{rule.text}; policy.undocumented is attempt: it is sent, and live is read "
                "back to see",
            )
            yield from _by_companion(planned, change)
        case Verdict.SCHEMA_OPERATION:
            yield Alternative(way=method, chosen=False, why=rule.text)
            why = "policy.schema allows it, and schemaAuth is set"
            yield Alternative(way=COMPANION, chosen=True, why=why)
        case Verdict.IMPOSSIBLE | Verdict.ORPHAN:
            yield Alternative(way=method, chosen=False, why=rule.text)
        case Verdict.IGNORED:
            yield Alternative(way=method, chosen=False, why=f"{rule.text}; it is left open")
        case Verdict.WRITE_ONLY:
            yield Alternative(way=method, chosen=False, why=f"{rule.text}: no need is known")
    yield Alternative(way=other.method, chosen=False, why=other.text)
    if change.verdict is Verdict.ORPHAN:
        yield from _by_companion(planned, change)
    if change.verdict is Verdict.IMPOSSIBLE:
        yield from _by_companion(planned, change)
        if change.action is Edit.CHANGE and change.kind in _HOLDS:
            yield Alternative(
                way="delete and create again",
                chosen=False,
                why="no operation of the API deletes, and deleting by hand loses "
                f"{_HOLDS[change.kind]}",
            )
        sends = any(c.verdict.takes_effect for c in planned.changes)
        yield Alternative(
            way="--allow-residual",
            chosen=planned.operation is not None,
            why="sends all the rest and leaves this open"
            if sends
            else "leaves this open, and there is nothing else to send",
        )


def _by_companion(planned: SourcePlan, change: Change) -> Iterator[Alternative]:
    """Yield why no schema operation makes *change*, if there are such."""
    kind = settled_by(change.kind, change.action, change.field)
    if change.verdict.is_sent and change.remedy is not None:
        yield Alternative(way=COMPANION, chosen=False, why=change.remedy)
    elif kind is not None and not planned.evidence.targets and not _creates(planned):
        own = "if it is the source's own, " if kind is SchemaKind.DELETE else ""
        why = (
            f"it can, {own}where reconciler.yaml has policy: {{schema: {{{kind}: allow}}}}, and "
            f"its environment {schema_auth(planned.source, planned.import_source_id)}"
        )
        if change.action is Edit.ADD:
            why = f"{why}, and renamedStatuses states which status it was"
        yield Alternative(way=COMPANION, chosen=False, why=why)


def _creates(planned: SourcePlan) -> bool:
    return planned.config_status is ConfigStatus.MISSING_MAPPING or planned.evidence.live is None


# What goes with an element that is deleted.
_HOLDS = {Kind.OBJECT_TYPE: "the objects", Kind.ATTRIBUTE: "the values"}
