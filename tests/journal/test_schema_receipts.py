"""What runs of schema operations tell the next plan: what they did to live is ours."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.journal.receipt_query import receipts_in_file
from reconciler.journal.runs import Journal
from reconciler.outcome.records import Receipt, State
from reconciler.outcome.results import Outcome
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.object_schema.operation import Phase
from reconciler.planning.plan import SourcePlan
from reconciler.value import replace
from tests.support.documents.site_document import (
    DOCUMENT,
    Edit,
    Json,
    add_attribute,
    attribute,
    document,
    set_type,
    types,
)
from tests.support.stages.applying import Stage
from tests.support.stages.journal import opened, plan, planned, rename
from tests.support.stages.schema_operations import schema_backend
from tests.support.strategies.operation_edits import ALL_ALLOWED

ALLOWED = PlanOptions(policy=ALL_ALLOWED)
OS_NAME, OS_TEXT = (f"a/objectTypes[os]/{field}" for field in ("name", "description"))


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Stage]:
    with Stage(tmp_path) as made:
        made.object_schemas = schema_backend(made)
        assert made.result(made.plan(ALLOWED, a=document())).outcome is Outcome.DONE
        yield made


def named(name: str) -> Edit:
    return set_type("os", name=name)


def described(text: str) -> Edit:
    return set_type("os", description=text)


def moved(made: Json) -> None:
    """Move the type `file` below `os`."""
    types(made)["os"]["children"] = types(made)["drive"].pop("children")


def icon(made: Json) -> None:
    made["schema"]["iconSchema"] = {"icons": [{"key": "disk", "name": "Disk", "png48": "AAAA"}]}
    types(made)["os"]["iconKey"] = "disk"


def applied(on: Stage, *edits: Edit) -> SourcePlan:
    made = on.plan(ALLOWED, a=document(*edits))
    assert on.result(made).outcome is Outcome.DONE
    return made.sources[0]


def attributions(on: Stage, *edits: Edit) -> dict[str, str | None]:
    (source,) = on.plan(ALLOWED, a=document(*edits)).sources
    return {str(c.address): c.attribution for c in source.changes}


def test_what_schema_operations_alone_did_is_no_conflict(on: Stage) -> None:
    assert applied(on, named("Platform")).operation is None
    assert attributions(on, named("System")) == {OS_NAME: "unapplied"}
    assert attributions(on) == {OS_NAME: "unapplied"}, "git revert"
    on.behind_our_back(a=document(named("Platform"), described("theirs")))
    assert attributions(on, named("Platform")) == {OS_TEXT: "drift"}
    assert attributions(on, named("System"), described("mine")) == {
        OS_NAME: "unapplied",
        OS_TEXT: "conflict",
    }


def test_what_was_done_after_the_patch_is_no_drift(on: Stage) -> None:
    done = applied(on, named("Platform"), described("new"), moved)
    assert {each.phase for each in done.schema_operations} == {*Phase}
    assert done.operation is not None
    found = attributions(on, described("new"))
    assert len(found) == 2
    assert {*found.values()} == {"unapplied"}


def test_what_was_done_before_a_patch_that_failed_is_ours(on: Stage) -> None:
    """The rest is as it was: what live hides is sent by the next plan, for nobody sent it."""
    on.add_faults("patch-mapping:status=400:1")
    made = on.plan(ALLOWED, a=document(named("Platform"), described("new"), icon))
    assert on.result(made).outcome is Outcome.FAILED
    left = attributions(on, named("System"), described("new"), icon)
    assert {*left} == {OS_NAME, OS_TEXT, "a/icons[disk]", "a/objectTypes[os]/iconKey"}
    assert {*left.values()} == {"unapplied"}
    (source,) = on.plan(ALLOWED, a=document(named("Platform"), described("new"), icon)).sources
    assert {c.verdict for c in source.changes} == {"patch"}
    applied(on, named("Platform"), described("new"), icon)
    assert attributions(on, named("Platform"), described("new"), icon) == {}


def receipts_of(journal: Journal) -> list[Receipt]:
    """Return the receipts of the source a, which the file alone tells as well."""
    found = journal.receipts("local")
    if (path := journal.store.path) is not None:
        assert receipts_in_file(path, ["local"]) == {"local": found}
    return [*found["a"]]


def test_receipts_come_in_the_order_in_which_it_was_sent(journal_url: str) -> None:
    """Of the schema operations of a run the last that acted has live, and it alone."""
    later = (rename("8"), rename("9"))
    calls = (rename("7"), *(replace(each, phase=Phase.AFTER) for each in later))
    made = plan(replace(planned("a", body=DOCUMENT), schema_operations=calls), planned("b"))
    with opened(journal_url) as journal:
        run_id, operations = journal.begin(made, at="t0", runner="r")
        first, second, third = (each.id for each in journal.schema_operations.of(run_id, "a"))

        def end(record_id: int, state: State, at: str, live: Json | None) -> None:
            journal.schema_operations.intend(record_id, at=at, before={})
            journal.schema_operations.end(record_id, state, at=at, message="m", live=live)

        def told() -> list[tuple[str | None, str | None, Json | None]]:
            return [(each.ended_at, each.method, each.live) for each in receipts_of(journal)]

        end(first, State.DONE, "t1", {"n": 1})
        assert told() == [("t1", None, {"n": 1})]
        journal.intend(operations["a"], at="t2", live_digest="sha256:l")
        journal.end(operations["a"], State.DONE, at="t2", message="m")
        assert told() == [("t1", None, {"n": 1}), ("t2", "PUT", None)]
        end(second, State.DONE, "t3", {"n": 3})
        assert told() == [("t2", "PUT", None), ("t3", None, {"n": 3})]
        end(third, State.FAILED, "t4", None)
        assert told() == [("t2", "PUT", None), ("t3", None, {"n": 3})]
        assert {each.body is None for each in receipts_of(journal)} == {True, False}
        assert [each.desired for each in receipts_of(journal)] == [{}, {}]


def taking(*names: str) -> Edit:
    """Define two statuses, of which the attribute `state` takes *names*."""

    def edit(made: Json) -> None:
        known = made["schema"]["statusSchema"]["statuses"]
        known.append({"name": "Gone", "description": "", "category": "inactive"})
        attribute(made, "state")["typeValues"] = list(names)

    return edit


def test_what_became_of_hidden_parts_is_known_without_the_credential_too(on: Stage) -> None:
    applied(on, taking("Active"))
    done = applied(on, taking("Active", "Gone"))
    assert ([each.kind for each in done.schema_operations], done.operation) == (["settings"], None)
    takes = "a/objectTypes[drive]/attributes[state]/typeValues"
    assert attributions(on, taking("Gone")) == {takes: "unapplied"}
    applied(on, taking("Active", "Gone"), described("new"))
    assert attributions(on, taking("Gone"), described("new")) == {takes: "unapplied"}
    on.object_schemas = None
    assert attributions(on, taking("Active", "Gone"), described("new")) == {}


def test_a_status_that_was_deleted_is_not_there_any_more(on: Stage) -> None:
    applied(on, taking("Active"))
    (done,) = applied(on).schema_operations
    assert (done.kind, done.object.name) == ("delete", "Gone")
    assert attributions(on, taking("Active")) == {"a/statuses[Gone]": "unapplied"}
    on.object_schemas = None
    assert attributions(on) == {}


def test_what_reading_back_hid_and_nobody_sent_has_not_moved(on: Stage) -> None:
    """The companion API shows of an attribute that it takes no statuses: it never did."""
    bare = add_attribute("drive", "mode", "Mode", type="status")
    applied(on, bare)
    assert attributions(on) == {"a/objectTypes[drive]/attributes[mode]": "unapplied"}
