"""What several commands need: a project in a repository, of which no secret is left behind."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.forges.server import TOKEN
from tests.support.stages.cli_project import Desk, make_desk

CI_VARIABLES = ("GITHUB_", "GITLAB_", "CI_", "BITBUCKET_", "JIRA_")


@pytest.fixture
def in_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Desk]:
    """A project in the folder `cmdb` of a repository, on no CI system; no token leaks."""
    for name in [*os.environ]:
        if name.startswith(CI_VARIABLES):
            monkeypatch.delenv(name)
    root = tmp_path / "cmdb"
    root.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    yield make_desk(root, monkeypatch, capsys)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes(), path
