"""What stands in a body is in the changes, or named as travelling along; nothing else is unsaid."""

from collections import Counter
from collections.abc import Iterator

from hypothesis import assume, given

from reconciler.model.address import Address
from reconciler.planning.change import Edit, Verdict
from reconciler.planning.plan import Action, SourcePlan
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
    sent = [c for c in source.changes if c.verdict.is_sent]
    along = {c.address for c in source.along}
    whole = {c.address for c in sent if c.action is Edit.ADD} | along
    named = {*whole, *(c.address for c in sent), *(c.part for c in sent)}
    named |= {c.address.element for c in sent}
    nothing_known = not (source.evidence.remembered or source.evidence.shown)
    found = set()
    for at, element in elements(dict(source.operation.body)):
        found.add(at)
        # A mapping is one element: what it maps is in its addition, or travels with it.
        is_entry = str(at).startswith(f"{SOURCE}/mappings[") and at.owner in whole
        assert at in named or is_entry, at
        for field in {"iconKey", "typeValues"} & element.keys():
            found.add(at.field(field))
            assert not nothing_known or {at, at.field(field)} & (whole | {c.address for c in sent})
    assert along <= found, "nothing is named in vain"


@slow
@given(cases(options=anyhow, ids=True, creates=True))
def test_what_live_hides_is_sent_or_known_or_said_to_be_unknown(case: Case) -> None:
    """Without a base nothing is known; with one every icon and status is one of the three."""
    source = planned(case)
    hidden = Counter(source.unknown)
    assert not hidden or source.convergence != "proved"
    left = Counter(c.field or c.kind for c in source.changes if c.verdict is Verdict.WRITE_ONLY)
    assert left == (hidden if source.evidence.stated is not None else Counter())
    body = dict(elements(dict(source.operation.body))) if source.operation else {}
    schema = case.desired["schema"]
    for kind, part, plural in (
        ("icon", SOURCE.icon, "icons"),
        ("status", SOURCE.status, "statuses"),
    ):
        listed = schema.get("iconSchema" if kind == "icon" else "statusSchema", {}).get(plural, [])
        wanted = {part(each.get("key", each["name"])) for each in listed}
        if case.shown is None or plural in case.shown.shown:
            assert hidden[kind] == 0
        elif case.base is None and source.action is not Action.BLOCKED:
            assert hidden[kind] == len(wanted - body.keys())
