"""Each element of a PATCH body is needed, one that is not is found (design.md#the-patch-body)."""

import copy
from collections.abc import Iterator

from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.manifest.schemas import schema_faults
from reconciler.model.address import Address
from reconciler.model.document import Attribute, Document, walk_types
from reconciler.model.fields import WRITE_ONLY
from reconciler.model.wire import (
    has_external_ids,
    read_document,
    write_attribute,
    write_document,
    write_icon,
    write_status,
    write_type_mapping,
)
from reconciler.planning.diff.align import align
from reconciler.planning.diff.difference import Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.operation.minimality import superfluous
from reconciler.semantics.patch import patch
from reconciler.semantics.response import Accepted
from tests.support.strategies.cases import Case, cases
from tests.support.strategies.documents import Json, all_types
from tests.support.strategies.elements import lacking
from tests.support.strategies.worlds import REF, generated, patched, slow


def body_of(case: Case) -> Json:
    """The PATCH body of the case's plan; an example without one is passed over."""
    (planned,) = case.plan().sources
    assume(planned.operation is not None)
    assert planned.operation is not None
    return dict(planned.operation.body)


def left(desired: Json, live: Document) -> set[Address]:
    """The addresses that differ between the manifest and live, of which all is known."""
    want, have = align(
        read_document(desired),
        live,
        seed=REF.import_source_id or "",
        by_ids=has_external_ids(desired),
    )
    sides = Sides(source=REF.name, desired=want, live=have, shown=WRITE_ONLY)
    return {d.address for d in differences(sides)}


@slow
@given(cases())
def test_without_any_one_element_something_is_undone_or_the_body_invalid(case: Case) -> None:
    """Dropped, an element leaves a difference that the whole body does not, or is refused."""
    body = body_of(case)
    assert case.shown is not None
    live = case.shown.document
    whole = patched(live, body)
    assert isinstance(whole, Accepted)
    left_by_all = left(case.desired, whole.live)
    for name, less in lacking(body, live):
        if schema_faults("payload-2023-10-19", less):
            continue
        outcome = patched(live, less)
        if isinstance(outcome, Accepted):
            assert left(case.desired, outcome.live) - left_by_all, name


@slow
@given(cases())
def test_no_element_of_a_planned_body_is_superfluous(case: Case) -> None:
    body = body_of(case)
    assert case.shown is not None
    assert found_superfluous(case.shown.document, body) == []


@slow
@given(st.data())
def test_an_element_that_changes_nothing_is_named_by_its_pointer(data: st.DataObject) -> None:
    """And nothing else is."""
    case = data.draw(cases())
    body = body_of(case)
    assert case.shown is not None
    live = case.shown.document
    added = list(idle(body, live))
    assume(added)
    larger, element = data.draw(st.sampled_from(added))
    assert found_superfluous(live, larger) == [pointer_to(element, larger)]


def found_superfluous(live: Document, body: Json) -> list[str]:
    sent = read_document(body)
    outcome = patch(live, sent, elsewhere={}, new_id=generated)
    assert isinstance(outcome, Accepted), outcome
    return list(superfluous(sent, before=live, after=outcome.live))


def idle(body: Json, live: Document) -> Iterator[tuple[Json, Json | str]]:
    """Yield bodies with one more element, as live has it, and that element."""
    types = {t.external_id: t for t, _ in walk_types(live.object_types)}
    sent_ids = {t["externalId"] for t in all_types(body)}
    for i, sent in enumerate(all_types(body)):
        if (known := types.get(sent["externalId"])) is None:
            continue
        there = {a["externalId"] for a in sent.get("attributes", [])}
        for attribute in known.attributes:
            if attribute.external_id not in there and is_possible(attribute, sent_ids):
                element = write_attribute(attribute)
                larger = copy.deepcopy(body)
                all_types(larger)[i].setdefault("attributes", []).append(element)
                yield larger, element
        if "iconKey" not in sent and known.icon_key is not None:
            larger = copy.deepcopy(body)
            all_types(larger)[i]["iconKey"] = known.icon_key
            yield larger, f"{sent['externalId']} iconKey"
    yield from _idle_in(body, ("mapping", "objectTypeMappings"), "objectTypeExternalId",
                        map(write_type_mapping, live.mappings))  # fmt: skip
    yield from _idle_in(body, ("schema", "iconSchema", "icons"), "key", map(write_icon, live.icons))
    yield from _idle_in(body, ("schema", "statusSchema", "statuses"), "name",
                        map(write_status, live.statuses))  # fmt: skip


def is_possible(attribute: Attribute, sent: set[str]) -> bool:
    """A reference can only be sent with the type that it refers to."""
    return attribute.reference_external_id is None or attribute.reference_external_id in sent


def _idle_in(
    body: Json, path: tuple[str, ...], key: str, elements: Iterator[Json]
) -> Iterator[tuple[Json, Json]]:
    for element in elements:
        larger = copy.deepcopy(body)
        holder = larger
        for step in path[:-1]:
            holder = holder.setdefault(step, {})
        there = holder.setdefault(path[-1], [])
        if element[key] not in {e[key] for e in there}:
            there.append(element)
            yield larger, element


def pointer_to(element: Json | str, body: Json) -> str:
    """The JSON pointer of *element* in the body as it is written."""
    written = write_document(read_document(body))
    (found,) = [pointer for pointer, inner in _walk(written, "") if inner == element]
    return found


def _walk(value: object, pointer: str) -> Iterator[tuple[str, object]]:
    yield pointer, value
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "iconKey":
                yield f"{pointer}/{key}", f"{value['externalId']} iconKey"
            yield from _walk(inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _walk(inner, f"{pointer}/{i}")
