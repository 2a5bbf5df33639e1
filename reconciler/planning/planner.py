"""Plan the sources of an environment.

Pure. Rendering a plan is `render`'s job, running one is `applying`'s.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from reconciler.diagnostics import Diagnostic, in_reading_order
from reconciler.model.document import Document
from reconciler.model.id_prefix import NO_PREFIX, IdPrefix
from reconciler.model.normalise import LiveDocument
from reconciler.planning.guards import SentBefore, apply_guards
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.last_sent import as_shown
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.operation.certificate import with_open_questions
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.premises import Premise
from reconciler.planning.shown_plan import shown_diagnostics
from reconciler.planning.source_plan import plan_source
from reconciler.planning.surroundings import SiteSource, alone, elements, surroundings_of
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
        replace(each, around=around[each.ref.name].resting_on(premises)) for each in sources
    )


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
    ordered = sorted(sources, key=lambda s: s.ref.name)
    sharing = Counter(each.around.object_schema or "" for each in ordered)
    # What a source will find once the operations before it on its object schema are done.
    expected: dict[str, Document] = {}
    sent: defaultdict[str, SentBefore] = defaultdict(SentBefore)
    made: defaultdict[str, dict[str, str]] = defaultdict(dict)
    done: defaultdict[str, list[SchemaOperation]] = defaultdict(list)
    planned, found = [], []
    for each in ordered:
        schema = each.around.object_schema or ""
        given = _expecting(each, expected.get(schema), made[schema], done[schema])
        plan, remarks, after = plan_source(given, options=options)
        if schema and sharing[schema] > 1:
            plan = sent[schema].conflicting(plan)
            if after is not None and plan.sends:
                expected[schema] = after
                sent[schema].add(plan)
                made[schema] |= dict.fromkeys(_made(given, after), plan.source)
                done[schema] += plan.schema_operations
        planned.append(plan)
        found.append((given, remarks))
    live = [s.live.document.document if s.live.document else None for s, _ in found]
    guarded = apply_guards(planned, live, options.policy)
    return guarded, chain.from_iterable(remarks for _, remarks in found)


def _made(given: SourceInput, after: Document) -> Iterator[str]:
    """Yield the external ids of what live *after* has and live of *given* has not."""
    live = given.live.document
    before = {i for _, i in elements(live.document)} if live else set[str | None]()
    yield from (i for _, i in elements(after) if i is not None and i not in before)


def _expecting(
    given: SourceInput,
    schema: Document | None,
    made: Mapping[str, str],
    done: Sequence[SchemaOperation],
) -> SourceInput:
    """Return *given* with the content of its object schema as *schema* has it, None for live's.

    *made* says which source each external id is of that is new in it. What is *done* by then is
    seen in its own mappings too: they name what they fill.
    """
    if schema is None:
        return given
    live = given.live.document
    own = after_operations(live.document, done).mappings if live else ()
    shown = live.shown if live else frozenset()
    left = replace(as_shown(schema, shown), mappings=own)
    document = LiveDocument(document=left, shown=shown)
    return replace(
        given,
        live=replace(given.live, document=document),
        around=replace(given.around, made=made),
    )
