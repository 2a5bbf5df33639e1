"""One source planned: the verdict of each edit, the smallest body, what blocks and what is left."""

import re

import pytest

from reconciler.codes.manifest import ManifestCode
from reconciler.model.policy import Orphans
from reconciler.model.source import ConfigStatus, Description, Live, SourceRef
from reconciler.model.wire import read_document
from reconciler.planning.plan import Action, Convergence, Plan, SourcePlan
from reconciler.planning.planner import (
    PlanOptions,
    SourceInput,
    make_plan,
    plan_sources,
    surrounded,
)
from reconciler.planning.premises import Premise
from reconciler.value import replace
from tests.support.documents.planned import REF, live_of, plan_of
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    document,
    drop_attribute,
    drop_type,
    map_attribute,
    map_type,
    set_attribute,
    set_mapping,
    set_type,
    types,
)

OS_REF = "s/objectTypes[drive]/attributes[os-ref]"


def source(plan: Plan) -> SourcePlan:
    (only,) = plan.sources
    return only


def seen(plan: SourcePlan) -> list[str]:
    """The changes as one line each: address, verdict, and the predicted code where there is one."""
    return [
        f"{c.address} {c.action} {c.verdict}" + (f" {c.predicted_code}" if c.predicted_code else "")
        for c in plan.changes
    ]


def body(plan: SourcePlan) -> Json:
    assert plan.operation is not None
    return dict(plan.operation.body)


