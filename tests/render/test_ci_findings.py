"""What a plan's findings are, and how the formats keep strangers' names from doing harm."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.model.policy import Risk
from reconciler.planning.change import Attribution, Edit, Verdict
from reconciler.planning.plan import Action, Reason
from reconciler.render.ci.finding import (
    Level,
    ReviewFinding,
    fingerprints,
    plan_findings,
    plan_run,
    validation_run,
)
from reconciler.render.ci.github import LONGEST_TEXT, run_github
from reconciler.render.ci.rules import rules_of
from reconciler.render.ci.sarif import run_sarif
from reconciler.render.formats import PLAN, Format, rendered
from reconciler.render.importance import Importance
from reconciler.render.report import PlanReport
from reconciler.value import replace
from tests.support.paths import ROOT
from tests.support.samples import ci_findings as hostile
from tests.support.samples import plans as samples
from tests.support.samples.schema_plans import ALL_KINDS

ADDRESS = "s/objectTypes[t]/name"


def finding_of(*, allow_residual: bool = False, **given: Any) -> list[tuple[Level, str]]:
    """Return level and code of the findings of a plan with one change."""
    changed = samples.change(ADDRESS, "T", **given)
    plan = samples.plan(samples.source("s", Action.UPDATE, changed), allow_residual=allow_residual)
    return [(f.level, f.code) for f in plan_findings(plan)]


def test_an_impossible_change_is_an_error_by_its_rule() -> None:
    change: dict[str, Any] = {"verdict": Verdict.IMPOSSIBLE, "rule": "object-type-rename"}
    assert finding_of(**change) == [(Level.ERROR, "object-type-rename")]
    assert finding_of(**change, allow_residual=True) == [(Level.WARNING, "object-type-rename")]


def test_a_predicted_refusal_goes_by_the_code_of_the_api() -> None:
    change: dict[str, Any] = {"verdict": Verdict.IMPOSSIBLE, "predicted_code": "UNKNOWN_REFERENCE"}
    assert finding_of(**change) == [(Level.ERROR, "UNKNOWN_REFERENCE")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"verdict": Verdict.IGNORED, "rule": "unknown-key"}, [(Level.NOTE, "unknown-key")]),
        (
            {"verdict": Verdict.ORPHAN, "rule": "object-type-delete", "action": Edit.REMOVE},
            [(Level.NOTE, "object-type-delete")],
        ),
        (
            {"risk": Risk.DATA, "risk_code": "selector-changed"},
            [(Level.WARNING, "selector-changed")],
        ),
        ({"risk": Risk.REVIEW, "risk_code": "label-changed"}, [(Level.NOTE, "label-changed")]),
        ({}, []),
        ({"attribution": Attribution.DRIFT}, [(Level.WARNING, "overwrites-edit")]),
        (
            {
                "attribution": Attribution.CONFLICT,
                "risk": Risk.REVIEW,
                "risk_code": "label-changed",
            },
            [(Level.WARNING, "label-changed")],
        ),
        ({"verdict": Verdict.WRITE_ONLY, "rule": "not-shown"}, [(Level.NOTE, "not-shown")]),
    ],
)
def test_other_changes_are_notes_or_warnings_or_nothing(
    given: dict[str, Any], expected: list[tuple[Level, str]]
) -> None:
    assert finding_of(**given) == expected


def test_what_blocks_a_source_is_an_error_where_no_change_says_so() -> None:
    guarded = samples.source(
        "s", Action.BLOCKED, reason=Reason(code="too_much_risk", text="1 change has more risk")
    )
    (found,) = plan_findings(samples.plan(guarded))
    assert (found.level, found.code) == (Level.ERROR, "too_much_risk")
    assert found.text == "s is blocked: 1 change has more risk"


def test_a_change_stands_at_its_place_else_on_the_first_line_else_nowhere() -> None:
    changed = samples.change(ADDRESS, "T", verdict=Verdict.IMPOSSIBLE, rule="object-type-rename")
    places = []
    for line, column, file in ((7, 3, "a.yaml"), (None, None, "a.yaml"), (None, None, None)):
        planned = samples.source(
            "s", Action.UPDATE, replace(changed, line=line, column=column), file=file
        )
        (found,) = plan_findings(samples.plan(planned))
        places.append((found.file, found.line, found.column))
    assert places == [("a.yaml", 7, 3), ("a.yaml", 1, None), (None, None, None)]


def test_every_code_has_one_rule_with_help() -> None:
    findings = plan_findings(hostile.PLAN)
    rules = rules_of(findings)
    assert [rule.code for rule in rules] == sorted({f.code for f in findings})
    assert all(rule.text and rule.help for rule in rules)
    rename = next(rule for rule in rules if rule.code == "object-type-rename")
    assert samples.RENAME in rename.help


def test_a_rule_has_its_page_where_the_package_says_where_its_pages_are() -> None:
    findings = plan_findings(hostile.PLAN)
    made = json.loads(run_sarif(plan_run(hostile.PLAN), "https://example.org/docs/"))
    pages = {r["id"]: r.get("helpUri") for r in made["runs"][0]["tool"]["driver"]["rules"]}
    assert pages["object-type-rename"] == (
        "https://example.org/docs/reference/codes.md#object-type-rename"
    )
    assert pages["EXTERNAL_ID_MISMATCH"].endswith("codes.md#external_id_mismatch")
    assert not [rule for rule in rules_of(findings) if rule.page]


STATED = re.compile(r'Documentation "\$home/(blob/v\$version/.*)"')


@pytest.mark.parametrize("is_stated", [True, False], ids=["stated", "not stated"])
def test_the_metadata_of_the_distribution_lead_to_the_page_of_a_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_stated: bool
) -> None:
    """As what builds it states them: the folder of this repository that has the page."""
    name = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["name"]
    (stated,) = STATED.findall((ROOT / ".ci" / "distribution").read_text())
    home, version = "https://example.org/team/it", "v7"
    url = f"{home}/{stated.replace('v$version', version)}"
    folder = tmp_path / f"{name.replace('-', '_')}-7.dist-info"
    folder.mkdir()
    urls = f"Project-URL: Source, {home}\nProject-URL: Documentation, {url}\n"
    head = f"Metadata-Version: 2.4\nName: {name}\nVersion: 7\n"
    (folder / "METADATA").write_text(head + (urls if is_stated else ""))
    monkeypatch.syspath_prepend(str(tmp_path))
    report = PlanReport(plan=hostile.PLAN, directory=".", limit=9_999)
    log = json.loads(rendered(PLAN, report, Format.SARIF, str))
    pages = [r["helpUri"] for r in log["runs"][0]["tool"]["driver"]["rules"] if "helpUri" in r]
    assert bool(pages) is is_stated
    for page in pages:
        path, _, anchor = page.removeprefix(f"{home}/blob/{version}/").partition("#")
        assert f"\n### `{anchor}`\n" in (ROOT / path).read_text().lower()


def test_fingerprints_are_unique_and_stay_where_lines_move() -> None:
    findings = plan_findings(hostile.PLAN)
    moved = [replace(f, line=f.line + 9 if f.line else None, column=2) for f in findings]
    assert len(set(fingerprints(findings))) == len(findings)
    assert fingerprints(moved) == fingerprints(findings)


def test_fingerprints_leave_out_the_places_that_a_sentence_names() -> None:
    texts = ('"x" is also at line 12, a.yaml:9:19', '"x" is also at line 13, a.yaml:11:2')
    one, other = (
        ReviewFinding(level=Level.ERROR, importance=Importance.ERROR, code="c", text=text)
        for text in texts
    )
    assert fingerprints([one]) == fingerprints([other])
    assert len(set(fingerprints([one, other]))) == 2


def test_a_lone_surrogate_ends_no_report() -> None:
    odd = Diagnostic(
        severity=Severity.ERROR, code="c", text="\ud800", file="\udc80\ud800.yaml", line=1
    )
    plan = samples.plan(diagnostics=(odd,), errored=True)
    assert run_sarif(plan_run(plan)).encode()


def said(**given: Any) -> str:
    """Return the one workflow command of a diagnostic."""
    fields: dict[str, Any] = {
        "severity": Severity.ERROR,
        "code": "c",
        "text": "t",
        "file": "f",
        "line": 1,
    }
    (line,) = run_github(validation_run([Diagnostic(**(fields | given))])).splitlines()
    return line


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "::error file=f,line=1,title=c::t"),
        ({"column": 2}, "::error file=f,line=1,col=2,title=c::t"),
        ({"file": None, "line": None}, "::error title=c::t"),
        ({"severity": Severity.WARNING}, "::warning file=f,line=1,title=c::t"),
        ({"severity": Severity.INFO}, "::notice file=f,line=1,title=c::t"),
        ({"text": "100%"}, "::error file=f,line=1,title=c::100%25"),
        ({"text": "%0A::error::x"}, "::error file=f,line=1,title=c::%250A::error::x"),
        ({"text": "a\n::add-mask::b"}, r"::error file=f,line=1,title=c::a\n::add-mask::b"),
        ({"text": "a\r\nb\x1b[2J"}, r"::error file=f,line=1,title=c::a\r\nb\x1b[2J"),
        ({"text": "a\u2028::error::b"}, r"::error file=f,line=1,title=c::a\u2028::error::b"),
        ({"hint": "do\nthis"}, "::error file=f,line=1,title=c::t%0Ado%0Athis"),
        ({"file": "a,b:c%.y"}, "::error file=a%2Cb%3Ac%25.y,line=1,title=c::t"),
        ({"file": "a::b\n::c"}, r"::error file=a%3A%3Ab\n%3A%3Ac,line=1,title=c::t"),
        ({"code": "a::b,c=d"}, "::error file=f,line=1,title=a%3A%3Ab%2Cc=d::t"),
    ],
)
def test_a_workflow_command_is_one_line_that_says_what_it_should(
    given: dict[str, object], expected: str
) -> None:
    assert said(**given) == expected


def test_a_name_of_any_length_leaves_a_workflow_command_short() -> None:
    long = "x" * 100_000
    assert len(said(text=long, hint=long)) < 2 * LONGEST_TEXT + 100
    changed = samples.change(ADDRESS, long, long, verdict=Verdict.IMPOSSIBLE, remedy="Keep it.")
    (finding,) = plan_findings(samples.plan(samples.source("s", Action.UPDATE, changed)))
    assert len(finding.text) < 1_000
    assert finding.text.endswith("(documented)")


def test_the_finding_of_schema_operations_stays_the_same_where_more_would_be_lost() -> None:
    (source,) = ALL_KINDS.sources
    *others, last = source.schema_operations
    more = replace(last, loses=replace(last.loses, objects=1205))
    moved = replace(ALL_KINDS, sources=(replace(source, schema_operations=(*others, more)),))
    one, other = (
        [f for f in plan_findings(p) if f.code == "schema-operations"] for p in (ALL_KINDS, moved)
    )
    assert one[0].text != other[0].text
    assert fingerprints(one) == fingerprints(other)
    assert (one[0].level, one[0].importance) == (Level.WARNING, Importance.FINAL)


def test_github_gets_ten_of_a_level_and_the_last_says_how_many_more() -> None:
    def many(severity: Severity, number: int) -> list[Diagnostic]:
        return [
            Diagnostic(severity=severity, code="c", text=f"{severity} {n}") for n in range(number)
        ]

    found = [*many(Severity.INFO, 11), *many(Severity.ERROR, 10), *many(Severity.WARNING, 250)]
    lines = run_github(validation_run(found)).splitlines()
    assert [line.split(" ")[0] for line in lines] == (
        ["::error"] * 10 + ["::warning"] * 9 + ["::notice"] * 9 + ["::warning", "::notice"]
    )
    assert lines[9] == "::error title=c::error 9"
    assert lines[18] == "::warning title=c::warning 8"
    assert lines[28].startswith("::warning title=reconciler::241 lint warnings not shown here")
    assert lines[29].startswith("::notice title=reconciler::2 lint warnings")


def test_no_text_of_a_stranger_is_a_link_or_an_argument_in_sarif() -> None:
    assert "](" in hostile.HOSTILE
    run = json.loads(run_sarif(plan_run(hostile.PLAN)))["runs"][0]
    (invocation,) = run["invocations"]
    messages = [
        *(r["message"]["text"] for r in run["results"]),
        *(n["message"]["text"] for n in invocation["toolExecutionNotifications"]),
        *(rule["help"]["text"] for rule in run["tool"]["driver"]["rules"]),
    ]
    assert any("] (http://a)" in message for message in messages)
    assert not [message for message in messages if "](" in message or "{0}" in message]


def test_sarif_names_the_environment_and_places_by_uri() -> None:
    run = json.loads(run_sarif(plan_run(hostile.PLAN)))["runs"][0]
    assert run["automationDetails"] == {"id": "reconciler/plan/local/"}
    uris = {
        location["physicalLocation"]["artifactLocation"]["uri"]
        for result in run["results"]
        for location in result["locations"]
    }
    assert "manifests/odd%2C%20name%3A%20100%25%20%231%3F.yaml" in uris
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_tells_what_has_no_place_as_a_notification() -> None:
    (invocation,) = json.loads(run_sarif(plan_run(hostile.PLAN)))["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    codes = [n["associatedRule"]["id"] for n in invocation["toolExecutionNotifications"]]
    assert "unreadable-source" in codes
