"""The reference pages say what the program has: commands with their options, keys of files.

RECONCILER_UPDATE_GOLDEN=1 writes what is generated in them anew.
"""

import ast
import os
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.cli.group import group
from reconciler.manifest import schemas
from tests.support.pages import commands, with_generated
from tests.support.paths import ROOT
from tests.support.report_examples import examples
from tests.support.schema_pages import in_several_reports, keys, report, strict, without_meaning

# Of what `--format json` prints, but for the plan, in the order of the page.
REPORTS = (
    *("validation", "drift", "apply-event", "apply-report", "status", "history", "pull", "unlock"),
    *("ingestion", "imports", "preview", "render", "doctor", "probe", "facts"),
)
# Their examples would be of random ids, or are files.
WITHOUT_EXAMPLE = ("probe", "facts")
REFERENCE = ROOT / "docs" / "reference"
GENERATED = {
    "commands.md": lambda: commands(group),
    "project-file.md": lambda: keys("project"),
    "manifests.md": lambda: f"{keys('manifest')}\n### The document\n\n{keys('payload-2023-10-19')}",
}


@pytest.mark.parametrize("name", GENERATED)
def test_the_page_holds_what_the_program_has(name: str) -> None:
    hold(name, GENERATED[name]())


def hold(name: str, generated: str) -> None:
    """Compare the page *name* with what is *generated*, or write it."""
    page: Path = REFERENCE / name
    written = page.read_text(encoding="utf-8")
    expected = with_generated(written, generated)
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        page.write_text(expected, encoding="utf-8")
        return
    assert written == expected


@pytest.fixture
def shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, list[Any]]:
    monkeypatch.chdir(tmp_path)
    return examples(tmp_path, lambda: capsys.readouterr().out)


def test_the_pages_of_reports_hold_what_their_schemas_say(shown: dict[str, list[Any]]) -> None:
    assert {"plan", *REPORTS} - {*WITHOUT_EXAMPLE} == shown.keys()
    for kind, found in shown.items():
        schema = schemas.schema(kind)
        # A finding of drift is a change of the plan's schema, with keys of its own.
        validator = Draft202012Validator(schema if kind == "drift" else strict(schema))
        assert [e.message for each in found for e in validator.iter_errors(each)] == [], kind
    for kind in ("plan", *REPORTS):
        assert without_meaning(kind) == [], kind
    sections = [report(kind, shown.get(kind, ())) for kind in REPORTS]
    hold("plan-format.md", report("plan", shown["plan"]))
    hold("reports.md", "\n".join([*sections, in_several_reports()]))


VARIABLE = re.compile(r"(?:GITHUB|GITLAB|CI|BITBUCKET|JIRA|JOB|BUILD)_[A-Z0-9_]*[A-Z]")


def test_every_variable_that_the_program_reads_is_on_the_page() -> None:
    read = {
        node.value
        for path in (ROOT / "reconciler").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and VARIABLE.fullmatch(node.value)
    }
    page = (REFERENCE / "environment-variables.md").read_text(encoding="utf-8")
    assert set(VARIABLE.findall(page)) == read
