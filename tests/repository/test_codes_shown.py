"""Every verdict and every risk is shown wherever its siblings are: in each format of a plan."""

import html
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.planning.plan import Plan, Verdict
from reconciler.planning.risk_codes import RiskCode
from reconciler.render.formats import PLAN
from reconciler.render.plan.json import plan_json
from tests.support.documents.planned import plan_of
from tests.support.documents.site_document import set_type
from tests.support.stages.cli_project import Desk, make_desk

ADDRESS = Address.parse("s/objectTypes[os]/description")
# JUnit tells of a source only that it is blocked.
SHOWING_RISKS = [f for f in [each.value for each in PLAN.formats] if f != "junit"]


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    return make_desk(tmp_path, monkeypatch, capsys)


def plan_with(**given: Any) -> Plan:
    """Return a plan of one change, of which *given* is said otherwise."""
    plan = plan_of(set_type("os", description="new"))
    (source,) = plan.sources
    (change,) = source.changes
    assert change.address == ADDRESS
    said = replace(change, **given)
    return replace(plan, sources=(replace(source, changes=(said,), file="s.yaml"),))


def shown(desk: Desk, plan: Plan, *how: str) -> str:
    desk.write("plan.json", plan_json(plan))
    command, *options = how
    done = desk(command, "plan.json", *options)
    assert done.code == 0, done.err
    return html.unescape(" ".join((done.out + done.err).split()))


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("format_", [each.value for each in PLAN.formats])
def test_a_change_of_every_verdict_is_shown(format_: str, verdict: Verdict, desk: Desk) -> None:
    plan = plan_with(verdict=verdict, rule="attribute-cardinality")
    assert shown(desk, plan, "show", "--format", format_)


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_counted_once_and_explained(verdict: Verdict, desk: Desk) -> None:
    plan = plan_with(verdict=verdict, rule="attribute-cardinality")
    total = plan.summary
    assert total.change == verdict.is_sent
    assert sum((
        total.add, total.change, total.remove,
        total.impossible, total.orphan, total.write_only, total.ignored,
    )) == 1  # fmt: skip
    out = shown(desk, plan, "explain", str(ADDRESS))
    assert f"{verdict}: {verdict.sentence}" in out
    way = "PUT" if verdict is Verdict.PUT else "PATCH"
    assert f"considered {'✓' if verdict.is_sent else '✗'} {way}: " in out


@pytest.mark.parametrize("code", RiskCode)
@pytest.mark.parametrize("format_", SHOWING_RISKS)
def test_every_risk_is_shown(format_: str, code: RiskCode, desk: Desk) -> None:
    out = shown(desk, plan_with(risk=code.risk, risk_code=code), "show", "--format", format_)
    assert code in out
    assert code.sentence.casefold() in out.casefold()


@pytest.mark.parametrize("code", RiskCode)
def test_every_risk_is_explained_and_written_as_data(code: RiskCode, desk: Desk) -> None:
    plan = plan_with(risk=code.risk, risk_code=code)
    assert f"{code.risk} ({code}): {code.sentence}" in shown(desk, plan, "explain", str(ADDRESS))
    (source,) = json.loads(plan_json(plan))["sources"]
    assert [c["risk_text"] for c in source["changes"]] == [code.sentence]
