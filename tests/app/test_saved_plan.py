"""The plan of a run that was left open is read through the same door as one in a file."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from reconciler.app.saved_plan import resumable
from reconciler.errors import AlteredPlan, PlanFileError
from reconciler.journal.runs import Journal
from reconciler.journal.tables import runs
from tests.support.documents.site_document import document
from tests.support.stages.applying import Stage
from tests.support.strategies.alterations import resealed
from tests.support.strategies.documents import Json

Alter = Callable[[Json], Json]


def altered(journal: Journal, alter: Alter) -> None:
    with journal.store.writing() as db:
        stored: Json = json.loads(db.execute(select(runs.c.plan)).scalar_one())
        plan = alter(stored)
        db.execute(update(runs).values(plan=json.dumps(plan), plan_digest=plan["digest"]))


def of_version_1(plan: Json) -> Json:
    return plan | {"format_version": "1.0"}


def with_another_body(plan: Json) -> Json:
    plan["sources"][0]["operation"]["body"]["schema"]["objectSchema"]["name"] = "Mine"
    return resealed(plan)


@pytest.mark.parametrize(
    ("alter", "kind", "said"),
    [
        (of_version_1, PlanFileError, "was made by an older version (its format is 1.0)"),
        (
            with_another_body,
            AlteredPlan,
            'a: operation.body.schema.objectSchema.name is "Mine", not',
        ),
    ],
)
def test_what_is_no_genuine_plan_is_not_resumed(
    tmp_path: Path, alter: Alter, kind: type[PlanFileError], said: str
) -> None:
    with Stage(tmp_path) as on:
        on.journal.begin(plan := on.plan(a=document()), at="2026-01-02T03:04:05Z", runner="r")
        found = resumable(on.journal.unfinished("local"))
        assert found is not None
        assert found[1] == plan
        altered(on.journal, alter)
        with pytest.raises(PlanFileError) as caught:
            resumable(on.journal.unfinished("local"))
    assert type(caught.value) is kind
    assert str(caught.value).startswith("the run of 2026-01-02T03:04:05Z cannot be resumed: th")
    assert said in str(caught.value)
    assert caught.value.hint == "plan again, for live shows what became of it: reconciler plan"
