"""Plan the sources of an environment.

Pure. Rendering a plan is `render`'s job, running one is `applying`'s.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from reconciler.diagnostics import Diagnostic, in_reading_order
from reconciler.model.document import Document, walk_types
from reconciler.model.source import SourceRef
from reconciler.planning.guards import apply_guards
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.operation.certificate import with_open_questions
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.source_plan import plan_source

__all__ = ["PlanOptions", "SourceInput", "make_plan", "plan_sources"]


def make_plan(
    sources: Sequence[SourceInput],
    *,
    environment: str,
    options: PlanOptions,
    tool_version: str,
    created_at: str,
    diagnostics: Sequence[Diagnostic] = (),
) -> Plan:
    """Return the plan that takes each live to its desired document, sources sorted by name.

    *created_at* is UTC, ISO 8601 with a `Z`. *diagnostics* are those of reading the manifests;
    the planner's own are added to them.
    """
    planned, remarks = plan_sources(sources, options)
    found = in_reading_order((*diagnostics, *remarks))
    return Plan(
        tool_version=tool_version,
        created_at=created_at,
        environment=environment,
        sources=tuple(with_open_questions(each, found) for each in planned),
        diagnostics=found,
        options=options,
    )


def plan_sources(
    sources: Sequence[SourceInput], options: PlanOptions
) -> tuple[tuple[SourcePlan, ...], Iterator[Diagnostic]]:
    """Return the plans of *sources*, sorted by name, and the planner's diagnostics.

    The diagnostics are found as they are read.
    """
    ordered = sorted(sources, key=lambda s: s.ref.name)
    shared = _shared_ids(ordered)
    planned = [
        plan_source(given, options=options, elsewhere=_elsewhere(shared, given.ref))
        for given in ordered
    ]
    live = [s.live.document.document if s.live.document else None for s in ordered]
    guarded = apply_guards([plan for plan, _ in planned], live, options.policy)
    return guarded, chain.from_iterable(remarks for _, remarks in planned)


def _shared_ids(sources: Sequence[SourceInput]) -> dict[str, list[str]]:
    """Return the external ids that several sources have, desired or live, with these sources."""
    owners: dict[str, list[str]] = {}
    for inputs in sources:
        live = inputs.live.document
        documents = [inputs.desired, live.document] if live else [inputs.desired]
        for external_id in {i for d in documents for i in _external_ids(d)}:
            owners.setdefault(external_id, []).append(inputs.ref.name)
    return {i: sorted(names) for i, names in owners.items() if len(names) > 1}


def _elsewhere(shared: Mapping[str, Sequence[str]], ref: SourceRef) -> dict[str, str]:
    others = {i: [n for n in names if n != ref.name] for i, names in shared.items()}
    return {i: f'the source "{names[0]}"' for i, names in others.items() if names}


def _external_ids(document: Document) -> Iterator[str]:
    for object_type, _ in walk_types(document.object_types):
        if object_type.external_id:
            yield object_type.external_id
        for attribute in object_type.attributes:
            if attribute.external_id and not attribute.is_system:
                yield attribute.external_id
