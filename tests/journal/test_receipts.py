"""What the journal's receipts tell the next plan: who moved, what is hidden, what was in vain."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.emulator.store import Store
from reconciler.journal.receipts import Commit, baseline_of
from reconciler.model.document import Document
from reconciler.model.policy import Orphans, Policy
from reconciler.model.source import SourceRef
from reconciler.model.wire import read_document
from reconciler.outcome.results import Outcome
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.plan import SourcePlan
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    document,
    set_attribute,
    set_type,
    types,
)
from tests.support.stages.applying import Stage
from tests.support.stages.assumed import undocumented

RESEND = PlanOptions(resend_write_only=True)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Stage(tmp_path) as made:
        yield made


def icon(name: str) -> Edit:
    """Give the document an icon, and a type that has it."""

    def edit(made: Json) -> None:
        made["schema"]["iconSchema"] = {"icons": [{"key": "disk", "name": name, "png48": "AAAA"}]}
        types(made)["os"]["iconKey"] = "disk"

    return edit


def applied(on: Stage, *edits: Edit, options: PlanOptions | None = None) -> SourcePlan:
    plan = on.plan(options or PlanOptions(), a=document(*edits))
    assert on.result(plan).outcome is Outcome.DONE
    return plan.sources[0]


def planned(on: Stage, *edits: Edit, options: PlanOptions | None = None) -> SourcePlan:
    (source,) = on.plan(options or PlanOptions(), a=document(*edits)).sources
    return source


def test_what_live_hides_is_compared_with_what_was_sent(stage: Stage) -> None:
    applied(stage, icon("Disk"))
    assert planned(stage, icon("Disk")).changes == ()
    (change,) = planned(stage, icon("Drive")).changes
    assert (str(change.address), change.before, change.after) == (
        "a/icons[disk]/name",
        "Disk",
        "Drive",
    )
    assert (change.verdict, change.attribution) == ("patch", "unapplied")


def test_nothing_is_remarked_of_what_is_remembered(stage: Stage) -> None:
    stage.behind_our_back(a=document(icon("Disk")))
    assert [d.code for d in stage.plan(a=document(icon("Disk"))).diagnostics] == ["write-only"]
    applied(stage, icon("Disk"), options=RESEND)
    assert stage.plan(a=document(icon("Disk"))).diagnostics == ()


def test_the_last_word_counts(stage: Stage) -> None:
    applied(stage, icon("Disk"))
    applied(stage, icon("Drive"))
    assert planned(stage, icon("Drive")).changes == ()
    (change,) = planned(stage, icon("Disk")).changes
    assert change.before == "Drive"


def test_what_is_remembered_outlives_the_mapping_if_the_types_do(tmp_path: Path) -> None:
    with Stage(tmp_path, db=tmp_path / "emulator.db") as stage:
        applied(stage, icon("Disk"))
        store = Store(tmp_path / "emulator.db")
        with store.transaction() as tx:
            tx.execute("UPDATE sources SET mapping = NULL")
        store.close()
        assert {c.kind for c in applied(stage, icon("Disk")).changes} == {"mapping"}
        assert planned(stage, icon("Disk")).changes == ()


def test_statuses_and_type_values_are_remembered_too(stage: Stage) -> None:
    applied(stage)
    edits = [set_attribute("state", typeValues=["Active", "Gone"])]
    (change,) = planned(stage, *edits).changes
    assert (change.field, change.before) == ("typeValues", ["Active"])

    def gone(made: Json) -> None:
        made["schema"]["statusSchema"]["statuses"][0]["category"] = "inactive"

    (change,) = planned(stage, gone).changes
    assert (str(change.address), change.before, change.after) == (
        "a/statuses[Active]/category",
        "active",
        "inactive",
    )


def with_status(made: Json) -> None:
    new = {"name": "New", "description": "", "category": "pending"}
    made["schema"]["statusSchema"]["statuses"].append(new)


HIDDEN = {"a/icons[disk]", "a/objectTypes[os]/iconKey", "a/statuses[New]"}


def rules(source: SourcePlan) -> dict[str, str]:
    return {str(c.address): f"{c.verdict} {c.rule}" for c in source.changes}


def test_what_is_added_is_sent_and_what_leaves_is_an_orphan(stage: Stage) -> None:
    """It is known to be there as far as anybody knows, and never keeps a source from going on."""
    applied(stage)
    added = applied(stage, icon("Disk"), with_status)
    assert {str(c.address) for c in added.changes if c.verdict == "patch"} == HIDDEN
    assert planned(stage, icon("Disk"), with_status).changes == ()
    forbidden = PlanOptions(policy=Policy(orphans=Orphans.FAIL))
    left = planned(stage, options=forbidden)
    gone = "orphan no-longer-stated"
    assert rules(left) == {"a/icons[disk]": gone, "a/statuses[New]": gone}
    assert (left.action, left.convergence) == ("no-op", "partial")
    # Asking for the rest forgets none of it.
    resent = planned(stage, set_type("os", description="new"), options=RESEND)
    assert [a for a, rule in rules(resent).items() if rule == gone] == [*rules(left)]


def test_what_the_manifest_had_already_and_nobody_sent_stays_unknown(stage: Stage) -> None:
    """What came into the manifest after the base is sent all the same."""
    stage.behind_our_back(a=document(icon("Disk")))
    applied(stage, icon("Disk"), set_type("os", description="new"))
    found = planned(stage, icon("Disk"), with_status, set_type("os", description="new"))
    unknown = "write-only not-shown"
    assert rules(found) == {
        "a/icons[disk]": unknown,
        "a/objectTypes[os]/iconKey": unknown,
        "a/objectTypes[drive]/attributes[state]/typeValues": unknown,
        "a/statuses[Active]": unknown,
        "a/statuses[New]": "patch status-add",
    }
    assert (found.action, found.convergence) == ("update", "unknown")
    changed = rules(planned(stage, icon("Drive"), set_type("os", description="new")))
    assert changed["a/icons[disk]"] == "patch icon-add"
    idle = planned(stage, icon("Disk"), set_type("os", description="new"))
    assert idle.action == "no-op"
    assert idle.reason.text == (
        "nothing to send; whether 1 status, 1 icon, 1 object type's icon and 1 attribute's "
        "statuses are live is not known"
    )


def test_a_commit_is_a_base_for_what_is_added_too(stage: Stage) -> None:
    ref = SourceRef(name="a", import_source_id="a", workspace_id="w")
    had = Commit(name="HEAD", desired=read_document(document(icon("Disk"))))
    base = baseline_of(ref, (), had)
    assert base is not None
    assert (base.stated, [*base.last_sent.icons]) == (Document(), ["disk"])
    # What was applied from here is known better: of it a commit says nothing.
    applied(stage)
    base = baseline_of(ref, stage.journal.receipts("local")["a"], had)
    assert base is not None
    assert (base.stated, [*base.last_sent.icons]) == (Document(), [])


def test_resend_write_only_sends_what_is_remembered_as_well(stage: Stage) -> None:
    applied(stage, icon("Disk"))
    changes = planned(stage, icon("Disk"), options=RESEND).changes
    assert {str(c.address) for c in changes} >= {"a/icons[disk]", "a/objectTypes[os]/iconKey"}


def test_a_source_bound_to_another_import_source_has_no_receipt(stage: Stage) -> None:
    applied(stage, icon("Disk"))
    receipts = stage.journal.receipts("local")["a"]
    other = SourceRef(name="a", import_source_id="another", workspace_id="w")
    assert baseline_of(other, receipts, None) is None


def test_live_that_moved_since_the_apply_is_drift(stage: Stage) -> None:
    applied(stage)
    stage.behind_our_back(a=document(set_type("os", description="theirs")))
    mine = add_attribute("os", "vendor", "Vendor")
    assert {str(c.address): c.attribution for c in planned(stage, mine).changes} == {
        "a/objectTypes[os]/description": "drift",
        "a/objectTypes[os]/attributes[vendor]": "unapplied",
    }
    ended = stage.journal.receipts("local")["a"][-1].ended_at
    assert planned(stage, mine).base == f"apply of {ended}"


@pytest.fixture
def ignoring(tmp_path: Path) -> Iterator[Stage]:
    """An API that takes undocumented changes and does nothing about them."""
    with Stage(tmp_path, profile=undocumented("stays")) as made:
        yield made


def test_an_attempt_without_effect_is_impossible_until_the_value_moves(ignoring: Stage) -> None:
    """What was tried without effect is impossible (design.md#verdicts)."""
    on, unique = ignoring, set_attribute("size", unique=True)
    applied(on)
    first = on.plan(a=document(unique))
    assert first.sources[0].changes[0].verdict == "patch-undocumented"
    assert first.sources[0].convergence == "unknown"
    assert on.result(first).outcome is Outcome.NOT_CONVERGED
    (change,) = planned(on, unique).changes
    assert (change.verdict, change.rule) == ("impossible", "attempt-without-effect")
    assert (change.confidence, change.predicted_code) == ("observed", None)
    assert planned(on, unique).action == "blocked"
    # Another value is another attempt, and a later apply of something else forgets nothing.
    (change,) = planned(on, set_attribute("size", maximumCardinality=3)).changes
    assert change.verdict == "patch-undocumented"
    applied(on, unique, set_type("os", description="new"), options=PlanOptions(allow_residual=True))
    (change,) = planned(on, unique, set_type("os", description="new")).changes
    assert change.verdict == "impossible"


def test_an_attempt_that_took_effect_is_forgotten(stage: Stage) -> None:
    applied(stage)
    applied(stage, set_attribute("size", unique=True))
    applied(stage)
    (change,) = planned(stage, set_attribute("size", unique=True)).changes
    assert change.verdict == "patch-undocumented"
