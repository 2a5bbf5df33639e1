"""The reports of pipelines against golden files, and by the schemas of those who read them."""

import json
import os
import re
from collections.abc import Callable

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from junitparser import JUnitXml

from reconciler.render.ci.finding import plan_run, validation_run
from reconciler.render.ci.github import run_github
from reconciler.render.ci.gitlab import run_gitlab
from reconciler.render.ci.junit import diagnostics_junit, plan_junit
from reconciler.render.ci.sarif import run_sarif
from reconciler.render.validation import diagnostics_json
from tests.support.paths import GOLDEN, SCHEMAS
from tests.support.samples import ci_findings as samples
from tests.support.samples.schema_plans import ALL_KINDS

FILES = GOLDEN / "render" / "ci"
PLAN = plan_run(samples.PLAN)
VALIDATION = validation_run(samples.DIAGNOSTICS)

CASES: dict[str, Callable[[], str]] = {
    "plan.sarif": lambda: run_sarif(PLAN),
    "plan-junit.xml": lambda: plan_junit(samples.PLAN),
    "plan-github.txt": lambda: run_github(PLAN),
    "plan-gitlab.json": lambda: run_gitlab(PLAN),
    "schema-operations.sarif": lambda: run_sarif(plan_run(ALL_KINDS)),
    "schema-operations-junit.xml": lambda: plan_junit(ALL_KINDS),
    "schema-operations-github.txt": lambda: run_github(plan_run(ALL_KINDS)),
    "schema-operations-gitlab.json": lambda: run_gitlab(plan_run(ALL_KINDS)),
    "validate.sarif": lambda: run_sarif(VALIDATION),
    "validate-junit.xml": lambda: diagnostics_junit(samples.DIAGNOSTICS, samples.CHECKED),
    "validate-github.txt": lambda: run_github(VALIDATION),
    "validate-gitlab.json": lambda: run_gitlab(VALIDATION),
    "validate.json": lambda: diagnostics_json(samples.DIAGNOSTICS, samples.CHECKED),
}

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def _as_of_any_version(text: str) -> str:
    return re.sub(r'"version": ?"\d+\.\d+[^"]*"(?=,\s*"rules"|})', '"version": "VERSION"', text)


@pytest.mark.parametrize("case", CASES)
def test_the_report_is_that_of_the_golden_file(case: str) -> None:
    made = _as_of_any_version(CASES[case]())
    path = FILES / case
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")


def test_every_golden_file_has_a_case() -> None:
    assert {path.name for path in FILES.iterdir()} == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_no_report_holds_a_control_character(case: str) -> None:
    text = CASES[case]()
    assert not [c for c in text if not c.isprintable() and c != "\n"]


@pytest.mark.parametrize(
    "text", [CASES["plan.sarif"](), CASES["validate.sarif"](), run_sarif(validation_run(()))]
)
def test_sarif_is_valid_by_its_published_schema(text: str) -> None:
    schema = json.loads((SCHEMAS / "sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
    Draft4Validator(schema).validate(json.loads(text))


@pytest.mark.parametrize("case", ["plan-gitlab.json", "validate-gitlab.json"])
def test_code_quality_is_what_gitlab_documents(case: str) -> None:
    Draft202012Validator(CODE_QUALITY).validate(json.loads(CASES[case]()))


def test_code_quality_of_nothing_is_an_empty_list() -> None:
    assert json.loads(run_gitlab(validation_run(()))) == []


def test_junit_is_read_again_with_a_case_for_each_source() -> None:
    xml = JUnitXml.fromstring(plan_junit(samples.PLAN).encode())
    (suite,) = xml
    results = {case.name: [type(r).__name__ for r in case.result] for case in suite}
    hostile = next(name for name in results if name.startswith("]]>"))
    assert "\\x1b" in hostile
    assert results == {
        "hardware": ["Failure"],
        hostile: [],
        "guarded": ["Failure"],
        "disk-analysis": [],
        "people": [],
        "manifests/disk-analysis.yaml": ["Error"],
        "away": ["Error"],
        samples.FILE: [],
    }
    assert (suite.tests, suite.failures, suite.errors) == (8, 2, 2)
