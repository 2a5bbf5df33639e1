"""Each member of every enum that a plan is made of is told by every format: none is forgotten."""

import html
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import pytest

from reconciler.diagnostics import Confidence
from reconciler.model.address import Address
from reconciler.model.policy import Risk
from reconciler.planning.change import Attribution, Edit, Kind, Verdict
from reconciler.planning.drift.report import Standing, drift_of
from reconciler.planning.explain import explain
from reconciler.planning.plan import Action, Convergence, Plan
from reconciler.planning.risk_codes import CONSEQUENCES
from reconciler.render.adf.drift import drift_nodes
from reconciler.render.ci.code_insights import plan_annotations, plan_report
from reconciler.render.ci.drift import drift_junit, drift_run
from reconciler.render.ci.finding import plan_run
from reconciler.render.ci.gitlab import run_gitlab
from reconciler.render.ci.junit import plan_junit
from reconciler.render.ci.sarif import run_sarif
from reconciler.render.drift.slack import drift_slack
from reconciler.render.drift.text import write_drift_text
from reconciler.render.drift.words import TITLES
from reconciler.render.formats import rendered_text
from reconciler.render.html.drift import drift_html
from reconciler.render.html.plan import plan_html
from reconciler.render.markdown.drift import drift_markdown
from reconciler.render.markdown.plan import plan_markdown
from reconciler.render.plan.explanation import write_explanations
from reconciler.render.plan.symbols import (
    ACTIONS,
    ATTRIBUTIONS,
    EDITS,
    KINDS,
    MOTIONS,
    RISKS,
    VERDICTS,
)
from reconciler.render.plan.text import write_plan_text
from reconciler.value import replace
from tests.support.samples import drift_reports as drifts
from tests.support.samples import plans as samples
from tests.support.samples.html_reader import Page

PLANS: dict[str, Callable[[Plan], object]] = {
    "text": lambda p: rendered_text(lambda screen: write_plan_text(p, screen)),
    "markdown": lambda p: plan_markdown(p, directory=".", limit=9_000, whole=None),
    "html": plan_html,
    "sarif": lambda p: run_sarif(plan_run(p)),
    "junit": plan_junit,
    "gitlab": lambda p: run_gitlab(plan_run(p)),
    "insights": lambda p: (plan_report(p, directory=".", link=None), plan_annotations(p)),
    "story": lambda p: rendered_text(
        lambda screen: write_explanations(explain(p, str(p.sources[0].changes[0].address)), screen)
    ),
}
DRIFTS: dict[str, Callable[[Any], object]] = {
    "text": lambda r: rendered_text(lambda screen: write_drift_text(r, screen)),
    "markdown": lambda r: drift_markdown(r, limit=9_000),
    "html": drift_html,
    "sarif": lambda r: run_sarif(drift_run(r)),
    "junit": drift_junit,
    "gitlab": lambda r: run_gitlab(drift_run(r)),
    "jira": lambda r: json.dumps(drift_nodes(r, limit=9_000)),
    "slack": drift_slack,
}
MEMBERS: tuple[tuple[str, type[StrEnum]], ...] = (
    ("kind", Kind),
    ("verdict", Verdict),
    ("attribution", Attribution),
    ("confidence", Confidence),
)
EACH_MEMBER = [(name, member) for name, those in MEMBERS for member in those]


_T = "s/objectTypes[t]/attributes"
FIELD = samples.change(f"{_T}[a]/label", "T", "A", field="label", before=False, after=True)
COMES = samples.change(f"{_T}[b]", "T", "B", action=Edit.ADD, after={"type": "text"})
GOES = samples.change(f"{_T}[c]", "T", "C", action=Edit.REMOVE, before={"type": "text"})


def with_one(**given: Any) -> Plan:
    """A plan of a field that changes, and elements that come and go, with the value *given*."""
    those = (replace(change, **given) for change in (FIELD, COMES, GOES))
    return samples.plan(samples.source("s", Action.UPDATE, *those))


@pytest.mark.parametrize(("name", "member"), EACH_MEMBER)
def test_every_format_can_tell_every_member(name: str, member: StrEnum) -> None:
    plan = with_one(**{name: member})
    assert [format_ for format_, told in PLANS.items() if not told(plan)] == []
    report = drift_of(plan, (), today=drifts.TODAY)
    assert [format_ for format_, told in DRIFTS.items() if not told(report)] == []


@pytest.mark.parametrize("convergence", Convergence)
@pytest.mark.parametrize("action", Action)
def test_every_format_can_tell_every_action(action: Action, convergence: Convergence) -> None:
    plan = samples.plan(samples.source("s", action, COMES, convergence=convergence))
    assert [format_ for format_, told in PLANS.items() if not told(plan)] == []


@pytest.mark.parametrize("code", CONSEQUENCES)
@pytest.mark.parametrize("risk", [risk for risk in Risk if risk is not Risk.NONE])
def test_a_risk_is_told_by_its_code_and_what_it_means(risk: Risk, code: str) -> None:
    plan = with_one(risk=risk, risk_code=code)
    for name in ("text", "markdown", "html", "sarif", "junit", "gitlab", "story"):
        told = " ".join(str(PLANS[name](plan)).split())
        assert code in told, name
        assert html.escape(CONSEQUENCES[code])[:60] in told.replace("`", ""), name


@pytest.mark.parametrize(
    ("table", "members"),
    [
        (ACTIONS, Action),
        (EDITS, Edit),
        (MOTIONS, Edit),
        (VERDICTS, Verdict),
        (KINDS, Kind),
        (ATTRIBUTIONS, Attribution),
        (RISKS, Risk),
        (TITLES, Standing),
    ],
)
def test_a_table_has_every_member(table: Mapping[Any, Any], members: type[StrEnum]) -> None:
    assert set(table) == set(members)


def test_the_page_offers_every_verdict_to_choose() -> None:
    those = [replace(FIELD, address=Address.parse(f"{_T}[{v}]/label"), verdict=v) for v in Verdict]
    page = Page(plan_html(samples.plan(samples.source("s", Action.UPDATE, *those))))
    offered = [
        t.attributes["value"] for t in page.all("input") if t.attributes["name"] == "verdict"
    ]
    assert offered == list(Verdict)


def test_the_page_of_drift_counts_every_standing() -> None:
    page = Page(drift_html(drifts.EVERYTHING))
    offered = [
        t.attributes["value"] for t in page.all("input") if t.attributes["name"] == "standing"
    ]
    assert sorted(filter(None, offered)) == sorted(Standing)
