"""Which elements that only live has a source may delete, and what of it has to be counted first.

A source deletes what is its own alone: what its base or a receipt of it has, or its mapping fills.
What another source of the environment defines is none of its differences (`Surroundings`), and what
the mapping of another one fills is refused by a rule (design.md#schema-operations).
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from reconciler.model.display import quoted
from reconciler.model.document import Document
from reconciler.model.object_schema import (
    SchemaAttribute,
    SchemaContent,
    SchemaStatus,
    SchemaType,
)
from reconciler.model.policy import Permission
from reconciler.model.wire import read_document
from reconciler.planning.comparison import Comparison, has_ids
from reconciler.planning.diff.differences import differences
from reconciler.planning.inputs import Baseline, PlanOptions, SourceInput
from reconciler.planning.object_schema.deletion_rules import loss, queries_of_loss, stands_on
from reconciler.planning.object_schema.join import Join
from reconciler.planning.object_schema.kinds import WAYS
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Losses,
    Phase,
    Requirement,
    SchemaElement,
    SchemaKind,
)
from reconciler.planning.object_schema.rules import unmet_by
from reconciler.planning.object_schema.seen import Seen, live_names
from reconciler.planning.object_schema.steps import steps_of
from reconciler.planning.object_schema.target import Deletion, SchemaTarget
from reconciler.planning.surroundings import elements, ids_of, mapped_ids
from reconciler.value import Value, replace

Key = tuple[ElementKind, str]
_MAPPED_BY_NAME = "its mapping does not say which element of Assets it is, only its name does"
_IDENTIFIED_ANEW = "the manifest has its name under another external id"


def no_longer_wanted(
    join: Join, seen: Seen, desired: Document, baseline: Baseline | None
) -> Iterator[SchemaTarget]:
    """Yield what the source owns of what it shows, and *desired* does not have."""
    names = live_names(seen.live)
    paths = {path: i for path, i in elements(seen.live) if i is not None}
    named = {*ids_of(desired, paths)}
    orphans = names.keys() - ({i for _, i in elements(desired)} if has_ids(desired) else named)
    owned = _owned(orphans, seen.live, baseline, paths)
    for external_id, name in names.items():
        there = join.types.get(external_id) or join.attributes.get(external_id)
        if external_id in owned and isinstance(there, SchemaType | SchemaAttribute):
            element = _element(seen, there, external_id)
            is_confirmed = (element.type_id or element.id) in join.confirmed
            why = None
            if external_id in named:
                why = _IDENTIFIED_ANEW
            elif not is_confirmed and (seen.mapped.have(element) or not has_ids(desired)):
                why = _MAPPED_BY_NAME
            target = _target(seen, element, owned[external_id], why)
            yield replace(target, live_name=name, is_confirmed=is_confirmed)
    sent = {*baseline.last_sent.statuses} if baseline is not None else set()
    sent -= {each.name for each in desired.statuses}
    for status in seen.content.statuses if sent else ():
        if status.name in sent and status.schema_id is not None:
            yield _target(seen, _element(seen, status, None), "it was sent")


def _owned(
    orphans: AbstractSet[str],
    live: Document,
    baseline: Baseline | None,
    paths: Mapping[tuple[str, ...], str],
) -> Mapping[str, str]:
    """Return which of *orphans* are the source's, each with the reason.

    A deletion may have failed, or been denied, when the manifest that lacked it was applied: so
    all that were applied count. It may have failed after the first of all: then nothing but the
    plan of that had it.
    """
    owned = dict.fromkeys(orphans & {*mapped_ids(live)}, "its source's mapping fills it")
    if baseline is not None and baseline.desired is not None:
        known = orphans & {*ids_of(baseline.desired, paths)}
        owned |= dict.fromkeys(known, f"{baseline.name} has it")
    if baseline is not None:
        begun = orphans & baseline.deletes - owned.keys()
        owned |= dict.fromkeys(begun, "an earlier apply was to delete it")
    for manifest in baseline.manifests if baseline is not None else ():
        if not (left := orphans - owned.keys()):
            break
        known = left & {*ids_of(read_document(manifest), paths)}
        owned |= dict.fromkeys(known, "an earlier apply had it")
    return owned


def _element(
    seen: Seen, there: SchemaType | SchemaAttribute | SchemaStatus, external_id: str | None
) -> SchemaElement:
    return SchemaElement(
        kind=_KINDS[type(there)],
        id=there.id,
        name=there.name,
        schema_id=seen.content.schema.id,
        type_id=there.owner_id if isinstance(there, SchemaAttribute) else None,
        external_id=external_id,
    )


def _target(
    seen: Seen, element: SchemaElement, ownership: str, why: str | None = None
) -> SchemaTarget:
    """Return the target of a deletion that is known by its name, and not done if *why* says so."""
    rules = WAYS[SchemaKind.DELETE, element.kind].rules
    why = why or unmet_by((Requirement(rule=rule) for rule in rules), element, seen)
    return SchemaTarget(
        element=element,
        live_name=element.name,
        is_confirmed=False,
        obstacles={} if why is None else {SchemaKind.DELETE: why},
        deletion=Deletion(ownership=ownership, stands_on=tuple(stands_on(element, seen))),
    )


_KINDS = {
    SchemaType: ElementKind.OBJECT_TYPE,
    SchemaAttribute: ElementKind.ATTRIBUTE,
    SchemaStatus: ElementKind.STATUS,
}


class UncountedDeletions(Value):
    """The elements that a source may delete, and the queries by which what goes along is counted.

    `queries` are by the key of the target, `seen` is what both APIs show.
    """

    seen: Seen
    queries: Mapping[Key, tuple[str, ...]]

    def counted(self, source: SourceInput, counts: Mapping[str, int | str]) -> SourceInput:
        """Return *source* with what its deletions lose by *counts*, whose texts say why not."""
        seen = replace(self.seen, counts={q: n for q, n in counts.items() if isinstance(n, int)})
        unread = source.around.unread

        def with_losses(target: SchemaTarget) -> SchemaTarget:
            if target.deletion is None or target.key not in self.queries:
                return target
            said = [counts[query] for query in self.queries[target.key]]
            hindrance = next((each for each in said if isinstance(each, str)), None)
            if unread and target.element.kind is not ElementKind.STATUS:
                more = f" and {len(unread) - 1} more" if len(unread) > 1 else ""
                hindrance = f"not read, and may map it: {quoted(unread[0])}{more}; plan all sources"
            lost = loss(target.element, seen) or Losses()
            return replace(
                target, deletion=replace(target.deletion, loses=lost, hindrance=hindrance)
            )

        return replace(source, targets=tuple(map(with_losses, source.targets)))


def uncounted_deletions(
    source: SourceInput, content: SchemaContent, options: PlanOptions
) -> UncountedDeletions:
    """Return what *source* may delete of *content* that nothing else forbids."""
    live = source.live.document
    seen = Seen(content=content, live=live.document if live else Document())
    is_denied = options.policy.schema.delete is Permission.DENY
    if is_denied or not any(each.deletion for each in source.targets):
        return UncountedDeletions(seen=seen, queries={})
    comparison = Comparison.of(source, options)
    steps = steps_of(Phase.AFTER, comparison, [*differences(comparison.sides)])
    targets = [each.target for each in steps if each.kind is SchemaKind.DELETE]
    return UncountedDeletions(
        seen=seen,
        queries={
            each.key: tuple(queries_of_loss(each.element, seen))
            for each in targets
            if SchemaKind.DELETE not in each.obstacles
        },
    )
