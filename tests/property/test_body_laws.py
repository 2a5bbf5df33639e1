"""What stands in a body is in the changes, or named as travelling along; nothing else is unsaid."""

from collections import Counter
from collections.abc import Iterator

from hypothesis import assume, given

from reconciler.model.address import Address
from reconciler.planning.plan import Edit, SourcePlan, Verdict
from tests.support.strategies.cases import Case, anyhow, cases
from tests.support.strategies.documents import Json, all_types
from tests.support.strategies.worlds import REF, slow

SOURCE = Address.of(REF.name)


def elements(body: Json) -> Iterator[tuple[Address, Json]]:
    """Each element of *body*, whose types and attributes have ids, but for the system `Key`."""
    for object_type in all_types(body):
        at = SOURCE.object_type(object_type["externalId"])
        yield at, object_type
        for each in object_type.get("attributes", []):
            yield at.attribute(each.get("externalId", each["name"])), each
    for mapping in body["mapping"].get("objectTypeMappings", []):
        at = SOURCE.mapping(mapping["objectTypeExternalId"])
        yield at, mapping
        for entry in mapping.get("attributesMapping", []):
            yield at.attribute(entry.get("attributeExternalId", entry["attributeName"])), entry
    schema = body["schema"]
    for icon in schema.get("iconSchema", {}).get("icons", []):
        yield SOURCE.icon(icon["key"]), icon
    for status in schema.get("statusSchema", {}).get("statuses", []):
        yield SOURCE.status(status["name"]), status


def planned(case: Case) -> SourcePlan:
    (source,) = case.plan().sources
    return source


@slow
@given(cases(options=anyhow, ids=True, creates=True))
def test_what_stands_in_a_body_is_in_the_changes_or_named(case: Case) -> None:
    source = planned(case)
    assume(source.operation is not None)
    assert source.operation is not None
    sent = [c.address for c in source.changes if c.verdict.is_sent]
    added = {c.address for c in source.changes if c.verdict.is_sent and c.action is Edit.ADD}
    along = {c.address for c in source.along}
    named = {*sent, *(a.element for a in sent), *along}
    whole = {a for a in named if a in added or a in along}
    remembered = source.evidence.remembered or source.evidence.shown
    found = set()
    for at, element in elements(source.operation.body):
        found.add(at)
        # A mapping is one element: what it maps is in its addition, or travels with it.
        is_entry = str(at).startswith(f"{SOURCE}/mappings") and at.owner in whole
        assert at in named or is_entry, at
        for field in {"iconKey", "typeValues"} & element.keys() if not remembered else ():
            found.add(at.field(field))
            assert (
                {at, at.field(field)} & {*added, *named}
                if at in added
                else at.field(field) in named
            )
    assert along <= found | {a.field("typeValues") for a in found}, "nothing is named in vain"


@slow
@given(cases(options=anyhow, ids=True, creates=True))
def test_what_live_hides_is_sent_or_known_or_said_to_be_unknown(case: Case) -> None:
    """Without a base nothing is known; with one every icon and status is one of the three."""
    source = planned(case)
    hidden = Counter(source.unknown)
    assert hidden.total() == 0 or source.convergence != "proved"
    open_changes = [c for c in source.changes if c.verdict is Verdict.WRITE_ONLY]
    based = source.evidence.stated is not None
    assert Counter(c.field or c.kind for c in open_changes) == (hidden if based else Counter())
    schema = case.desired["schema"]
    body = dict(elements(source.operation.body)) if source.operation else {}
    for kind, part, items in (
        ("icon", SOURCE.icon, schema.get("iconSchema", {}).get("icons", [])),
        ("status", SOURCE.status, schema.get("statusSchema", {}).get("statuses", [])),
    ):
        wanted = {part(item.get("key", item["name"])) for item in items}
        if case.shown is None or f"{kind}{'s' if kind == 'icon' else 'es'}" in case.shown.shown:
            assert hidden[kind] == 0
        elif case.base is None and source.action != "blocked":
            assert hidden[kind] == len(wanted - body.keys())
