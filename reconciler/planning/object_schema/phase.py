"""The schema operations of a source, before its PATCH and after, and live as they leave it.

Pure. What a difference needs in Assets is in the targets of the source; what an operation makes
of live is what the emulator makes of it (`effects`).
"""

from collections.abc import Collection, Mapping, Sequence

from reconciler.model.address import Address
from reconciler.model.canonical import digest
from reconciler.model.display import quoted
from reconciler.model.document import Attribute, Document, walk_types
from reconciler.model.policy import Permission
from reconciler.planning.comparison import Comparison
from reconciler.planning.diff.difference import Difference
from reconciler.planning.object_schema.allowance import schema_auth, to_allow
from reconciler.planning.object_schema.effects import effect
from reconciler.planning.object_schema.kinds import ELEMENTS, WAYS, kind_of
from reconciler.planning.object_schema.operation import (
    Losses,
    Phase,
    Requirement,
    SchemaKind,
    SchemaOperation,
)
from reconciler.planning.object_schema.seen import MappingTargets, live_names
from reconciler.planning.object_schema.steps import SchemaStep, steps_of
from reconciler.planning.object_schema.target import as_left_by, as_patched
from reconciler.planning.operation.build import simulation
from reconciler.planning.operation.simulate import PhaseOperations, Simulated
from reconciler.semantics.response import Accepted
from reconciler.semantics.schema_changes.refusal import ChangeRefused
from reconciler.value import replace

# Nobody should delete by hand, uncounted, what the next plan deletes.
_ONCE_CLEARED = " Where this plan changes that, apply it and plan again; otherwise:"
_BY_NAME = "its name alone says which element of Assets it is"


def before_patch(comparison: Comparison, found: Sequence[Difference]) -> PhaseOperations:
    """Return the operations that settle of *found* what policy lets them before the PATCH."""
    return _operations_of(
        list(steps_of(Phase.BEFORE, comparison, found)), comparison, _live(comparison), ()
    )


def after_patch(
    comparison: Comparison,
    found: Sequence[Difference],
    sendable: Sequence[Difference],
    before: PhaseOperations,
) -> tuple[Simulated | None, PhaseOperations]:
    """Return the PATCH that sends of *sendable* what no operation after it settles, and those.

    *comparison* is with live once those *before* the PATCH are done; what is withheld of both
    phases, and their hints, are in the second. What one of them could settle, and for some reason
    does not, is left to the PATCH, unless it is withheld.
    """
    steps = list(steps_of(Phase.AFTER, comparison, found))
    schema = comparison.options.policy.schema
    settled = {
        each.address
        for step in steps
        if schema.of(step.kind) is Permission.ALLOW
        for each in step.wanted
    }
    while True:
        sent = [each for each in sendable if each.address not in settled] if settled else sendable
        simulated = simulation(comparison, found, sent)
        if simulated is None:
            # With what was last sent of what live hides, as a simulated PATCH has it.
            document = comparison.live.document
        elif isinstance(simulated.outcome, Accepted):
            document = simulated.outcome.live
        else:
            document = _live(comparison)
            return simulated, replace(before, document=document, operations=(), settled=())
        due = _after_it(steps, _live(comparison), document)
        later = _operations_of(due, comparison, document, before.operations)
        made = {each.address for each in later.settled} | later.withheld
        if all(each.address in made for each in sendable if each.address in settled):
            withheld, hints = before.withheld | later.withheld, {**before.hints, **later.hints}
            return simulated, replace(later, withheld=withheld, hints=hints)
        settled &= made


def _after_it(
    steps: Sequence[SchemaStep], live: Document, patched: Document
) -> Sequence[SchemaStep]:
    """Return *steps* with their targets as the PATCH leaves them, which makes *live* *patched*."""
    keys = {each.target.element.external_id for each in steps}
    then, now = (_attributes(each, keys) for each in (live, patched))
    return [
        replace(step, target=as_patched(step.target, then[key], now[key]))
        if (key := step.target.element.external_id) in then and key in now
        else step
        for step in steps
    ]


def _attributes(document: Document, keys: Collection[str | None]) -> Mapping[str | None, Attribute]:
    if not keys:
        return {}
    return {
        each.external_id: each
        for object_type, _ in walk_types(document.object_types)
        for each in object_type.attributes
        if each.external_id in keys
    }


def _live(comparison: Comparison) -> Document:
    live = comparison.inputs.live.document
    return live.document if live is not None else Document()


