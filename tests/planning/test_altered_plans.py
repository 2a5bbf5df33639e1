"""A saved plan that was altered anywhere is refused, or nothing that is sent depends on it.

Every value of a few genuine plans is put another way, with the digests as they were, and by
somebody who makes them all anew.
"""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase

import pytest

from reconciler import __version__
from reconciler.errors import AlteredPlan, PlanFileError
from reconciler.manifest.schemas import schema_faults
from reconciler.model.address import Address
from reconciler.model.policy import Orphans, Permission, Risk, SchemaPolicy
from reconciler.model.source import ConfigStatus
from reconciler.model.wire import read_document
from reconciler.planning.inputs import Baseline
from reconciler.planning.last_sent import last_sent
from reconciler.planning.plan import Plan
from reconciler.planning.verification import TOLD_OF_CHANGE, TOLD_OF_SOURCE, open_plan
from reconciler.render.plan.json import plan_json
from tests.support.documents.assets import plan_with_assets, source_of
from tests.support.documents.planned import live_of, plan_of
from tests.support.documents.site_document import (
    Json,
    add_attribute,
    document,
    drop_attribute,
    map_attribute,
    move_type,
    set_attribute,
    set_mapping,
    set_type,
)
from tests.support.matrix import every_or, one_of_each
from tests.support.strategies.alterations import (
    Place,
    alternatives,
    at,
    places,
    plan_digest,
    put,
    resealed,
)

RENAMED = (set_type("file", description="new", name="Document"), set_mapping("file", selector="s"))
BASE = Baseline(
    name="then",
    desired=read_document(document()),
    last_sent=last_sent([read_document(document())]),
    ineffective={Address.parse("s/objectTypes[drive]/attributes[duid]/unique"): True},
)
HASH = add_attribute("file", "hash", "Hash")
PLANS: dict[str, Plan] = {
    "create": plan_of(status=ConfigStatus.MISSING_MAPPING),
    "update": plan_of(
        *RENAMED,
        add_attribute("file", "hash", "Hash"),
        map_attribute("file", "hash", "Hash", "hash"),
        set_attribute("duid", unique=True),
        set_attribute("state", typeValues=[]),
        live=live_of(add_attribute("os", "old", "Old")),
        base=BASE,
        allow_residual=True,
    ),
    "blocked": plan_of(*RENAMED),
    "held by a guard": plan_of(set_mapping("file", selector="s"), max_risk=Risk.NONE),
    "schema operations": plan_with_assets(source_of(*RENAMED, set_attribute("size", name="Bytes"))),
    "deletions": plan_with_assets(
        source_of(drop_attribute("size"), HASH, live=live_of(HASH), base=BASE),
        schema=SchemaPolicy(delete=Permission.ALLOW),
        counts={'objectTypeId = 302 AND "Size" IS NOT EMPTY': 3},
        accept_loss={"s/objectTypes[file]/attributes[size]": 3},
    ),
    "schema operations alone": plan_with_assets(source_of(set_type("file", name="Document"))),
    "a move": plan_with_assets(source_of(move_type("file", under="os"))),
    "a status by another name": plan_with_assets(
        source_of(
            set_attribute("state", typeValues=["Running"]),
            lambda d: d["schema"]["statusSchema"]["statuses"][0].update(name="Running"),
            live=live_of(everything=True),
            renamed_statuses={"Active": "Running"},
        )
    ),
    "no-op": plan_of(drop_attribute("size"), orphans=Orphans.REPORT),
}
SAVED: dict[str, Json] = {name: json.loads(plan_json(plan)) for name, plan in PLANS.items()}

# What a plan only tells: nothing that is sent depends on it, and nothing proves it.
TOLD = (
    "created_at",
    "tool/version",
    "diagnostics*",
    *(f"sources/*/{name}*" for name in TOLD_OF_SOURCE),
    "sources/*/evidence/targets/*/deletion/ownership",
    "sources/*/evidence/live/schema/statusSchema/statuses",  # one that is there twice is one
    *(f"sources/*/{of}/*/{name}" for of in ("changes", "residual") for name in TOLD_OF_CHANGE),
    "sources/*/changes/*/risk_text",  # derived from risk_code when it is read
    "sources/*/residual/*/risk_text",
    "sources/*/changes/*/reversible",  # derived from the change and its operation
)
# Whoever makes the digests anew too may have made the genuine plan of another place, of other
# documents, or under other rules, all of which plan the very same. Beside it is what apply
# compares it with.
ANOTHER_PLAN = (
    "environment",  # the project
    "sources",  # the manifests
    "sources/*/workspace_id",  # the project's bindings
    "sources/*/import_source_id",  # the same, where nothing is sent to it
    "sources/*/config_status",  # the source
    "sources/*/evidence/desired/*",  # the manifests
    "sources/*/evidence/live/*",  # live
    "sources/*/evidence/premises*",  # what was checked
    "sources/*/evidence/targets*",  # Assets
    "allow_residual",
    "options/*",
)


def matches(place: Place, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase("/".join(map(str, place)), pattern) for pattern in patterns)


def kind(place: Place) -> Place:
    """Return what members of a list have in common: what holds for one holds for the others."""
    return tuple("*" if isinstance(each, int) else each for each in place)


def alterations(written: Json) -> Iterator[tuple[Place, Json]]:
    for number, place in enumerate(one_of_each(filter(None, places(written)), kind)):
        values = list(alternatives(place, at(written, place)))
        one = values[number % len(values) :][:1] if values else ()
        for value in every_or(one, values):
            yield place, put(written, place, value)


