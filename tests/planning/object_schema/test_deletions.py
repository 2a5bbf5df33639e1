"""Deletions by schema operations: of what, in which order, and what has to be accepted."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.errors import AlteredPlan
from reconciler.model.document import Document
from reconciler.model.object_schema import SchemaContent, SchemaStatus
from reconciler.model.policy import Permission, SchemaPolicy
from reconciler.model.wire import read_document
from reconciler.planning.change import Verdict
from reconciler.planning.inputs import Baseline
from reconciler.planning.last_sent import last_sent
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.operation import Losses
from reconciler.planning.operation.read_back import before_and_after
from reconciler.planning.plan import Action, Convergence, Plan, SourcePlan
from reconciler.planning.reasons import ReasonCode
from reconciler.planning.risk_codes import RiskCode
from reconciler.planning.surroundings import SiteSource
from reconciler.planning.verification import open_plan
from reconciler.render.plan.json import plan_json
from reconciler.value import replace
from tests.support.documents.assets import (
    all_of,
    attribute,
    content_of,
    plan_with_assets,
    source_of,
)
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import (
    Edit,
    add_type,
    document,
    drop_attribute,
    drop_mapping,
    drop_type,
    map_attribute,
    map_type,
    refer,
    set_attribute,
    without_ids,
)

ALLOW = SchemaPolicy(delete=Permission.ALLOW)
SIZE = "s/objectTypes[file]/attributes[size]"
FILE, DRIVE = "s/objectTypes[file]", "s/objectTypes[drive]"
WITH_SIZE = 'objectTypeId = 302 AND "Size" IS NOT EMPTY'
NO_DRIVE = (drop_type("file"), drop_type("drive"))


def base(*edits: Edit) -> Baseline:
    then = read_document(document(*edits))
    return Baseline(name="apply of then", desired=then, last_sent=last_sent([then]))


def plan(*edits: Edit, live: tuple[Edit, ...] = (), **given: Any) -> Plan:
    """Return the plan of a source that applied what lives, by whose credential all is counted."""
    of_source = {
        key: given.pop(key) for key in ("content", "is_confirmed", "beside") if key in given
    }
    source = source_of(
        *edits, live=live_of(*live), base=given.pop("base", base(*live)), **of_source
    )
    content = of_source.get("content")
    schema = given.pop("schema", ALLOW)
    counts = given.pop("counts", {})
    return plan_with_assets(source, schema=schema, counts=counts, content=content, **given)


def planned(*edits: Edit, **given: Any) -> SourcePlan:
    (only,) = plan(*edits, **given).sources
    return only


def paths(source: SourcePlan) -> list[str]:
    return [each.path for each in source.schema_operations]


def test_an_attribute_is_deleted_after_the_patch_that_unmaps_it() -> None:
    mapped = (map_attribute("file", "size", "Size", "size"),)
    source = planned(
        *mapped, drop_attribute("size"), live=mapped, counts={WITH_SIZE: 3},
        accept_loss={SIZE: 3},
    )  # fmt: skip
    (operation,) = source.schema_operations
    assert (operation.method, operation.path, operation.body) == (
        "DELETE", "objecttypeattribute/1005", None,
    )  # fmt: skip
    assert (operation.phase, operation.join, operation.reversible) == ("after", "confirmed", None)
    assert (operation.loses, str(operation.address)) == (Losses(values=3), SIZE)
    required = {each.rule: each.value for each in operation.requires}
    assert required == {
        "is-named": "Size", "sees-all": None, "is-own": None, "is-removable": None,
        "is-no-label": None, "is-no-identity": None, "is-unmapped-beside": None,
        "is-unmapped": None, "loses-at-most": 3,
    }  # fmt: skip
    assert {c.address.within_source: (c.verdict, c.risk_code) for c in source.changes} == {
        "objectTypes[file]/attributes[size]": (
            Verdict.SCHEMA_OPERATION, RiskCode.VALUES_DELETED,
        ),
        "mappings[file]/attributes[size]": (Verdict.PATCH, RiskCode.ATTRIBUTE_UNMAPPED),
    }  # fmt: skip
    assert source.operation is not None
    assert (source.convergence, source.residual) == (Convergence.PROVED, ())
    assert source.certificate is not None
    assert source.certificate.rests_on == ("no-other-project-maps-it",)
    _, after = before_and_after(source)
    assert "size" not in {a.external_id for a in after.object_types[0].children[0].attributes}


def test_what_would_be_lost_blocks_until_that_very_number_is_accepted() -> None:
    options: dict[str, Any] = {"counts": {WITH_SIZE: 1204}}
    unsaid, other, accepted = (
        plan(drop_attribute("size"), accept_loss=each, **options)
        for each in ({}, {SIZE: 1203}, {SIZE: 1204})
    )
    lost = "1,204 values would be lost with attribute 'Size' (1005)"
    flag = f"accept that with --accept-loss '{SIZE}=1204'"
    blocked = [source for each in (unsaid, other) for source in each.sources]
    assert {(each.action, each.reason.code) for each in blocked} == {
        (Action.BLOCKED, ReasonCode.LOSS_NOT_ACCEPTED)
    }
    assert [each.reason.text for each in blocked] == [
        f"{lost}; {flag}", f"{lost}, and 1,203 accepted; {flag}",
    ]  # fmt: skip
    assert [s.schema_operations for s in unsaid.sources] == [()]
    assert [s.action for s in accepted.sources] == [Action.UPDATE]
    assert len({each.digest for each in (unsaid, other, accepted)}) == 3
    assert [d.code for d in accepted.diagnostics] == []


def test_accepting_what_is_not_deleted_is_a_warning() -> None:
    """The same command has to work again once the deletion is done."""
    found = plan(accept_loss={SIZE: 3}).diagnostics
    assert [(d.code, d.text) for d in found] == [
        ("loses-nothing", f"--accept-loss names {SIZE}, where the plan deletes nothing")
    ]


def test_what_a_manifest_without_ids_names_is_no_orphan() -> None:
    """The ids are those of live. Without ids there are no status attributes."""
    source = planned(drop_attribute("size"), without_ids)
    assert {each.object.name for each in source.schema_operations} == {"Size", "State"}


def test_references_are_counted_as_such() -> None:
    live = (refer("file", "above", "Above", to="os"),)
    query = 'objectTypeId = 302 AND "Above" IS NOT EMPTY'
    address = "s/objectTypes[file]/attributes[above]"
    source = planned(live=live, counts={query: 2}, accept_loss={address: 2})
    assert [each.loses for each in source.schema_operations] == [Losses(references=2)]


def test_types_that_inherit_an_attribute_lose_values_of_it_too() -> None:
    shown = content_of(live_of().document)
    types = tuple(replace(t, is_inherited=t.name == "Hard Drive") for t in shown.types)
    counts = {
        'objectTypeId = 301 AND "State" IS NOT EMPTY': 1,
        'objectTypeId = 302 AND "State" IS NOT EMPTY': 2,
    }
    (source,) = plan(
        drop_attribute("state"), content=replace(shown, types=types), counts=counts
    ).sources
    assert "3 values would be lost" in source.reason.text


def test_a_type_goes_with_its_attributes_after_the_types_below_it() -> None:
    counts = {"objectTypeId = 301": 2, "objectTypeId = 302": 5}
    source = planned(*NO_DRIVE, counts=counts, accept_loss={DRIVE: 2, FILE: 5})
    assert paths(source) == ["objecttype/302", "objecttype/301"]
    assert [[a.within_source for a in each.settles] for each in source.schema_operations] == [
        [
            "objectTypes[file]",
            "objectTypes[file]/attributes[path]",
            "objectTypes[file]/attributes[size]",
        ],
        [
            "objectTypes[drive]",
            "objectTypes[drive]/attributes[duid]",
            "objectTypes[drive]/attributes[os-ref]",
            "objectTypes[drive]/attributes[state]",
        ],
    ]
    # No operation takes the mapping of a type away.
    assert [(c.address.within_source, c.verdict) for c in source.residual] == [
        ("mappings[drive]", Verdict.ORPHAN), ("mappings[file]", Verdict.ORPHAN),
    ]  # fmt: skip
    assert source.certificate is not None
    assert source.certificate.rests_on == (
        "mapping-of-a-deleted-type-stays",
        "no-other-object-schema-refers-to-it",
        "no-other-project-maps-it",
    )
    assert source.convergence is Convergence.PARTIAL
    assert {c.risk_code for c in source.changes if c.verdict is Verdict.SCHEMA_OPERATION} == {
        RiskCode.OBJECTS_DELETED, RiskCode.VALUES_DELETED,
    }  # fmt: skip


def test_of_two_witnesses_for_the_objects_of_a_type_the_larger_counts() -> None:
    shown = content_of(live_of().document)
    types = tuple(replace(t, objects=7 if t.name == "File" else 0) for t in shown.types)
    (source,) = plan(
        drop_type("file"), content=replace(shown, types=types),
        counts={"objectTypeId = 302": 5},
    ).sources  # fmt: skip
    assert "7 objects would be lost with object type 'File' (302)" in source.reason.text


def test_what_refers_to_a_type_is_deleted_before_it() -> None:
    source = planned(drop_type("os"), drop_attribute("os-ref"))
    assert paths(source) == ["objecttypeattribute/1002", "objecttype/303"]


def unmanaged(shown: SchemaContent) -> SchemaContent:
    return replace(shown, schema=replace(shown.schema, is_managed=None))


MAPPED = map_attribute("file", "size", "Size", "size")
BY_NAME = "its name alone says which element of Assets it is, and something is lost with it"
# What the manifest lacks, what lives besides, what Assets shows, the counts, and why it stays.
OPEN: dict[str, tuple[Edit, tuple[Edit, ...], Callable[..., Any], dict[str, int | str], str]] = {
    "the label": (
        drop_attribute("size"), (), attribute("Size", label=True), {},
        "attribute 'Size' (1005) is the label of its objects",
    ),
    "an attribute of Assets itself": (
        drop_attribute("size"), (), attribute("Size", is_system=True), {},
        "Assets does not allow deletion of attribute 'Size' (1005)",
    ),
    "what nobody may remove": (
        drop_attribute("size"), (), attribute("Size", is_removable=False), {},
        "Assets does not allow deletion of attribute 'Size' (1005)",
    ),
    "what imports tell objects apart by": (
        drop_attribute("path"), (), attribute("Path", label=False), {},
        "imports identify objects by attribute 'Path' (1004)",
    ),
    "an attribute whose mapping cannot go": (
        lambda made: (drop_attribute("size")(made), drop_mapping("file")(made))[0],
        (MAPPED,), all_of(), {}, "the mapping of its source still fills attribute 'Size' (1005)",
    ),
    "what the manifest calls by another external id": (
        set_attribute("size", externalId="bytes"), (), all_of(), {},
        "the manifest has its name under another external id",
    ),
    "a type that an attribute refers to": (
        drop_type("os"), (), all_of(), {}, "attribute 'OS' (1002) refers to it",
    ),
    "what a credential may not see": (
        drop_attribute("size"), (), unmanaged, {},
        (
            "the owner of the schema credential does not manage the object schema, so counts of "
            "objects are not reliable"
        ),
    ),
    "what could not be counted": (
        drop_attribute("size"), (), all_of(), {WITH_SIZE: "the objects could not be counted: 503"},
        "the objects could not be counted: 503",
    ),
    "a type known by its name alone, with objects": (
        drop_type("new"), (add_type("new", "New"),), all_of(), {"objectTypeId = 303": 1}, BY_NAME,
    ),
    "a mapped type known by its name alone": (
        drop_type("new"), (add_type("new", "New"), map_type("new", "New")), all_of(), {},
        "its mapping does not say which element of Assets it is, only its name does",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OPEN)
def test_what_is_not_deleted_stays_an_orphan_whose_remedy_says_why(case: str) -> None:
    edit, live, shows, counts, why = OPEN[case]
    content = shows(content_of(live_of(*live).document))
    source = planned(
        *live, edit, live=live, content=content, counts=counts,
        is_confirmed="by its name alone" not in case,
    )  # fmt: skip
    orphans = {c.remedy for c in source.changes if c.verdict is Verdict.ORPHAN}
    assert source.schema_operations == ()
    assert any(str(each).startswith(f"reconciler cannot delete it: {why}. ") for each in orphans)


def test_a_type_that_is_known_by_its_name_alone_goes_where_nothing_is_lost() -> None:
    source = planned(live=(add_type("new", "New"),))
    assert [(each.path, each.join) for each in source.schema_operations] == [
        ("objecttype/303", "by-name")
    ]


def test_a_type_with_a_type_below_it_that_is_not_the_source_s_stays() -> None:
    live = (add_type("new", "New"), add_type("below", "Below", under="new"))
    source = planned(live=live, base=base(add_type("new", "New")))
    assert source.schema_operations == ()
    (change,) = (c for c in source.changes if str(c.address) == "s/objectTypes[new]")
    assert "object type 'Below' (304) is below it" in str(change.remedy)


OWNED: dict[str, tuple[tuple[Edit, ...], Baseline | None, bool]] = {
    "the base has it": ((), base(), True),
    "its mapping fills it": ((MAPPED,), None, True),
    "nobody knows whose it is": ((), None, False),
    "the base did not have it": ((), base(drop_attribute("size")), False),
}


@pytest.mark.parametrize("case", OWNED)
def test_only_what_is_the_source_s_own_is_deleted(case: str) -> None:
    live, known, is_deleted = OWNED[case]
    for schema in (ALLOW, SchemaPolicy()):
        source = planned(drop_attribute("size"), live=live, base=known, schema=schema)
        (change,) = (c for c in source.changes if str(c.address) == SIZE)
        hints = str(change.remedy).startswith("reconciler")
        is_allowed = is_deleted and schema == ALLOW
        expected = Verdict.SCHEMA_OPERATION if is_allowed else Verdict.ORPHAN
        assert (change.verdict, hints) == (expected, is_deleted and not is_allowed)


def test_what_policy_denies_is_offered_and_not_counted() -> None:
    source = planned(drop_attribute("size"), schema=SchemaPolicy(), counts=None)
    (change,) = source.changes
    assert (source.action, source.schema_operations) == (Action.NO_OP, ())
    assert str(change.remedy).startswith(
        "reconciler can delete it: set policy.schema.delete to allow. "
    )


def test_nothing_is_deleted_where_nobody_counted() -> None:
    source = planned(drop_attribute("size"), counts=None)
    assert [(c.verdict, str(c.remedy)[:10]) for c in source.changes] == [
        (Verdict.ORPHAN, "Delete it ")
    ]


def beside(*edits: Edit) -> tuple[Document, ...]:
    return (read_document(document(*edits)),)


def test_what_the_mapping_of_another_source_fills_stays() -> None:
    source = planned(drop_attribute("size"), beside=beside(MAPPED))
    (change,) = source.changes
    assert "the mapping of another source fills attribute 'Size' (1005)" in str(change.remedy)
    assert planned(drop_attribute("size"), beside=beside()).schema_operations


def test_what_a_source_may_map_that_was_not_read_stays() -> None:
    unread = [SiteSource(name="t", desired=Document())]
    source = planned(drop_attribute("size"), beside=(), counts={})
    assert source.schema_operations
    (source,) = plan_with_assets(
        source_of(drop_attribute("size"), base=base()), schema=ALLOW, counts={}, beside=unread
    ).sources
    (change,) = source.changes
    assert 'not read, and may map it: "t"; plan all sources. ' in str(change.remedy)


def test_what_another_manifest_defines_is_none_of_the_source_s() -> None:
    one = source_of(drop_attribute("size"), base=base())
    (first, _) = plan_with_assets(one, source_of(name="t"), schema=ALLOW, counts={}).sources
    assert (first.changes, first.schema_operations) == ((), ())


def status(**fields: Any) -> Callable[[SchemaContent], SchemaContent]:
    made = SchemaStatus(**{"id": "9", "name": "Old", "schema_id": "41", **fields})
    return lambda shown: replace(shown, statuses=(made,))


def old_status(made: Any) -> None:
    made["schema"]["statusSchema"]["statuses"].append({"name": "Old", "category": "active"})


HAS_OLD = 'objectTypeId = 301 AND "State" = "Old"'
STATUSES: dict[str, tuple[Callable[..., Any], dict[str, int | str], str | None]] = {
    "in no use": (status(), {}, None),
    "allowed somewhere": (
        all_of(status(), attribute("State", status_ids=("9",))), {},
        "attribute 'State' (1003) allows it",
    ),
    "objects have it": (status(), {HAS_OLD: 1}, "objects have it"),
}  # fmt: skip


@pytest.mark.parametrize("case", STATUSES)
def test_a_status_is_deleted_that_nothing_has(case: str) -> None:
    shows, counts, why = STATUSES[case]
    live = live_of(old_status, everything=True)
    content = shows(content_of(live.document))
    (source,) = plan_with_assets(
        source_of(live=live, content=content, base=base(old_status)),
        schema=ALLOW, counts=counts, content=content,
    ).sources  # fmt: skip
    (change,) = source.changes
    if why is None:
        assert [(each.path, each.loses) for each in source.schema_operations] == [
            ("config/statustype/9", Losses())
        ]
        assert change.risk_code == RiskCode.STATUS_DELETED
    else:
        assert source.schema_operations == ()
        assert str(change.remedy).startswith(f"reconciler cannot delete it: {why}. ")


def test_live_after_the_operations_lacks_what_they_delete_and_they_may_be_done_twice() -> None:
    source = planned(*NO_DRIVE)
    then = live_of().document
    document = after_operations(then, source.schema_operations)
    assert [t.external_id for t in document.object_types] == ["os"]
    assert document.mappings == then.mappings
    assert after_operations(document, source.schema_operations) == document


def test_a_saved_plan_makes_its_deletions_again() -> None:
    made = plan(drop_attribute("size"), counts={WITH_SIZE: 3}, accept_loss={SIZE: 3})
    written = json.loads(plan_json(made))
    assert written["accept_loss"] == {SIZE: 3}
    assert open_plan(written) == made
    written["accept_loss"] = {SIZE: 4}
    with pytest.raises(AlteredPlan):
        open_plan(written)
