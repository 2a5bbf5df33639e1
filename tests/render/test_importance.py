"""Every format that cuts leaves the risks to data standing, and says what it left out by kind."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.codes.file import FileCode
from reconciler.codes.manifest import ManifestCode
from reconciler.mapping.preview import DataFinding, FindingCount, Preview
from reconciler.model.policy import Risk
from reconciler.outcome.command_results import PreviewResult
from reconciler.planning.change import Attribution, Change, Verdict
from reconciler.planning.drift.report import DriftReport, drift_of
from reconciler.planning.plan import Action, Plan
from reconciler.render.adf.drift import drift_nodes
from reconciler.render.ci import sarif
from reconciler.render.ci.code_insights import plan_annotations, plan_report
from reconciler.render.ci.finding import plan_run
from reconciler.render.ci.github import run_github
from reconciler.render.ci.gitlab import run_gitlab
from reconciler.render.ci.junit import plan_junit
from reconciler.render.drift.slack import drift_slack
from reconciler.render.html.drift import drift_html
from reconciler.render.html.plan import plan_html
from reconciler.render.markdown.drift import drift_markdown
from reconciler.render.markdown.plan import plan_markdown
from reconciler.render.markdown.preview import preview_markdown
from tests.support.samples.drift_reports import TODAY
from tests.support.samples.plans import change, plan, source
from tests.support.samples.schema_plans import ALL_KINDS


def many(name: str, number: int, **given: Any) -> list[Change]:
    """Return changes of *number* descriptions of the source *name*."""
    return [
        change(f"{name}/objectTypes[{n}]/description", f"Type {n}", **given) for n in range(number)
    ]


def at_risk(name: str, **given: Any) -> list[Change]:
    """Return the two changes that no format may leave out."""
    data = {"risk": Risk.DATA, "risk_code": "selector-changed"}
    return [change(f"{name}/mappings[{n}]/selector", f"Lost {n}", **data, **given) for n in (1, 2)]


LINT = tuple(
    ManifestCode.NO_LABEL.diagnostic(f"type {n} has no label", file="a.yaml", place=(n, 1))
    for n in range(1, 1_201)
)
REVIEW = {"risk": Risk.REVIEW, "risk_code": "label-changed"}
RISKY = source(
    "risky", Action.UPDATE, *many("risky", 50, **REVIEW), *at_risk("risky"), file="r.yaml"
)
ALONE: Plan = plan(RISKY, diagnostics=LINT)
BLOCKED = source(
    "stuck", Action.BLOCKED, *many("stuck", 50, verdict=Verdict.IMPOSSIBLE), file="s.yaml"
)
BESIDE: Plan = plan(BLOCKED, RISKY, diagnostics=LINT)

PLANS: dict[str, tuple[Callable[[Plan], str], str]] = {
    "github": (
        lambda p: run_github(plan_run(p)),
        ",title=no-label::type 1 has no label%0Athe first of more than 200",
    ),
    "sarif": (lambda p: sarif.run_sarif(plan_run(p)), " lint warnings not shown here"),
    "insights": (
        lambda p: json.dumps(
            [plan_annotations(p), plan_report(p, directory=".", link=None)["details"]]
        ),
        " lint warnings not shown here",
    ),
    "markdown": (
        lambda p: plan_markdown(p, directory=".", limit=3_000, whole=None),
        "\n1,200 lint warnings: `reconciler validate` lists them.\n",
    ),
    "html": (
        lambda p: plan_html(p).partition('class="alerts"')[2].partition("</section>")[0],
        " risks to review.",
    ),
}


@pytest.mark.parametrize("planned", [ALONE, BESIDE], ids=["alone", "beside a blocked source"])
@pytest.mark.parametrize("format_", PLANS)
def test_a_cut_of_a_plan_leaves_the_risks_to_data(
    format_: str, planned: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 110)
    render, left_out = PLANS[format_]
    text = render(planned)
    risks = ("mappings[1]", "mappings[2]") if format_ == "markdown" else ("Lost 1", "Lost 2")
    assert [risk for risk in risks if risk not in text] == []
    assert left_out in text


WHOLE: dict[str, Callable[[Plan], str]] = {
    "markdown": lambda p: plan_markdown(p, directory=".", limit=60_000, whole=None),
    "html": plan_html,
    "github": lambda p: run_github(plan_run(p)),
}


@pytest.mark.parametrize("format_", WHOLE)
def test_lint_is_folded_and_stands_behind_the_plan(format_: str) -> None:
    other = ManifestCode.NO_LABEL.diagnostic("type A has none", file="b.yaml", place=(3, 1))
    text = WHOLE[format_](plan(RISKY, diagnostics=(*LINT, other)))
    assert re.findall(r"type \d+ has no label", text) == ["type 1 has no label"]
    assert (
        "the first of more than 200 in this manifest, the others on lines 2, 3, 4, 5, 6, …" in text
    )
    last = max(map(text.rfind, ("Lost 2", "mappings[2]")))
    assert 0 < last < text.index("type 1 has no label") < text.index("type A has none")


RISKIER = source(
    "riskier",
    Action.UPDATE,
    *many("riskier", 50, risk=Risk.DATA, risk_code="selector-changed"),
    file="q.yaml",
)


@pytest.mark.parametrize("format_", PLANS)
def test_what_cannot_be_undone_stands_before_all_else(format_: str) -> None:
    text = PLANS[format_][0](plan(RISKIER, *ALL_KINDS.sources, diagnostics=LINT))
    # Two formats make one finding of a source's operations, which is cut before its end.
    lost = "3 of them lose" if format_ in {"github", "insights"} else "1,204 objects, 3 references"
    assert 0 <= text.find(lost) < text.index("riskier/" if format_ == "markdown" else "Type 0")


def test_what_reads_all_reads_the_risks_to_data_first() -> None:
    issues = json.loads(run_gitlab(plan_run(ALONE)))
    assert [i["severity"] for i in issues[:3]] == ["critical", "critical", "info"]
    assert {i["severity"] for i in issues if i["check_name"] == "no-label"} == {"minor"}
    case = plan_junit(ALONE).partition('name="risky"')[2]
    assert case.index("Lost 1") < case.index("Lost 2") < case.index("Type 0")


def test_a_cut_of_a_preview_leaves_the_losses_and_the_errors() -> None:
    lost = next(each for each in DataFinding if each.loses_objects)
    found = FindingCount(code=lost, count=3, place="entries", examples=("one",))
    fault = FileCode.UNREADABLE_FILE.diagnostic("nobody may read it", file="z.yaml")
    result = PreviewResult(
        source="s",
        data="d.json",
        created_at="2026-03-01T00:00:00Z",
        environment="local",
        preview=Preview(entries=3, types=(), findings=(found,), assumptions=()),
        diagnostics=(*LINT, fault),
    )
    whole, cut = preview_markdown(result, limit=2_000), preview_markdown(result, limit=400)
    for text, lint in ((whole, "type 1 has no label"), (cut, "1,200 lint warnings: ")):
        at = [text.index(each) for each in ("for example `one`", "nobody may read it", lint)]
        assert at == sorted(at)
    assert whole.count("has no label") == 1
    assert "the first of more than 200 in this manifest" in whole


DRIFTED: DriftReport = drift_of(
    plan(
        *(
            source(f"s{n:02}", Action.UPDATE, *many(f"s{n:02}", 9, attribution=whose))
            for n in range(20)
            for whose in (Attribution.CONFLICT, Attribution.DRIFT)[n % 2 :][:1]
        ),
        source(
            "z",
            Action.UPDATE,
            *many("z", 9, attribution=Attribution.CONFLICT),
            *at_risk("z", attribution=Attribution.DRIFT),
        ),
    ),
    (),
    today=TODAY,
)
DRIFTS: dict[str, tuple[Callable[[DriftReport], str], str]] = {
    "markdown": (
        lambda r: drift_markdown(r, limit=2_000),
        "99 of Changed in Assets and in git",
    ),
    "jira": (
        lambda r: json.dumps(drift_nodes(r, limit=2_000)),
        "99 of Changed in Assets and in git",
    ),
    "slack": (drift_slack, "and 6 conflicts"),
}


@pytest.mark.parametrize("format_", DRIFTS)
def test_a_cut_of_drift_leaves_the_risks_to_data(format_: str) -> None:
    render, left_out = DRIFTS[format_]
    text = render(DRIFTED)
    risks = ("Lost 1", "Lost 2") if format_ == "slack" else ("mappings[1]", "mappings[2]")
    assert [risk for risk in risks if risk not in text] == []
    assert left_out in text


def test_the_first_sources_of_a_page_of_drift_have_the_risks_to_data() -> None:
    page = drift_html(DRIFTED)
    assert page.index(">z</") < page.index(">s00</")
