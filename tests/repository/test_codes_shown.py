"""Every verdict and every risk is shown wherever its siblings are: in each format of a plan."""

import html
import json
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.planning.change import Verdict
from reconciler.planning.explain import explain
from reconciler.planning.plan import Plan
from reconciler.planning.risk_codes import RiskCode
from reconciler.render.formats import PLAN, Format, rendered, rendered_text
from reconciler.render.plan.explanation import write_explanations
from reconciler.render.plan.json import plan_json
from reconciler.render.report import PlanReport
from reconciler.value import replace
from tests.support.documents.planned import plan_of
from tests.support.documents.site_document import set_type

ADDRESS = Address.parse("s/objectTypes[os]/description")
# JUnit tells of a source only that it is blocked.
SHOWING_RISKS = [f for f in [each.value for each in PLAN.formats] if f != "junit"]


def plan_with(**given: Any) -> Plan:
    """Return a plan of one change, of which *given* is said otherwise."""
    plan = plan_of(set_type("os", description="new"))
    (source,) = plan.sources
    (change,) = source.changes
    assert change.address == ADDRESS
    said = replace(change, **given)
    return replace(plan, sources=(replace(source, changes=(said,), file="s.yaml"),))


def shown(plan: Plan, format_: str) -> str:
    """Return the plan as it is shown, although it would not be read from a file."""
    report = PlanReport(plan=plan, directory="manifests")
    return one_line(rendered(PLAN, report, Format(format_), lambda name: name))


def explained(plan: Plan) -> str:
    stories = explain(plan, str(ADDRESS))
    return one_line(rendered_text(lambda screen: write_explanations(stories, screen)))


def one_line(text: str) -> str:
    return html.unescape(" ".join(text.split()))


@pytest.mark.parametrize("verdict", Verdict)
def test_a_change_of_every_verdict_is_shown(verdict: Verdict) -> None:
    plan = plan_with(verdict=verdict, rule="attribute-cardinality")
    assert [each for each in PLAN.formats if not shown(plan, each.value)] == []


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_counted_once_and_explained(verdict: Verdict) -> None:
    plan = plan_with(verdict=verdict, rule="attribute-rename")
    total = plan.summary
    assert total.change == verdict.takes_effect
    assert sum((
        total.add, total.change, total.remove,
        total.impossible, total.orphan, total.write_only, total.ignored,
    )) == 1  # fmt: skip
    out = explained(plan)
    assert f"{verdict}: {verdict.sentence}" in out
    way = "PUT" if verdict is Verdict.PUT else "PATCH"
    assert f"considered {'✓' if verdict.is_sent else '✗'} {way}: " in out


@pytest.mark.parametrize("code", RiskCode)
def test_every_risk_is_shown(code: RiskCode) -> None:
    plan = plan_with(risk=code.risk, risk_code=code)
    for format_ in SHOWING_RISKS:
        out = shown(plan, format_)
        assert code in out, format_
        assert code.sentence.casefold() in out.casefold(), format_


@pytest.mark.parametrize("code", RiskCode)
def test_every_risk_is_explained_and_written_as_data(code: RiskCode) -> None:
    plan = plan_with(risk=code.risk, risk_code=code)
    assert f"{code.risk} ({code}): {code.sentence}" in explained(plan)
    (source,) = json.loads(plan_json(plan))["sources"]
    assert [c["risk_text"] for c in source["changes"]] == [code.sentence]
