"""The schema operations before the PATCH of a source, and live as the PATCH will find it.

Pure. What a change needs in Assets is in the targets of the source; what an operation makes of
live is what the emulator makes of it (`effects`).
"""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.address import Address
from reconciler.model.canonical import digest
from reconciler.model.display import quoted
from reconciler.model.document import Document
from reconciler.model.policy import Permission
from reconciler.planning.comparison import Comparison
from reconciler.planning.diff.difference import Difference
from reconciler.planning.object_schema.effects import effect
from reconciler.planning.object_schema.kinds import WAYS
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Phase,
    Requirement,
    SchemaKind,
    SchemaOperation,
)
from reconciler.planning.object_schema.targets import SchemaTarget
from reconciler.planning.plan import Kind
from reconciler.semantics.schema_changes.refusal import ChangeRefused
from reconciler.value import Value, field

_KINDS = {Kind.OBJECT_TYPE: ElementKind.OBJECT_TYPE, Kind.ATTRIBUTE: ElementKind.ATTRIBUTE}
_ALLOWED = "reconciler can rename it: set policy.schema.rename to allow."
_TAKEN = "another one has the name in Assets"
_CASE = "whether Assets takes a change of case alone is unknown"


class BeforePhase(Value):
    """What is done before the PATCH; `settled` are the differences that are gone by then.

    `comparison` is with live as it is then. `hints` say, by address, of what stays whether an
    operation could settle it.
    """

    comparison: Comparison
    operations: tuple[SchemaOperation, ...] = ()
    settled: tuple[Difference, ...] = ()
    hints: Mapping[Address, str] = field(default_factory=dict)

    @property
    def live(self) -> Document | None:
        """Live after the operations, None without any."""
        live = self.comparison.inputs.live.document
        return live.document if live is not None and self.operations else None


def before_phase(comparison: Comparison, found: Sequence[Difference]) -> BeforePhase:
    """Return the operations that settle of *found* what policy lets them.

    Nothing is renamed for a source that is yet to be created: what it finds is not its own.
    """
    live = comparison.inputs.live.document
    if live is None or comparison.creates:
        return BeforePhase(comparison=comparison)
    wanted = dict(_renames(comparison, found))
    if not wanted:
        return BeforePhase(comparison=comparison)
    possible = _possible(comparison, live.document, wanted)
    if comparison.options.policy.schema.rename is Permission.ALLOW:
        return possible
    allowed = {each.address: _ALLOWED for each in possible.settled}
    return BeforePhase(comparison=comparison, hints={**possible.hints, **allowed})


def _renames(
    comparison: Comparison, found: Sequence[Difference]
) -> Iterator[tuple[Address, tuple[Difference, SchemaTarget]]]:
    """Yield the renames whose element is known in Assets, and still called as it was there."""
    targets = {(t.element.kind, t.element.external_id): t for t in comparison.inputs.targets}
    only = comparison.inputs.only
    for each in found if targets else ():
        if each.field != "name" or each.kind not in _KINDS:
            continue
        key = each.type_key if each.attribute_key is None else each.attribute_key
        target = targets.get((_KINDS[each.kind], key))
        is_selected = only is None or each.address in only
        if target is not None and target.live_name == each.before and is_selected:
            yield each.address, (each, target)


def _possible(
    comparison: Comparison,
    live: Document,
    wanted: Mapping[Address, tuple[Difference, SchemaTarget]],
) -> BeforePhase:
    """Return the operations, each after those that free its name."""
    left, document = dict(wanted), live
    made: list[tuple[Difference, SchemaOperation]] = []
    hints: dict[Address, str] = {}
    count = -1
    while count != len(made):
        count = len(made)
        renamed = {operation.object.id for _, operation in made}
        for address, (difference, target) in list(left.items()):
            why = _obstacle(difference, target)
            if why is None and not renamed.issuperset(target.holders):
                why = _TAKEN
            if why is None:
                operation = _rename(difference, target)
                try:
                    document = effect(document, operation)
                except (KeyError, ChangeRefused) as refused:
                    why = f"Assets would refuse it: {refused}"
                else:
                    made.append((difference, operation))
                    renamed.add(target.element.id)
                    del left[address]
                    hints.pop(address, None)
                    continue
            hints[address] = f"reconciler cannot rename it: {why}."
    if not made:
        return BeforePhase(comparison=comparison, hints=hints)
    return BeforePhase(
        comparison=comparison.expecting(document),
        operations=tuple(operation for _, operation in made),
        settled=tuple(difference for difference, _ in made),
        hints=hints,
    )


def _obstacle(difference: Difference, target: SchemaTarget) -> str | None:
    """Return why Assets would not take the name, whoever has it; None if it would."""
    is_type = target.element.kind is ElementKind.OBJECT_TYPE
    if is_type and str(difference.after).casefold() == target.element.name.casefold():
        return _CASE
    return target.obstacle


def _rename(difference: Difference, target: SchemaTarget) -> SchemaOperation:
    element, name = target.element, str(difference.after)
    way = WAYS[SchemaKind.RENAME, element.kind]
    if element.type_id is None:
        path, body = f"objecttype/{element.id}", {"name": name}
    else:
        path = f"objecttypeattribute/{element.type_id}/{element.id}"
        body = {**target.definition, "name": name}
    return SchemaOperation(
        kind=SchemaKind.RENAME,
        phase=Phase.BEFORE,
        method="PUT",
        path=path,
        body=body,
        body_digest=digest(body),
        settles=(difference.address,),
        object=element,
        join="confirmed" if target.is_confirmed else "by-name",
        requires=(
            Requirement(rule="is-named", value=element.name),
            *(Requirement(rule=rule) for rule in way.requires),
            Requirement(rule="name-is-free", value=name),
        ),
        grade=way.grade,
        verify=way.verify,
        reversible=way.reversible and f"{way.reversible} {quoted(element.name)}",
    )