def _operations_of(
    steps: Sequence[SchemaStep],
    comparison: Comparison,
    document: Document,
    done: tuple[SchemaOperation, ...],
) -> PhaseOperations:
    """Return the operations of *steps* that policy lets be; *document* is live then."""
    schema = comparison.options.policy.schema
    allowed = [
        each
        for each in steps
        if schema.of(each.kind) is Permission.ALLOW
        and (each.kind in each.target.obstacles or each.loses is not None)
    ]
    denied = [each for each in steps if schema.of(each.kind) is Permission.DENY]
    made = _made(allowed, document, done)
    possible = _made(denied, made.document, (*done, *made.operations))
    hints = {
        address: f"reconciler can {WAYS[each.kind, each.object.kind].does}: "
        f"{to_allow(each.kind, schema)}."
        for each in possible.operations
        for address in each.settles
    }
    wanted = {
        each.address
        for step in allowed
        if step.way.excludes_patch(step.wanted)
        for each in step.wanted
    }
    return PhaseOperations(
        document=made.document,
        operations=made.operations,
        settled=made.settled,
        withheld=frozenset(wanted - {each.address for each in made.settled}),
        hints={**possible.hints, **hints, **made.hints},
    )


def hint_without_assets(comparison: Comparison, change: Difference) -> str | None:
    """Return what would let a schema operation make *change*, where Assets itself is not read.

    None where none could: one that is yet to be created has nothing, and a name may be taken.
    """
    kind = kind_of(change)
    if kind is None or comparison.creates or comparison.inputs.targets or change.holder is not None:
        return None
    does = WAYS[kind, ELEMENTS[change.kind]].does
    credential = schema_auth(comparison.name, comparison.inputs.ref.import_source_id)
    set_ = to_allow(kind, comparison.options.policy.schema, credential=credential)
    return f"reconciler can {does}: {set_}."


def _made(
    steps: Sequence[SchemaStep], document: Document, done: tuple[SchemaOperation, ...]
) -> PhaseOperations:
    """Return the operations of *steps*, each after those that make room for it."""
    left, names = list(steps), live_names(document) if steps else {}
    # What is hindered by a mapping comes after the PATCH, and nothing that does changes one.
    mapped = MappingTargets.of([document] if steps else ())
    made: list[SchemaOperation] = []
    settled: list[Difference] = []
    hints: dict[Address, str] = {}
    while left:
        later = []
        for step in left:
            before = (*done, *made)
            made_of = _misnamed(step, names, done) or _operation(step, before)
            if isinstance(made_of, SchemaOperation):
                made_of = step.way.hindrance(step.target, document, mapped) or made_of
            if isinstance(made_of, SchemaOperation):
                try:
                    document = effect(document, made_of)
                except (KeyError, ChangeRefused) as refused:
                    made_of = f"Assets would refuse it: {refused}"
            if isinstance(made_of, SchemaOperation):
                made.append(made_of)
                settled += step.wanted
                hints = {a: h for a, h in hints.items() if a not in made_of.settles}
            else:
                later.append(step)
                then = _ONCE_CLEARED if step.kind is SchemaKind.DELETE else ""
                hint = f"reconciler cannot {step.way.does}: {made_of}.{then}"
                hints |= {each.address: hint for each in step.wanted}
        if len(later) == len(left):
            break
        left = later
    return PhaseOperations(
        document=document, operations=tuple(made), settled=tuple(settled), hints=hints
    )


def _misnamed(
    step: SchemaStep, names: Mapping[str, str], done: tuple[SchemaOperation, ...]
) -> str | None:
    """Return why *step* is not about what *names* call by its external id: None if it is.

    Its target may be of another live.
    """
    target = as_left_by(step.target, done)
    name = names.get(target.element.external_id or "", target.live_name)
    return None if name == target.live_name else f"by then it is called {quoted(name)}"


def _operation(step: SchemaStep, done: tuple[SchemaOperation, ...]) -> SchemaOperation | str:
    """Return the operation of *step* after those that are *done*, or why there is none."""
    target, way, wanted = as_left_by(step.target, done), step.way, step.wanted
    if (why := target.obstacles.get(step.kind) or way.obstacle(wanted, target, done)) is not None:
        return why
    if way.needs_confirmed and not target.is_confirmed:
        return _BY_NAME
    call = way.call(wanted, target)
    element, doubt = target.element, way.doubt(call.body)
    return SchemaOperation(
        kind=step.kind,
        phase=step.phase,
        method=call.method,
        path=call.path,
        body=call.body,
        body_digest=None if call.body is None else digest(call.body),
        settles=tuple(each.address for each in wanted),
        object=element,
        join="confirmed" if target.is_confirmed else "by-name",
        requires=(
            Requirement(rule="is-named", value=element.name),
            *(Requirement(rule=rule) for rule in way.rules),
            *way.requires(wanted, target),
        ),
        grade=way.grade if doubt is None else doubt.confidence,
        verify=way.verify,
        loses=step.loses or Losses(),
        reversible=way.reversible(wanted, target),
    )
