"""The laws are tried on something: what matters does occur among the random examples."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from reconciler.planning.plan import SourcePlan
from tests.support.strategies.cases import Case, anyhow, cases, lenient
from tests.support.strategies.documents import Json, all_types
from tests.support.strategies.edits import EDITS
from tests.support.strategies.mapping_edits import MAPPING_EDITS
from tests.support.strategies.picking import Edit
from tests.support.strategies.schema_edits import (
    SCHEMA_EDITS,
    add_child,
    add_root,
    change_id,
    note_inheritance,
    rename_type,
)
from tests.support.strategies.stale_plans import found, moved

some = settings(
    max_examples=3_000,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def planned(case: Case) -> SourcePlan:
    (source,) = case.plan().sources
    return source


def patch_of(source: SourcePlan) -> Json:
    operation = source.operation
    return dict(operation.body) if operation and operation.method == "PATCH" else {}


def sends(part: str) -> Callable[[SourcePlan], bool]:
    return lambda source: part in json.dumps(patch_of(source))


def has_verdict(verdict: str) -> Callable[[SourcePlan], bool]:
    return lambda source: any(c.verdict == verdict for c in source.changes)


def has_code(code: str) -> Callable[[SourcePlan], bool]:
    return lambda source: any(c.predicted_code == code for c in source.changes)


def is_deep(source: SourcePlan) -> bool:
    """A new type in a new type."""
    body = patch_of(source)
    new = [t for t in all_types(body) if t["name"].startswith("New")] if body else []
    return any("children" in t for t in new)


# What to look for, and among which edits where it is rare.
OCCURRENCES: dict[str, tuple[Callable[[SourcePlan], bool], tuple[Edit, ...]]] = {
    "a body with nested types": (sends('"children"'), EDITS),
    "a new type in a new type": (is_deep, (add_root, add_child)),
    "a reference": (sends('"referenced_object"'), EDITS),
    "a mapping": (sends('"objectTypeName"'), EDITS),
    "an icon": (sends('"png48"'), EDITS),
    "a type's icon": (sends('"iconKey"'), EDITS),
    "a status": (sends('"category"'), EDITS),
    "a status attribute": (sends('"typeValues"'), SCHEMA_EDITS),
    "live's unknown keys": (sends('"unknownValues"'), MAPPING_EDITS),
    "a residual beside what is sent": (lambda s: bool(patch_of(s)) and s.residual != (), EDITS),
    "an unknown key that live contradicts": (
        lambda s: any(c.field == "inheritance" for c in s.residual),
        (note_inheritance,),
    ),
    "something remembered": (
        lambda s: s.evidence.remembered is not None and bool(patch_of(s)),
        EDITS,
    ),
    "patch-undocumented": (has_verdict("patch-undocumented"), EDITS),
    "impossible": (has_verdict("impossible"), EDITS),
    "orphan": (has_verdict("orphan"), EDITS),
    "EXTERNAL_ID_MISMATCH": (has_code("EXTERNAL_ID_MISMATCH"), EDITS),
    "SCHEMA_INVALID_EXTERNAL_ID": (
        has_code("SCHEMA_INVALID_EXTERNAL_ID"),
        (change_id, rename_type),
    ),
    "a reference to a type that is refused": (
        lambda s: any(
            c.field == "referenceObjectTypeExternalId" and c.predicted_code for c in s.changes
        ),
        (change_id, add_child),
    ),
    "proved": (lambda s: s.convergence == "proved" and bool(patch_of(s)), MAPPING_EDITS),
    "partial": (lambda s: s.convergence == "partial" and bool(patch_of(s)), EDITS),
    "unknown": (lambda s: s.convergence == "unknown" and bool(patch_of(s)), EDITS),
    "create": (lambda s: s.action == "create", EDITS),
    "no-op": (lambda s: s.action == "no-op", EDITS),
}


@pytest.mark.parametrize("edits", {id(edits): edits for _, edits in OCCURRENCES.values()}.values())
def test_they_occur_among_the_plans(edits: tuple[Edit, ...]) -> None:
    missing = {what: occurs for what, (occurs, among) in OCCURRENCES.items() if among is edits}

    def has_all(case: Case) -> bool:
        source = planned(case)
        for what in [what for what, occurs in missing.items() if occurs(source)]:
            del missing[what]
        return not missing

    with suppress(NoSuchExample):
        find(cases(options=lenient, creates=True, edits=edits), has_all, settings=some)
    assert missing.keys() == set()


def test_a_source_is_blocked() -> None:
    tried = cases(options=anyhow, creates=True, edits=EDITS)
    find(tried, lambda case: planned(case).action == "blocked", settings=some)


@pytest.mark.parametrize("relevance", ["irrelevant", "rebasable", "conflict"])
def test_live_moves_in_every_way(relevance: str) -> None:
    edits = MAPPING_EDITS if relevance == "rebasable" else EDITS
    find(moved(edits), lambda e: found(*e[:2])[1].relevance == relevance, settings=some)


def test_somebody_else_does_what_was_planned() -> None:
    find(moved(), lambda e: found(*e[:2])[1].applied, settings=some)
