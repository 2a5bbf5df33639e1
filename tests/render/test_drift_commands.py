"""The ways to end drift are those that lead there: what apply cannot do is said beside them."""

import json
from collections.abc import Callable
from functools import partial

import pytest

from reconciler.planning.change import Attribution, Verdict
from reconciler.planning.drift.report import DriftReport, SourceDrift, drift_of
from reconciler.render.adf.drift import drift_nodes
from reconciler.render.drift.words import back_to_git, into_git
from reconciler.render.formats import DRIFT, Format, rendered
from reconciler.value import replace
from tests.support.samples import plans as samples
from tests.support.samples.drift_reports import TODAY

(CHANGE, *_) = (c for c in samples.UPDATE.changes if c.verdict is Verdict.PATCH)
REMEDY = "Delete it in Assets"


def report(*verdicts: Verdict) -> DriftReport:
    drift = replace(CHANGE, remedy=REMEDY, attribution=Attribution.DRIFT)
    changes = tuple(replace(drift, verdict=verdict) for verdict in verdicts)
    plan = samples.plan(replace(samples.UPDATE, changes=changes))
    return drift_of(plan, (), today=TODAY)


def test_an_orphan_blocks_nothing() -> None:
    (source,) = report(Verdict.ORPHAN, Verdict.PATCH).sources
    assert back_to_git("p", source) == f"reconciler --environment p apply {source.source}"


def test_a_name_is_no_option() -> None:
    source = SourceDrift(source="--auto-approve")
    assert into_git("p", source) == "reconciler --environment p pull -- --auto-approve"


FORMATS: dict[str, Callable[[DriftReport], str]] = {
    **{
        each.value: partial(rendered, DRIFT, format_=each, naming=str)
        for each in DRIFT.formats
        if each not in {Format.JSON, Format.PROMETHEUS}
    },
    "jira": lambda r: json.dumps(drift_nodes(r, limit=9_000)),
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("verdict", [Verdict.IMPOSSIBLE, Verdict.ORPHAN])
def test_every_format_says_what_apply_cannot_revert(name: str, verdict: Verdict) -> None:
    said = FORMATS[name](report(verdict))
    assert "apply cannot revert it" in said
    assert REMEDY in said
    assert "--environment local apply" not in said, "it would do nothing"
    assert "apply cannot revert it" not in FORMATS[name](report(Verdict.PATCH))
