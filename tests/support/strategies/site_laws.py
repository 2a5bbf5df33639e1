"""What must hold of each plan and each apply at a site where everybody works."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from reconciler.manifest.schemas import schema_faults
from reconciler.model.document import Document, walk_types
from reconciler.model.wire import has_external_ids, read_document
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.planning.change import Attribution, Change, Kind, Verdict
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.operation import Phase, SchemaKind, SchemaOperation
from reconciler.planning.plan import Action, SourcePlan
from reconciler.render.plan.json import plan_json
from reconciler.semantics.response import Accepted
from reconciler.value import replace
from tests.support.strategies.documents import Json
from tests.support.strategies.site_under_test import (
    ACTED,
    SOURCES,
    Applied,
    Saved,
    Site,
    elements_of,
    mapping_of,
)
from tests.support.strategies.worlds import outcome_of


def planned(site: Site, options: Json) -> Saved:
    """Plan, and hold the laws of a plan."""
    saved = site.plan(options)
    assert saved.read() == saved.made, "law 6"
    for each in saved.made.sources:
        _hold_of_plan(site, saved, each)
    return saved


def planned_the_same(site: Site, shuffle: Callable[[Json], Json]) -> None:
    one, other = (json.loads(plan_json(plan)) for plan in site.plans_of(shuffle))
    assert json.dumps(one | {"created_at": ""}) == json.dumps(other | {"created_at": ""})


def applied(site: Site, saved: Saved) -> Mapping[str, SourceResult]:
    """Apply a saved plan, and hold the laws of an apply."""
    made = site.apply(saved)
    results = made.results
    assert made.there - deleted(made) <= site.elements(), "nothing else is lost"
    calls = Counter(call.outcome for each in results.values() for call in each.schema_operations)
    # Of two object schemas that are to have one name, the second one's is refused.
    refused = made.called - calls[Outcome.DONE]
    assert 0 <= refused <= calls[Outcome.FAILED], "law 8: no call more"
    moved = {n for n in SOURCES if saved.live[n] != made.live[n]}
    for each in made.plan.sources:
        name, result = each.source, results[each.source]
        _hold_of_result(site, made, each, result)
        if result.outcome is Outcome.STALE and name not in saved.begun:
            assert name in moved or moved & site.beside(name), "nothing had moved"
        # What a source was planned to find, those before it on its object schema leave there.
        if result.outcome is not Outcome.DONE and each.sends:
            moved.add(name)
    _hold_of_live(site, made)
    site.note_receipts(saved, results.values())
    _hold_after(site, made, moved)
    if any(each.outcome is Outcome.UNKNOWN for each in results.values()):
        site.settle(saved)
    return results


def done_of(planned: SourcePlan, result: SourceResult) -> list[SchemaOperation]:
    """Return the schema operations that were done."""
    calls = zip(planned.schema_operations, result.schema_operations, strict=True)
    return [call for call, ended in calls if ended.outcome is Outcome.DONE]


def deleted(applied: Applied) -> set[str]:
    """Return the external ids and the statuses that its deletions took along."""
    calls = chain.from_iterable(
        done_of(each, applied.results[each.source]) for each in applied.plan.sources
    )
    deletions = [each for each in calls if each.kind is SchemaKind.DELETE]
    before = applied.contents.values()
    left = [after_operations(each, deletions) for each in before] if deletions else before
    return elements_of(before) - elements_of(left)


def _hold_of_plan(site: Site, saved: Saved, planned: SourcePlan) -> None:
    live = saved.live[planned.source]
    operation = planned.operation
    if operation is not None:
        assert operation.method == ("PUT" if live is None else "PATCH"), "law 5"
        version = "2023-10-19" if has_external_ids(operation.body) else "2021-09-15"
        assert schema_faults(f"payload-{version}", dict(operation.body)) == ()
    assert planned.sends == (planned.action not in {Action.NO_OP, Action.BLOCKED})
    addresses = [c.address for c in planned.changes]
    assert len(set(addresses)) == len(addresses), "law 7"
    # What two sources define differently, the other moves.
    own = [c for c in planned.changes if (c.kind, *c.names) not in disputed(saved)]
    whose = {c.attribution for c in own}
    if planned.source in site.receipts:
        desired, seen = site.receipts[planned.source]
        assert None not in whose
        if seen == live:
            # Reading back shows no statuses: who changes those meanwhile is seen later.
            seen_back = {c.attribution for c in own if site.shows or not _is_status(c)}
            drifted = {Attribution.DRIFT, Attribution.CONFLICT}
            assert not seen_back & drifted, "live was let alone"
        if desired == planned.evidence.desired:
            assert Attribution.CONFLICT not in whose, "the manifest was let alone"


def _hold_of_result(
    site: Site, applied: Applied, planned: SourcePlan, result: SourceResult
) -> None:
    site.seen[f"{result.outcome} {result.method or ''}".strip()] += 1
    for each in result.schema_operations:
        site.seen[f"{each.outcome} {each.kind}"] += 1
    if not planned.sends:
        assert result.outcome in {Outcome.UNCHANGED, Outcome.BLOCKED}
        assert (result.outcome is Outcome.BLOCKED) == (planned.action is Action.BLOCKED)
    elif planned.source in applied.saved.acted:
        assert result.outcome is Outcome.STALE, "a plan is applied once"
    came = mapping_of(result)
    unsent = {Outcome.UNCHANGED, Outcome.BLOCKED, Outcome.STALE, Outcome.NOT_STARTED, None}
    assert applied.sent[planned.source] == (came not in unsent and planned.operation is not None), (
        "law 8: no call more"
    )


def _hold_of_live(site: Site, applied: Applied) -> None:
    """Law 8: live is what the operations made of it, one after the other, and no more."""
    results, live, contents = applied.results, dict(applied.live), dict(applied.contents)
    untold = {n for n, r in results.items() if r.outcome is Outcome.UNKNOWN}
    for planned in applied.plan.sources:
        name = planned.source
        done = done_of(planned, results[name])
        _do(site, name, [each for each in done if each.phase is Phase.BEFORE], live, contents)
        if planned.operation is not None and mapping_of(results[name]) in ACTED:
            _patch(site, planned, untold, live, contents)
        _do(site, name, [each for each in done if each.phase is Phase.AFTER], live, contents)
    for name, expected in live.items():
        if not untold & {name, *site.beside(name)}:
            assert site.live(name) == expected, "law 8: as planned"


def _do(
    site: Site,
    name: str,
    calls: Sequence[SchemaOperation],
    live: dict[str, Document | None],
    contents: dict[str, Document],
) -> None:
    for each in {name, *site.beside(name)} if calls else ():
        contents[each] = after_operations(contents[each], calls)
        live[each] = contents[each] if live[each] else None


def _patch(
    site: Site,
    planned: SourcePlan,
    untold: set[str],
    live: dict[str, Document | None],
    contents: dict[str, Document],
) -> None:
    assert planned.operation is not None
    name = planned.source
    if not has_external_ids(planned.operation.body):
        untold.add(name)  # the ids that the API makes are nobody's to foresee
    how = {"profile": site.options["profile"]}
    is_there = live[name] is not None or contents[name].object_types
    there = contents[name] if is_there else None
    outcome = outcome_of(planned, there, **how)
    assert isinstance(outcome, Accepted)
    live[name] = contents[name] = outcome.live
    for other in site.beside(name):
        contents[other] = replace(outcome.live, mappings=contents[other].mappings)
        live[other] = contents[other] if live[other] else None


def _hold_after(site: Site, applied: Applied, moved: set[str]) -> None:
    """Laws 2 and 3: what is done is done, and only the announced residual is left.

    That is so for all sources together, and for each of them alone.
    """
    saved, plan, results = applied.saved, applied.plan, applied.results
    done = [p for p in plan.sources if results[p.source].outcome is Outcome.DONE]
    together = {s.source: s for s in site.planned_again(saved)} if done else {}
    for planned in done:
        name = planned.source
        (alone,) = site.planned_again(saved, name)
        for then in (alone, together[name]):
            sent = {c.address for c in planned.changes if c.verdict.takes_effect}
            # What live shows as one manifest has it, the other would send the next time.
            own = [c for c in then.changes if (c.kind, *c.names) not in disputed(saved)]
            assert not sent & {c.address for c in own}, "law 2: done is done"
            if moved & {name, *site.beside(name)}:
                continue
            assert not then.sends or len(own) < len(then.changes), "law 3"
            assert not any(c.verdict.takes_effect for c in own), "law 3"
            drifted = {Attribution.DRIFT, Attribution.CONFLICT}
            assert not drifted & {c.attribution for c in own}, "nobody moved"
            # What live hides, and policy skips, was announced too: nobody can see it stay.
            hidden = {c.address for c in planned.residual if c.field == "typeValues"}
            hidden = set() if site.shows else hidden
            announced = {c.address for c in planned.residual if not _is_anybodys(c)}
            left = {c.address for c in then.residual if not _is_anybodys(c)}
            assert left | hidden == announced | hidden, "law 2: as was announced"
    if done and not moved:
        # Whose orphan it is, is said anew: a source applied without it has it no more.
        told, still = map(_orphans, (plan.sources, together.values()))
        assert told.keys() == still.keys(), "law 2: as was announced"
        contents = site.contents()
        there = [contents[name] for name in (SOURCES[:1] if site.shared else SOURCES)]
        names = Counter(name for each in there for name, _ in _named(each))
        assert still <= names, "each is told once"


def _orphans(sources: Iterable[SourcePlan]) -> Counter[tuple[str, ...]]:
    """Return how often each orphan of an object schema is told of, by kind and names."""
    residual = chain.from_iterable(each.residual for each in sources)
    return Counter((c.kind, *c.names) for c in residual if _is_anybodys(c))


def _is_status(change: Change) -> bool:
    return change.kind is Kind.STATUS or change.field == "typeValues"


def _is_anybodys(change: Change) -> bool:
    """Return whether it is an orphan of the object schema, which some source tells of."""
    of_source = change.kind in {Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}
    return change.verdict is Verdict.ORPHAN and not of_source


def disputed(saved: Saved) -> set[tuple[str, ...]]:
    """Return the kinds and names of what two manifests of *saved* define differently."""
    first: dict[tuple[str, ...], Any] = {}
    manifests = map(read_document, saved.manifests.values())
    named = chain.from_iterable(map(_named, manifests))
    return {name for name, part in named if first.setdefault(name, part) != part}


def _named(document: Document) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the kind and name of each part of the object schema, and what it is by itself."""
    yield from ((("icon", icon.key), icon) for icon in document.icons)
    yield from ((("status", status.name), status) for status in document.statuses)
    for object_type, ancestors in walk_types(document.object_types):
        names = (*(a.name for a in ancestors), object_type.name)
        yield ("object_type", *names), replace(object_type, attributes=(), children=())
        yield from ((("attribute", *names, a.name), a) for a in object_type.attributes)
