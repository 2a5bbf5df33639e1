"""Verifies a stored plan from nothing but itself: offline and without credentials.

A plan contains all that it was made from: both documents, what was remembered of what live
hides, policy and options. So it is made again, and what it claims must be what is made: the
changes and the body, and what is only shown (reason, residual, certificate, remedies). A plan
that this version made is never refused, for planning is a function of these inputs.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any

from reconciler import __version__
from reconciler.errors import AlteredPlan
from reconciler.mapping.examples import short_json
from reconciler.model.canonical import canonical_json
from reconciler.model.json_form import to_json
from reconciler.planning.change import Change
from reconciler.planning.comparison import inputs_of, live_at_planning
from reconciler.planning.operation.certificate import with_open_questions
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.plan_file import check_format, make_again, read_plan
from reconciler.planning.plan_text import Documents
from reconciler.planning.planner import plan_sources
from reconciler.value import field_names, replace

# What a plan only tells, and what decides nothing of what is sent: the base and who moved since,
# the places in the manifest, what Assets calls source and object schema and what it has of them,
# and what the operation does to data that were at hand.
TOLD_OF_SOURCE = frozenset({"base", "file", "data_effect", "object_schema", "import_source_name"})
TOLD_OF_CHANGE = frozenset({"attribution", "stood", "line", "column", "file", "in_assets"})

_LISTS = ("changes", "residual")
_OF_SOURCE = [name for name in field_names(SourcePlan) if name not in {*TOLD_OF_SOURCE, *_LISTS}]
_OF_CHANGE = [name for name in field_names(Change) if name not in TOLD_OF_CHANGE]
_SOURCE_CLAIMS, _CHANGE_CLAIMS = attrgetter(*_OF_SOURCE), attrgetter(*_OF_CHANGE)
_MOST_FAULTS = 3
_MOST_SAME = 20  # characters of prose before those that differ


def open_plan(raw: Any, documents: Sequence[Documents] = ()) -> Plan:
    """Return the plan of the JSON *raw* and of its *documents*, if they are apart, verified.

    Raises PlanFileError if it is no plan of this format, AlteredPlan if it was altered.
    """
    check_format(raw)
    plan = read_plan(raw, documents)
    verify(plan)
    return plan


def verify(plan: Plan) -> None:
    """Return if every claim of *plan* holds (design.md#verification).

    Raises AlteredPlan otherwise, which names the first claims that do not.
    """
    names = [s.source for s in plan.sources]
    if names != sorted(set(names)):
        raise _altered(plan, "its sources are not each there once, in order")
    if plan.errored and plan.sources:
        raise _altered(plan, "one that was made with errors has no sources")
    try:
        inputs = [inputs_of(source, live_at_planning(source)) for source in plan.sources]
        made, _ = plan_sources(inputs, plan.options)
        again = tuple(with_open_questions(each, plan.diagnostics) for each in made)
    except Exception as error:
        # Whatever it is that fails: nothing was ever planned from such documents.
        raise _altered(plan, "its evidence is nothing to plan from") from error
    # Equal values may be other bytes: 1 is true.
    if not any(map(_differ, plan.sources, again)) and _bytes(plan) == _bytes(
        replace(plan, sources=again)
    ):
        return
    found = list(islice(_faults(plan, again), _MOST_FAULTS + 1))
    more = "; and more" if len(found) > _MOST_FAULTS else ""
    raise _altered(plan, "; ".join(found[:_MOST_FAULTS]) + more)


def _altered(plan: Plan, why: str) -> AlteredPlan:
    """Return the error that *plan* is not what this build makes: its prose is a claim as well."""
    by = "another build" if plan.tool_version == __version__ else "another version"
    return AlteredPlan(
        f"the plan was altered after it was made, or {by} of reconciler made it "
        f"({plan.tool_version}; this is {__version__}): {why}",
        hint=make_again(),
    )


def _bytes(plan: Plan) -> tuple[str, bytes]:
    """Return the digest of *plan*, and what of its evidence has none."""
    hidden = [(s.evidence.remembered, s.evidence.stated) for s in plan.sources]
    return plan.digest, canonical_json(hidden)


def _differ(planned: SourcePlan, again: SourcePlan) -> bool:
    return _SOURCE_CLAIMS(planned) != _SOURCE_CLAIMS(again) or any(
        list(map(_CHANGE_CLAIMS, getattr(planned, name)))
        != list(map(_CHANGE_CLAIMS, getattr(again, name)))
        for name in _LISTS
    )


def _faults(plan: Plan, again: tuple[SourcePlan, ...]) -> Iterator[str]:
    """Yield what *plan* claims otherwise than it is made *again*."""
    for planned, made in zip(plan.sources, again, strict=True):
        for name in _LISTS:
            of = f"the {name} of {planned.source}"
            yield from _list_faults(of, getattr(planned, name), getattr(made, name))
        yield from _field_faults(planned.source, _OF_SOURCE, planned, made)


def _list_faults(of: str, planned: tuple[Change, ...], made: tuple[Change, ...]) -> Iterator[str]:
    proved = {c.address: c for c in made}
    claimed = [c.address for c in planned]
    listed = set(claimed)
    yield from (f"{address} is missing from {of}" for address in proved if address not in listed)
    for change in planned:
        if (other := proved.get(change.address)) is None:
            yield f"{change.address} is none of {of}"
        else:
            yield from _field_faults(str(change.address), _OF_CHANGE, change, other)
    if claimed != list(proved):
        yield f"{of} are not in order, each once"


def _field_faults(of: str, names: Sequence[str], planned: Any, made: Any) -> Iterator[str]:
    for name in names:
        claimed, proved = (to_json(getattr(each, name)) for each in (planned, made))
        if canonical_json(claimed) != canonical_json(proved):
            yield f"{of}: {_difference(name, claimed, proved)}"


def _difference(where: str, claimed: Any, proved: Any) -> str:
    """Return the first place below *where* that differs, and how; prose from where it differs."""
    if isinstance(claimed, dict) and isinstance(proved, dict) and claimed.keys() == proved.keys():
        key = next(k for k in claimed if canonical_json(claimed[k]) != canonical_json(proved[k]))
        return _difference(f"{where}.{key}", claimed[key], proved[key])
    if isinstance(claimed, str) and isinstance(proved, str):
        pairs = enumerate(zip(claimed, proved, strict=False))
        same = next((at for at, (one, other) in pairs if one != other), 0)
        if same > _MOST_SAME:
            claimed, proved = (f"…{each[same - _MOST_SAME :]}" for each in (claimed, proved))
    return f"{where} is {short_json(claimed)}, not {short_json(proved)}"
