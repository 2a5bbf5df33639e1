"""The reference pages say what the program has: commands with their options, keys of files.

RECONCILER_UPDATE_GOLDEN=1 writes what is generated in them anew.
"""

import ast
import os
import re
from pathlib import Path

import pytest

from reconciler.cli.group import group
from reconciler.manifest import schemas
from tests.support.pages import commands, keys, with_generated
from tests.support.paths import ROOT

REFERENCE = ROOT / "docs" / "reference"
GENERATED = {
    "commands.md": lambda: commands(group),
    "project-file.md": lambda: keys(schemas.schema("project")),
    "manifests.md": lambda: (
        keys(schemas.schema("manifest")) + keys(schemas.schema("payload-2023-10-19"))
    ),
}


@pytest.mark.parametrize("name", GENERATED)
def test_the_page_holds_what_the_program_has(name: str) -> None:
    page: Path = REFERENCE / name
    written = page.read_text(encoding="utf-8")
    expected = with_generated(written, GENERATED[name]())
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        page.write_text(expected, encoding="utf-8")
        return
    assert written == expected


def test_every_page_of_the_documentation_is_listed() -> None:
    listed = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {p.relative_to(ROOT / "docs").as_posix() for p in (ROOT / "docs").rglob("*.md")}
    assert sorted(each for each in pages - {"README.md"} if f"({each}" not in listed) == []


VARIABLE = re.compile(r"(?:GITHUB|GITLAB|CI|BITBUCKET|JIRA|JOB|BUILD)_[A-Z0-9_]*[A-Z]")


def test_every_variable_that_the_program_reads_is_told() -> None:
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
