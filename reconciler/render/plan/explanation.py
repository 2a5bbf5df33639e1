"""The explanation of a change, an operation or a source (`explain`), and of a verified plan."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.command_line import command_line
from reconciler.model.display import quoted
from reconciler.model.wire import canonical_bytes
from reconciler.planning.change import Verdict
from reconciler.planning.explain import (
    Alternative,
    ChangeExplanation,
    OperationExplanation,
    SourceExplanation,
    Story,
)
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.object_schema.rules import RULES
from reconciler.planning.plan import Convergence, Plan, SourcePlan
from reconciler.planning.premises import PREMISES
from reconciler.planning.verdict.rules import Rule
from reconciler.render.plan.footer import byte_count, condition
from reconciler.render.plan.operation_words import call_of, place_of, way_back_of
from reconciler.render.plan.symbols import KINDS, verb
from reconciler.render.shorten import count, difference, value
from reconciler.render.terminal import Line, Screen, Style

_STEP = "    "


def write_explanations(
    explanations: Sequence[Story], screen: Screen, *, file: str | None = None
) -> None:
    """Write each explanation, separated by empty lines; *file* has the plan, if any."""
    for i, explanation in enumerate(explanations):
        if i:
            screen.line()
        screen.lines(_story_lines(explanation, file))


def _story_lines(explanation: Story, file: str | None) -> Iterator[Line]:
    match explanation:
        case ChangeExplanation():
            yield from _change(explanation)
        case OperationExplanation():
            yield from _operation(explanation, file)
        case SourceExplanation():
            yield from _source(explanation, file)


def _change(explanation: ChangeExplanation) -> Iterator[Line]:
    change = explanation.change
    called = f"   ({explanation.called})" if explanation.called else ""
    yield ((str(change.address), Style.STRONG), called)
    yield (_STEP, " / ".join(change.names), f"   {KINDS[change.kind][0]}")
    if change.before is not None and change.after is not None:
        yield (_STEP, difference(change.before, change.after))
    else:
        what = change.after if change.before is None else change.before
        yield (_STEP, f"{change.action}: {value(what)}")
    yield (
        "verdict   ",
        (str(change.verdict), Style.STRONG),
        f": {explanation.meaning}",
    )
    yield from _rule(change.rule, explanation.rule)
    yield from _considered(explanation.considered)
    if change.risk_text:
        yield (f"risk      {change.risk} ({change.risk_code}): {change.risk_text}",)
    if change.in_assets_text:
        yield (f"in Assets {change.in_assets_text}",)
    if change.attribution:
        yield (f"caused by {_WHO[change.attribution]}",)
    if (operation := explanation.operation) is not None:
        yield from _schema_operation(operation)
    if operation is not None or change.verdict.is_sent:
        yield (f"way back  {explanation.way_back or 'none'}",)
    if not change.verdict.takes_effect:
        yield from _manual_steps(explanation.rule, change.remedy)


def _schema_operation(operation: SchemaOperation) -> Iterator[Line]:
    how = "Assets confirms which it is" if operation.join == "confirmed" else "known by its name"
    yield (f"by        {call_of(operation)} ({operation.grade})",)
    yield (f"on        {place_of(operation)}, {how}",)
    for each in operation.requires:
        demand = RULES[each.rule].demand.format(quoted(str(each.value)))
        yield (f"requires  {demand}",)
    yield (f"verified  {operation.verify}",)
    if operation.loses.total:
        yield (f"loses     {operation.loses.text}",)


def _source(explanation: SourceExplanation, file: str | None) -> Iterator[Line]:
    planned = explanation.planned
    yield ((planned.source, Style.STRONG), f"   {planned.action}")
    yield (_STEP, planned.reason.text)
    if explanation.rule is not None:
        yield from _rule(planned.reason.rule or "", explanation.rule)
    yield from _considered(explanation.considered)
    status = planned.config_status or "unknown (offline)"
    yield (f"live      config status {status}, digest {planned.live_digest}",)
    if planned.base:
        yield (f"base      {planned.base}",)
    yield from _changes(planned, file)
    for number, each in enumerate(planned.schema_operations, start=1):
        lost = f", loses {each.loses.text}" if each.loses.total else ""
        text = f"{each.kind.noun} of {place_of(each)}{lost}, {way_back_of(each)}"
        yield (f"{f'{number}.':<10}{text}",)
        yield (_STEP, (call_of(each), Style.QUIET))
    yield from _convergence(planned)
    if planned.operation is not None:
        more = command_line("explain", *filter(None, (file, f"{planned.source}/operation")))
        yield ("more      ", (more, Style.COMMAND))


def _changes(planned: SourcePlan, file: str | None) -> Iterator[Line]:
    verdicts = [c.verdict for c in planned.changes]
    counts = [f"{verdicts.count(v)} {v}" for v in Verdict if v in verdicts]
    yield (f"changes   {', '.join(counts) if counts else 'none'}",)
    yield from ((_STEP, str(c.address), f"   {c.verdict}") for c in planned.changes[:_MOST])
    if len(planned.changes) > _MOST:
        lists = command_line("show", file) if file else command_line("plan", planned.source)
        yield (_STEP, f"… and {len(planned.changes) - _MOST:,} more; {lists}  lists them")


def _convergence(planned: SourcePlan) -> Iterator[Line]:
    if planned.sends:
        yield (f"after it  {planned.convergence}: {_CONVERGENCES[planned.convergence]}",)
    if planned.certificate is not None:
        for rule in planned.certificate.rests_on:
            known = PREMISES.get(rule)
            why = f": {known.sentence}" if known else ", which is not documented"
            yield (_STEP, f"rests on {rule}{why}")
    if planned.residual:
        yield (_STEP, f"{count(len(planned.residual), 'difference')} in the residual")


def _operation(explanation: OperationExplanation, file: str | None) -> Iterator[Line]:
    planned = explanation.planned
    operation = planned.operation
    if operation is None:
        return
    query = "&".join(f"{k}={v}" for k, v in sorted(operation.query.items()))
    yield ((f"{operation.method} {operation.path}", Style.STRONG), f"?{query}" if query else "")
    yield (
        f"body      {byte_count(len(canonical_bytes(operation.body)))}, {operation.body_digest}",
    )
    yield (f"elements  {len(explanation.elements)}",)
    for element in explanation.elements[:_MOST_ELEMENTS]:
        what = f"{KINDS[element.kind][0]} {quoted(element.name)}"
        yield (_STEP, what, "   ", (element.pointer, Style.QUIET))
        if element.role:
            yield (_STEP * 2, element.role)
        yield from ((_STEP * 2, f"for {address}") for address in element.because)
    if len(explanation.elements) > _MOST_ELEMENTS:
        left = len(explanation.elements) - _MOST_ELEMENTS
        has = (
            command_line("show --format json", file)
            if file
            else command_line("plan --format json", planned.source)
        )
        yield (_STEP, f"… and {left:,} more; {has}  has the whole body")
    yield from _convergence(planned)


def _rule(name: str, rule: Rule) -> Iterator[Line]:
    yield (f"rule      {name}: {rule.text}",)
    yield (f"source    {rule.source} ({rule.confidence})",)


def _considered(considered: Iterable[Alternative]) -> Iterator[Line]:
    for number, each in enumerate(considered):
        if not number:
            yield ("considered",)
        mark = ("✓", Style.ADD) if each.chosen else ("✗", Style.QUIET)
        yield (_STEP, mark, f" {each.way}: {each.why}")


def _manual_steps(rule: Rule, remedy: str | None) -> Iterator[Line]:
    if remedy:
        yield (f"remedy    {remedy}",)
    if rule.manual_steps is not None:
        yield ("by hand",)
        for number, step in enumerate(rule.manual_steps.steps, start=1):
            yield (_STEP, f"{number}. {step}")
        yield (f"manifest  {rule.manual_steps.manifest}",)


_MOST = 50
_MOST_ELEMENTS = 200
_WHO = {
    "unapplied": "the manifest (unapplied)",
    "drift": "live (drift)",
    "conflict": "the manifest and live both (conflict)",
}
_CONVERGENCES = {
    Convergence.PROVED: "nothing remains to change",
    Convergence.PARTIAL: "only the residual remains",
    Convergence.UNKNOWN: "live is read back to see",
}


_CLAIMS = {
    Convergence.PROVED: "proved{}: nothing remains to change",
    Convergence.PARTIAL: "partial: only the residual remains",
    Convergence.UNKNOWN: "unknown: it rests on undocumented behaviour",
}


def write_verification(plan: Plan, screen: Screen) -> None:
    """Write what was proved of each source of *plan*, which was verified when it was read."""
    screen.lines(_verification_lines(plan))


def _verification_lines(plan: Plan) -> Iterator[Line]:
    width = max((len(s.source) for s in plan.sources), default=0)
    for planned in plan.sources:
        name = (planned.source.ljust(width), Style.STRONG)
        sent = verb(planned) if planned.sends else str(planned.action)
        claim = _CLAIMS[planned.convergence].format(condition(planned))
        claim = claim if planned.sends else "nothing is sent"
        yield ("  ", ("✓", Style.ADD), " ", name, f"   {sent:<8}   {claim}")
    yield ()
    checked = "made again from its evidence, it is the same plan"
    yield (f"Verified: {count(len(plan.sources), 'source')}; {checked}.",)
