"""What is wanted of each element of an object schema, by the kind of operation that would do it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.planning.change import Edit, Kind
from reconciler.planning.comparison import Comparison
from reconciler.planning.diff.difference import Difference
from reconciler.planning.object_schema.kinds import ELEMENTS, WAYS, kind_of
from reconciler.planning.object_schema.operation import ElementKind, Losses, Phase, SchemaKind
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.planning.object_schema.way import Wanted, Way
from reconciler.value import Value


class SchemaStep(Value):
    """What is wanted of one element by one kind of operation."""

    kind: SchemaKind
    phase: Phase
    target: SchemaTarget
    wanted: Wanted

    @property
    def way(self) -> Way:
        """How it is done."""
        return WAYS[self.kind, self.target.element.kind]

    @property
    def loses(self) -> Losses | None:
        """What is lost with it, None if nobody counted."""
        return self.way.losses(self.wanted, self.target)


def steps_of(
    phase: Phase, comparison: Comparison, found: Sequence[Difference]
) -> Iterator[SchemaStep]:
    """Yield what is wanted of elements that are known in Assets, in the order of *found*.

    Nothing is for a source that is yet to be created: what it finds is not its own.
    """
    if comparison.creates or not comparison.inputs.targets:
        return
    targets = {each.key: each for each in comparison.inputs.targets}
    only = comparison.inputs.only
    selected = [each for each in found if only is None or each.address in only]
    gone = {d.type_key for d in found if d.kind is Kind.OBJECT_TYPE and d.edit is Edit.REMOVE}
    labels = {d.type_key: d.attribute_key for d in selected if d.field == "label" and d.after}
    renamed = {t.live_name: t.key for t in comparison.inputs.targets if t.rename is not None}
    wanted: dict[tuple[SchemaKind, ElementKind, str], list[Difference]] = {}
    for each in selected:
        if each.kind is Kind.STATUS and (to := renamed.get(each.names[-1])) is not None:
            wanted.setdefault((SchemaKind.RENAME, *to), []).append(each)
        elif (kind := kind_of(each)) is not None:
            wanted.setdefault((kind, *_subject(each, gone, labels)), []).append(each)
    for (kind, element, key), differences in wanted.items():
        if (target := targets.get((element, key))) is None:
            continue
        way, all_of_it = WAYS[kind, element], tuple(differences)
        due = tuple(each for each in all_of_it if way.phase(each, all_of_it) is phase)
        if due:
            yield SchemaStep(kind=kind, phase=phase, target=target, wanted=due)


def _subject(
    difference: Difference,
    gone: Iterable[str | None],
    labels: Mapping[str | None, str | None],
) -> tuple[ElementKind, str]:
    """Return the element that is to be changed: what goes with its type is none by itself.

    A label is given up by the one that takes it, of *labels* by type.
    """
    if difference.edit is Edit.REMOVE and difference.type_key in gone:
        return ElementKind.OBJECT_TYPE, difference.type_key or ""
    if difference.field == "label":
        return ElementKind.ATTRIBUTE, labels.get(difference.type_key) or ""
    key = difference.attribute_key or difference.type_key or difference.names[-1]
    return ELEMENTS[difference.kind], key
