"""What a release says of itself: one version, and the pages that name it."""

import re
import tomllib

from reconciler import __version__
from tests.support.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_version_comes_from_one_place() -> None:
    assert "version" in PROJECT["dynamic"]
    assert f"## [{__version__}] - " in text("CHANGELOG.md")
    assert f"| {__version__.rpartition('.')[0]}, its newest release | yes |" in text("SECURITY.md")


def test_the_links_are_those_of_the_repository_that_releases() -> None:
    assert "urls" not in PROJECT
    assert "[project.urls]" in text(".ci/distribution")


def test_what_pip_is_asked_for_is_the_distribution_with_an_extra_that_it_has() -> None:
    """Two names are easily mixed: the command is `reconciler`."""
    assert PROJECT["scripts"].keys() == {"reconciler"}
    files = [
        *(ROOT / "reconciler").rglob("*.py"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / name for name in ("README.md", "action.yml", "docs/deploy/Dockerfile")),
    ]
    asked = {
        found
        for path in files
        for found in re.findall(
            r"pip install '?([a-z-]+)\[(\w+)\]|([a-z-]+)\[(\w+)\] @ git", path.read_text("utf-8")
        )
    }
    assert asked
    for name, extra, of_git, its_extra in asked:
        assert (name or of_git) == PROJECT["name"]
        assert (extra or its_extra) in PROJECT["optional-dependencies"]
