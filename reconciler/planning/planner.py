"""Plan the sources of an environment.

Pure. Rendering a plan is `render`'s job, running one is `applying`'s.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from reconciler.diagnostics import Diagnostic, in_reading_order
from reconciler.model.document import Document
from reconciler.model.id_prefix import NO_PREFIX, IdPrefix
from reconciler.model.normalise import LiveDocument
from reconciler.planning.guards import (
    Guarded,
    SentBefore,
    guarded,
    stopped_by_guards,
    tripped_together,
)
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.last_sent import as_shown
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.object_schema.target import (
    SchemaTarget,
    as_left_by,
    unless_defined_beside,
    with_rival,
)
from reconciler.planning.operation.certificate import with_open_questions
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.plan_diagnostics import loses_nothing
from reconciler.planning.premises import Premise
from reconciler.planning.shown_plan import shown_diagnostics
from reconciler.planning.source_plan import plan_source
from reconciler.planning.surroundings import (
    SiteSource,
    Surroundings,
    alone,
    elements,
    surroundings_of,
)
from reconciler.value import replace

__all__ = ["PlanOptions", "SourceInput", "make_plan", "plan_sources", "surrounded"]


def surrounded(
    sources: Sequence[SourceInput],
    beside: Sequence[SiteSource] = (),
    premises: Sequence[Premise] = (),
    applied: Sequence[SiteSource] = (),
) -> tuple[SourceInput, ...]:
    """Return *sources* with what is around each.

    *beside* are the environment's other sources, which were not read, *premises* what the
    environment as a whole rests on, *applied* the sources of other environments of its site.
    """
    read = [
        SiteSource(
            name=each.ref.name,
            desired=each.desired,
            live=each.live.document,
            was_read=True,
            object_schema=each.live.description.object_schema if each.live.description else None,
            remembered=each.baseline.desired if each.baseline else None,
        )
        for each in sources
    ]
    is_alone = len(read) == 1 and not beside and not applied
    around = alone(read[0]) if is_alone else surroundings_of([*read, *beside], applied)
    return tuple(
        replace(
            each,
            around=around[each.ref.name].resting_on(premises),
            targets=tuple(_beside_others(t, each, around[each.ref.name]) for t in each.targets),
        )
        for each in sources
    )


def _beside_others(target: SchemaTarget, source: SourceInput, around: Surroundings) -> SchemaTarget:
    target = with_rival(target, around.rival)
    return unless_defined_beside(target, source.ref.name, around.statuses)


def make_plan(
    sources: Sequence[SourceInput],
    *,
    environment: str,
    options: PlanOptions,
    tool_version: str,
    created_at: str,
    diagnostics: Sequence[Diagnostic] = (),
    id_prefix: IdPrefix = NO_PREFIX,
) -> Plan:
    """Return the plan that takes each live to its desired document, sources sorted by name.

    *created_at* is UTC, ISO 8601 with a `Z`. *diagnostics* are those of reading the manifests;
    the planner's own are added to them.
    """
    planned, remarks = plan_sources(sources, options)
    remarks = chain(remarks, loses_nothing(planned, options.accept_loss))
    found = in_reading_order((*diagnostics, *shown_diagnostics(remarks, id_prefix)))
    return Plan(
        tool_version=tool_version,
        created_at=created_at,
        environment=environment,
        sources=tuple(with_open_questions(each, found) for each in planned),
        diagnostics=found,
        options=options,
        id_prefix=id_prefix,
    )


def plan_sources(
    sources: Sequence[SourceInput], options: PlanOptions
) -> tuple[tuple[SourcePlan, ...], Iterator[Diagnostic]]:
    """Return the plans of *sources*, sorted by name, and the planner's diagnostics.

    The diagnostics are found as they are read.
    """
    policy = options.policy
    planned = _in_turn(sources, options)
    if of_all := tripped_together([each for each, _ in planned], policy):
        # None of them sends anything, so none leaves anything behind for the next.
        planned = _in_turn(sources, options, none_sends=True)
    plans = stopped_by_guards([each for each, _ in planned], of_all)
    return plans, chain.from_iterable(remarks for _, remarks in planned)


def _in_turn(
    sources: Sequence[SourceInput], options: PlanOptions, *, none_sends: bool = False
) -> list[tuple[Guarded, Iterator[Diagnostic]]]:
    """Return the plans of *sources*, each on what those before it leave of its object schema.

    What a guard stops leaves nothing.
    """
    ordered = sorted(sources, key=lambda s: s.ref.name)
    sharing = Counter(each.around.object_schema or "" for each in ordered)
    left: defaultdict[str, _Left] = defaultdict(_Left)
    planned: list[tuple[Guarded, Iterator[Diagnostic]]] = []
    for each in ordered:
        schema = each.around.object_schema or ""
        before = left[schema]
        given = before.expected_by(each)
        plan, remarks, after = plan_source(given, options=options)
        is_shared = bool(schema) and sharing[schema] > 1
        if is_shared:
            plan = before.sent.conflicting(plan)
        live = given.live.document
        made = guarded(plan, live.document if live else None, options)
        if is_shared and after is not None and made.sends and not none_sends:
            before.add(plan, given, after)
        planned.append((made, remarks))
    return planned


class _Left:
    """What the operations of sources leave of their object schema, for the next one of it."""

    def __init__(self) -> None:
        self.sent = SentBefore()
        self._schema: Document | None = None
        self._made: dict[str, str] = {}
        self._done: list[SchemaOperation] = []

    def add(self, plan: SourcePlan, given: SourceInput, after: Document) -> None:
        """Add what *plan*, made from *given*, leaves: live *after*."""
        self._schema = after
        self.sent.add(plan)
        self._made |= dict.fromkeys(_made(given, after), plan.source)
        self._done += plan.schema_operations

    def expected_by(self, given: SourceInput) -> SourceInput:
        """Return *given* as it will be when its turn comes.

        What is done by then is seen in its own mappings too: they name what they fill.
        """
        if self._schema is None:
            return given
        live = given.live.document
        own = after_operations(live.document, self._done).mappings if live else ()
        shown = live.shown if live else frozenset()
        document = replace(as_shown(self._schema, shown), mappings=own)
        return replace(
            given,
            live=replace(given.live, document=LiveDocument(document=document, shown=shown)),
            around=replace(given.around, made=self._made),
            targets=tuple(as_left_by(each, tuple(self._done)) for each in given.targets),
        )


def _made(given: SourceInput, after: Document) -> Iterator[str]:
    """Yield the external ids of what live *after* has and live of *given* has not."""
    live = given.live.document
    before = {i for _, i in elements(live.document)} if live else set[str | None]()
    yield from (i for _, i in elements(after) if i is not None and i not in before)