VERDICTS: dict[str, tuple[list[Edit], Action, list[str]]] = {
    "nothing differs": ([], Action.NO_OP, []),
    "a type's description": (
        [set_type("file", description="new")],
        Action.UPDATE,
        ["s/objectTypes[file]/description change patch"],
    ),
    "an attribute's description": (
        [set_attribute("size", description="new")],
        Action.UPDATE,
        ["s/objectTypes[file]/attributes[size]/description change patch"],
    ),
    "a new attribute": (
        [add_attribute("file", "hash", "Hash")],
        Action.UPDATE,
        ["s/objectTypes[file]/attributes[hash] add patch"],
    ),
    "a new nested type, its attribute and its mapping": (
        [
            add_type("folder", "Folder", under="drive"),
            add_attribute("folder", "fname", "Name"),
            map_type("folder", "Folder"),
        ],
        Action.UPDATE,
        [
            "s/objectTypes[folder] add patch",
            "s/objectTypes[folder]/attributes[fname] add patch",
            "s/mappings[folder] add patch",
        ],
    ),
    "a rename of a type": (
        [set_type("os", name="OS")],
        Action.BLOCKED,
        ["s/objectTypes[os]/name change impossible"],
    ),
    "a rename of an attribute": (
        [set_attribute("size", name="Bytes")],
        Action.BLOCKED,
        ["s/objectTypes[file]/attributes[size]/name change impossible"],
    ),
    "another attribute type": (
        [set_attribute("size", type="double")],
        Action.BLOCKED,
        ["s/objectTypes[file]/attributes[size]/type change impossible"],
    ),
    "another referenced type": (
        [set_attribute("os-ref", referenceObjectTypeExternalId="file")],
        Action.BLOCKED,
        [f"{OS_REF}/referenceObjectTypeExternalId change impossible"],
    ),
    "cardinality, unique and label are undocumented": (
        [
            set_attribute("size", maximumCardinality=3, unique=True),
            set_attribute("path", label=False, minimumCardinality=1),
        ],
        Action.UPDATE,
        [
            "s/objectTypes[file]/attributes[path]/label change patch-undocumented",
            "s/objectTypes[file]/attributes[size]/maximumCardinality change patch-undocumented",
            "s/objectTypes[file]/attributes[size]/unique change patch-undocumented",
        ],
    ),
    "an attribute and its mapping gone from the manifest": (
        [drop_attribute("os-ref")],
        Action.UPDATE,
        [
            "s/objectTypes[drive]/attributes[os-ref] remove orphan",
            "s/mappings[drive]/attributes[os-ref] remove patch",
        ],
    ),
    "a type gone from the manifest": (
        [drop_type("file")],
        Action.NO_OP,
        [
            "s/objectTypes[file] remove orphan",
            "s/objectTypes[file]/attributes[path] remove orphan",
            "s/objectTypes[file]/attributes[size] remove orphan",
            "s/mappings[file] remove orphan",
        ],
    ),
    "selector, locators and IQL": (
        [
            set_mapping("file", selector="drives.all"),
            lambda d: d["mapping"]["objectTypeMappings"][0]["attributesMapping"][1].update(
                attributeLocators=["os", "system"], objectMappingIQL="Name Like ${os}"
            ),
        ],
        Action.UPDATE,
        [
            "s/mappings[drive]/attributes[os-ref]/attributeLocators change patch",
            "s/mappings[drive]/attributes[os-ref]/objectMappingIQL change patch",
            "s/mappings[file]/selector change patch",
        ],
    ),
    "an attribute mapped": (
        [map_attribute("file", "size", "Size", "size")],
        Action.UPDATE,
        ["s/mappings[file]/attributes[size] add patch"],
    ),
    "another external id for a name that lives": (
        [drop_type("os"), add_type("os-2", "Operating System"),
         set_attribute("os-ref", referenceObjectTypeExternalId="os")],
        Action.BLOCKED,
        [
            "s/objectTypes[os-2] add impossible EXTERNAL_ID_MISMATCH",
            "s/objectTypes[os] remove orphan",
            "s/objectTypes[os]/attributes[os-name] remove orphan",
        ],
    ),
    "a server-owned name": (
        [lambda d: d["schema"]["objectSchema"].update(name="Other", description="Other")],
        Action.NO_OP,
        [],
    ),
    "defaults spelt out": (
        [set_attribute("size", label=False, minimumCardinality=0, maximumCardinality=1,
                       unique=False)],
        Action.NO_OP,
        [],
    ),
    "the system Key stated and mapped": (
        [
            lambda d: types(d)["os"]["attributes"].append(
                {"externalId": "k", "name": "Key", "description": "", "type": "text"}
            )
        ],
        Action.NO_OP,
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", VERDICTS)
def test_verdicts(case: str) -> None:
    edits, action, changes = VERDICTS[case]
    planned = source(plan_of(*edits))
    assert planned.action is action
    assert seen(planned) == changes


def test_put_carries_the_whole_document() -> None:
    plan = plan_of(status=ConfigStatus.MISSING_MAPPING)
    planned = source(plan)
    assert planned.action is Action.CREATE
    assert planned.operation is not None
    assert planned.operation.method == "PUT"
    assert planned.operation.path == "importsource/id%201/mapping"
    assert planned.operation.query == {"async": "true"}
    assert read_document(planned.operation.body) == read_document(document())
    assert plan.summary.add == len(planned.changes) == 3 + 6 + 1 + 2
    assert planned.convergence is Convergence.PROVED
    assert planned.live_digest == (
        "sha256:74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"
    ), "the digest of null"


def test_a_nested_change_comes_with_bare_ancestors() -> None:
    planned = source(plan_of(set_attribute("size", description="In bytes")))
    assert body(planned)["schema"]["objectSchema"]["objectTypes"] == [
        {
            "externalId": "drive",
            "name": "Hard Drive",
            "description": "A hard drive",
            "children": [
                {
                    "externalId": "file",
                    "name": "File",
                    "description": "A file",
                    "attributes": [
                        {
                            "externalId": "size",
                            "name": "Size",
                            "description": "In bytes",
                            "type": "integer",
                        }
                    ],
                }
            ],
        }
    ]
    assert body(planned)["mapping"] == {"objectTypeMappings": []}


def test_a_new_reference_comes_with_its_target_as_a_stub() -> None:
    planned = source(
        plan_of(
            add_attribute(
                "os", "home", "Home", type="referenced_object", referenceObjectTypeExternalId="file"
            )
        )
    )
    sent = body(planned)["schema"]["objectSchema"]["objectTypes"]
    assert sent[0]["children"] == [
        {"externalId": "file", "name": "File", "description": "A file"}
    ], "a stub under its own ancestors"
    assert [a["externalId"] for a in sent[1]["attributes"]] == ["home"]


def test_a_mapping_is_sent_whole_with_live_s_unknown_keys_and_a_stub_of_its_type() -> None:
    live = live_of(set_mapping("drive", unknownValues="ADD"))
    planned = source(plan_of(set_mapping("drive", selector="new"), live=live))
    assert body(planned)["schema"]["objectSchema"]["objectTypes"] == [
        {"externalId": "drive", "name": "Hard Drive", "description": "A hard drive"}
    ]
    (sent,) = body(planned)["mapping"]["objectTypeMappings"]
    assert sent["selector"] == "new"
    assert sent["unknownValues"] == "ADD"
    assert [e["attributeExternalId"] for e in sent["attributesMapping"]] == ["duid", "os-ref"]


def test_an_iql_that_only_live_has_is_unmanaged_and_survives_an_overwrite() -> None:
    def without_iql(made: Json) -> None:
        del made["mapping"]["objectTypeMappings"][0]["attributesMapping"][1]["objectMappingIQL"]

    assert source(plan_of(without_iql)).action is Action.NO_OP
    planned = source(plan_of(without_iql, set_mapping("drive", selector="new")))
    (sent,) = body(planned)["mapping"]["objectTypeMappings"]
    assert sent["attributesMapping"][1]["objectMappingIQL"] == "Name = ${os}"


def test_a_default_that_the_manifest_omits_is_sent_where_live_contradicts_it() -> None:
    live = live_of(set_attribute("size", maximumCardinality=5, unique=True))
    planned = source(plan_of(live=live))
    sent = body(planned)["schema"]["objectSchema"]["objectTypes"][0]["children"][0]["attributes"][0]
    assert (sent["maximumCardinality"], sent["unique"]) == (1, False)


def test_with_allow_residual_the_rest_is_sent_and_live_s_value_kept() -> None:
    planned = source(
        plan_of(set_attribute("size", name="Bytes", description="new"), allow_residual=True)
    )
    assert planned.action is Action.UPDATE
    assert planned.convergence is Convergence.PARTIAL
    assert [str(c.address) for c in planned.residual] == [
        "s/objectTypes[file]/attributes[size]/name"
    ]
    sent = body(planned)["schema"]["objectSchema"]["objectTypes"][0]["children"][0]["attributes"][0]
    assert (sent["name"], sent["description"]) == ("Size", "new")


@pytest.mark.parametrize(
    ("policy", "action", "orphans"),
    [
        (Orphans.REPORT, Action.NO_OP, 1),
        (Orphans.IGNORE, Action.NO_OP, 0),
        (Orphans.FAIL, Action.BLOCKED, 1),
    ],
)
def test_policy_for_orphans(policy: Orphans, action: Action, orphans: int) -> None:
    plan = plan_of(drop_attribute("size"), orphans=policy)
    assert source(plan).action is action
    assert plan.summary.orphan == orphans


def test_what_live_does_not_show_is_one_remark_and_no_change() -> None:
    plan = plan_of(set_type("os", iconKey="x"), set_attribute("state", typeValues=["Active"]))
    assert source(plan).changes == ()
    assert not plan.has_changes
    assert [d.code for d in plan.diagnostics] == ["write-only"]


def test_resend_write_only_sends_what_live_does_not_show() -> None:
    planned = source(plan_of(resend_write_only=True))
    assert [(str(c.address), c.field) for c in planned.changes] == [
        ("s/objectTypes[drive]/attributes[state]/typeValues", "typeValues"),
        ("s/statuses[Active]", None),
    ]
    assert body(planned)["schema"]["statusSchema"]["statuses"][0]["name"] == "Active"


def test_what_live_shows_after_all_is_compared() -> None:
    live = live_of(everything=True)
    assert "typeValues" in live.shown
    planned = source(plan_of(set_attribute("state", typeValues=["Retired"]), live=live))
    assert seen(planned) == [
        "s/objectTypes[drive]/attributes[state]/typeValues change patch-undocumented"
    ]


def test_running_is_a_warning() -> None:
    plan = plan_of(status=ConfigStatus.RUNNING)
    assert [d.code for d in plan.diagnostics if d.severity == "warning"] == ["import-running"]


def test_the_digest_forgets_clock_version_and_warnings() -> None:
    one = plan_of(set_type("os", description="new"))
    remark = ManifestCode.NO_LABEL.diagnostic("x", source="s")
    other = replace(
        one, tool_version="99", created_at="2027-01-01T00:00:00Z", diagnostics=(remark,)
    )
    assert one.digest == other.digest
    assert one.digest != plan_of(set_type("os", description="newer")).digest


RENAMES: dict[str, tuple[list[Edit], list[str]]] = {
    "a type under another external id": (
        [
            drop_type("file"),
            add_type("doc", "Files", under="drive"),
            add_attribute("doc", "doc-path", "Path", label=True),
            add_attribute("doc", "doc-size", "Size", type="integer"),
        ],
        ["doc looks like file"],
    ),
    "an attribute filled from the same data": (
        [drop_attribute("os-ref"), add_attribute("drive", "system", "System",
            type="referenced_object", referenceObjectTypeExternalId="os"),
         map_attribute("drive", "system", "System", "os")],
        ["system looks like os-ref"],
    ),
    "an attribute of another type is not": (
        [drop_attribute("size"), add_attribute("file", "sizes", "Size2", type="date")],
        [],
    ),
    "a type elsewhere in the tree is not": (
        [drop_type("file"), add_type("file-2", "File 2")],
        [],
    ),
    "nothing gone, nothing renamed": ([add_attribute("file", "path-2", "Path 2")], []),
}  # fmt: skip


@pytest.mark.parametrize("case", RENAMES)
def test_probable_renames_are_said_and_change_nothing(case: str) -> None:
    edits, expected = RENAMES[case]
    plan = plan_of(*edits)
    told = [d for d in plan.diagnostics if d.code == "probable-rename"]
    ids = [re.findall(r"\(([^)]+)\)", d.text) for d in told]
    assert [f"{new} looks like {old}" for new, old in ids] == expected
    assert all(d.severity == "warning" and d.hint for d in told)
    assert not plan.blocked


def test_a_put_leaves_out_what_is_refused_and_all_in_it() -> None:
    """Ids that another source has: the type, its attribute, child and mapping stay out."""
    theirs = document()
    mine = document(
        add_type("mine", "Mine"),
        add_attribute("mine", "duid", "Taken"),
        add_attribute("mine", "kept", "Kept", label=True),
        map_type("mine", "Mine"),
        map_attribute("mine", "duid", "Taken", "x"),
        map_attribute("mine", "kept", "Kept", "y"),
        drop_type("file"),
        drop_type("os"),
        drop_type("drive"),
    )
    other = SourceRef(name="other", import_source_id="2", workspace_id="w")
    plan = make_plan(
        surrounded(
            [
                SourceInput(
                    ref=REF,
                    desired=read_document(mine),
                    live=Live(
                        status=ConfigStatus.MISSING_MAPPING,
                        document=None,
                        description=Description(object_schema="mine"),
                    ),
                ),
                SourceInput(
                    ref=other,
                    desired=read_document(theirs),
                    live=Live(status=ConfigStatus.IDLE, document=live_of()),
                ),
            ]
        ),
        environment="test",
        options=PlanOptions(allow_residual=True),
        tool_version="0",
        created_at="2026-01-01T00:00:00Z",
    )
    planned = next(s for s in plan.sources if s.source == "s")
    assert planned.action is Action.CREATE
    assert {c.predicted_code for c in planned.residual} == {"SCHEMA_INVALID_EXTERNAL_ID"}
    assert [a["externalId"] for a in types(body(planned))["mine"]["attributes"]] == ["kept"]
    (sent,) = body(planned)["mapping"]["objectTypeMappings"]
    assert [e["attributeExternalId"] for e in sent["attributesMapping"]] == ["kept"]


@pytest.mark.parametrize(
    ("edit", "rests_on"),
    [
        (add_attribute("os", "new", "New"), ("external-ids-free-on-site",)),
        (set_type("os", description="new"), ()),
    ],
    ids=["a new id", "no new id"],
)
def test_new_ids_of_a_site_with_two_environments_rest_on_being_free(
    edit: Edit, rests_on: tuple[str, ...]
) -> None:
    given = SourceInput(
        ref=REF,
        desired=read_document(document(edit)),
        live=Live(status=ConfigStatus.IDLE, document=live_of()),
    )
    around = surrounded([given], premises=[Premise.IDS_FREE_ON_SITE])
    (planned,), _ = plan_sources(around, PlanOptions())
    assert planned.certificate is not None
    assert planned.certificate.rests_on == rests_on