def is_sealable(altered: Json) -> bool:
    """Whether there is anything to make digests of."""
    return schema_faults("plan", altered) == ()


def is_refused(altered: Json) -> bool:
    try:
        open_plan(altered)
    except PlanFileError:
        return True
    return False


@pytest.mark.parametrize("case", PLANS)
def test_a_genuine_plan_is_opened(case: str) -> None:
    assert open_plan(SAVED[case]) == PLANS[case]
    assert SAVED[case]["digest"] == plan_digest(SAVED[case]), "by the page"
    assert resealed(SAVED[case]) == SAVED[case]


@pytest.mark.parametrize("case", PLANS)
def test_what_was_altered_without_its_digests_is_refused(case: str) -> None:
    for place, altered in alterations(SAVED[case]):
        if not matches(place, (*TOLD, "options/*")):
            assert is_refused(altered), (place, at(altered, place))


@pytest.mark.parametrize("case", PLANS)
def test_what_was_altered_with_all_its_digests_is_refused(case: str) -> None:
    genuine = json.dumps(SAVED[case])
    for place, altered in alterations(SAVED[case]):
        if not matches(place, (*TOLD, *ANOTHER_PLAN)) and is_sealable(altered):
            made = resealed(altered)
            assert json.dumps(made) == genuine or is_refused(made), (place, at(altered, place))


def change(address: str, field: str) -> Place:
    addresses = [c["address"] for c in SAVED["update"]["sources"][0]["changes"]]
    return "sources", 0, "changes", addresses.index(address), field


# where, and what the altered plan says there; the claim that is refused, in words
LIES: dict[str, tuple[Place, object, str]] = {
    "an innocent after": (
        change("s/objectTypes[file]/description", "after"),
        "innocent",
        's/objectTypes[file]/description: after is "innocent", not "new"',
    ),
    "a reason": (
        ("sources", 0, "reason", "text"),
        "live is configured; 5 changes, all of them documented",
        '"…figured; 5 changes, all of them documented", not "…figured; 5 changes, 1 of them',
    ),
    "a change that is not told": (
        ("sources", 0, "changes"),
        SAVED["update"]["sources"][0]["changes"][1:],
        "s/objectTypes[drive]/attributes[duid]/unique is missing from the changes of s",
    ),
    "a residual that is not told": (
        ("sources", 0, "residual"),
        [],
        "s/objectTypes[file]/name is missing from the residual of s",
    ),
    "a body that nobody is shown": (
        ("sources", 0, "operation", "body", "schema", "objectSchema", "description"),
        "mine",
        's: operation.body.schema.objectSchema.description is "mine", not ""',
    ),
    "another path": (
        ("sources", 0, "operation", "path"),
        "importsource/other/mapping",
        's: operation.path is "importsource/other/mapping", not "importsource/',
    ),
    "another name": (
        change("s/objectTypes[file]/attributes[hash]", "names"),
        ["Hard Drive", "File", "Path"],
        's/objectTypes[file]/attributes[hash]: names is ["Hard Drive", "File", "Path"], not [',
    ),
    "another import source": (("sources", 0, "import_source_id"), "other", "s: operation.path is"),
    "another manifest": (
        ("sources", 0, "evidence", "desired", "mapping", "objectTypeMappings"),
        [],
        "s/mappings[file]/selector is none of the changes of s",
    ),
    "another live": (
        ("sources", 0, "evidence", "live"),
        None,
        "s/objectTypes[drive] is missing from the changes of s",
    ),
    "no documents": (("sources", 0, "evidence", "desired"), {}, "its evidence is nothing"),
    "a source twice": (
        ("sources",),
        SAVED["update"]["sources"] * 2,
        "its sources are not each there once",
    ),
}


@pytest.mark.parametrize("case", LIES)
def test_the_first_claims_that_do_not_hold_are_named(case: str) -> None:
    place, lie, said = LIES[case]
    with pytest.raises(AlteredPlan) as caught:
        open_plan(resealed(put(SAVED["update"], place, lie)))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("version", "by"), [(__version__, "another build"), ("0.0.7", "another version")]
)
def test_what_another_build_words_otherwise_is_named_and_planned_again(
    version: str, by: str
) -> None:
    """Whether it did or somebody altered the plan cannot be told: prose is a claim as well."""
    place, lie, _ = LIES["a reason"]
    worded = put(SAVED["update"], place, lie)
    with pytest.raises(AlteredPlan) as caught:
        open_plan(worded | {"tool": {"name": "reconciler", "version": version}})
    made_it = f"or {by} of reconciler made it ({version}; this is {__version__}): s: reason.text is"
    assert str(caught.value).startswith(f"the plan was altered after it was made, {made_it}")
    assert caught.value.hint == "make a new one: reconciler plan -o PLAN"


@pytest.mark.parametrize("version", ["1.0", "1.7", "0.9"])
def test_a_plan_of_an_older_format_has_to_be_made_again(version: str) -> None:
    older = SAVED["create"] | {"format_version": version}
    with pytest.raises(PlanFileError, match="made by an older version") as caught:
        open_plan(older)
    assert caught.value.hint == "make a new one: reconciler plan -o PLAN"


def test_what_is_reserved_is_there_and_empty() -> None:
    written = SAVED["update"]
    assert (written["format_version"], written["accept_loss"]) == ("2.1", {})
    assert SAVED["schema operations"]["format_version"] == "2.2"
