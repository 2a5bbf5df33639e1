"""The jobs of the pipelines that `init` writes, run here as their CI systems would run them.

The shell lines run as written, in bash, in a fresh clone of the repository. What stands in for
the world outside is on the PATH before everything else: `python -m pip` only writes down what it
was asked to install, `gh` answers from a table, through a real jq, `reconciler` is forked (see
shell_program.py), and any other `python` is the interpreter that runs the tests.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.git import git
from tests.support.paths import ROOT
from tests.support.processes import shell_program as stand_in

PIPELINES = ROOT / "reconciler" / "app" / "init" / "pipelines"
RECONCILER = "assets-reconciler @ git+https://git.example/team/reconciler@v1"

_PYTHON = """#!/bin/sh
if [ "$1 $2" = "-m pip" ]; then shift 2; echo "$*" >> "$STAND_INS/pip.log"; exit; fi
exec {python} "$@"
"""
_GH = """#!{python}
import json, os, sys
from pathlib import Path
import jq
command, path, flag, program = sys.argv[1:]
assert (command, flag) == ("api", "--jq"), sys.argv
answers = json.loads((Path(os.environ["STAND_INS"]) / "gh.json").read_text())
if not os.environ.get("GITHUB_TOKEN") or path not in answers:
    sys.exit(f"gh: HTTP 404: {{path}}")
for value in jq.compile(program).input_value(answers[path]).all():
    print(value if isinstance(value, str) else json.dumps(value))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How the lines of a job ended, and where."""

    code: int
    output: str
    directory: Path

    def text(self, name: str) -> str:
        """Return what the job left in the file *name*."""
        return (self.directory / name).read_text(encoding="utf-8")

    def json(self, name: str) -> Any:
        """Return what the job left in the file *name*, parsed."""
        return json.loads(self.text(name))


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A repository, the programs that stand in for the outside, and the variables of the CI."""

    root: Path
    variables: Mapping[str, str]

    @property
    def repository(self) -> Path:
        """The repository that each job gets a clone of."""
        return self.root / "repository"

    @property
    def stand_ins(self) -> Path:
        """Where the programs that stand in keep what they know and what they were asked."""
        return self.root / "stand-ins"

    def asked(self, program: str) -> list[str]:
        """Return what *program* was called with so far, a line for each call."""
        log = self.stand_ins / f"{program}.log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def stand_in(self) -> None:
        """Write the programs."""
        self.stand_ins.mkdir(parents=True)
        programs = {
            "python": _PYTHON.format(python=sys.executable),
            "reconciler": stand_in.program(sys.executable),
            "gh": _GH.format(python=sys.executable),
        }
        for name, text in programs.items():
            program = self.stand_ins / name
            program.write_text(text, encoding="utf-8")
            program.chmod(0o755)

    def clone(self, name: str) -> Path:
        """Return a fresh clone of the repository, for the job *name*."""
        directory = self.root / "jobs" / name
        shutil.rmtree(directory, ignore_errors=True)
        git(self.root, "clone", "--quiet", str(self.repository), str(directory))
        return directory

    def bash(self, lines: str, directory: Path, variables: Mapping[str, str]) -> Ended:
        """Run *lines* in *directory*, and stop at the first that fails."""
        shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", lines)
        return self.run(shell, directory, {"CI": "true", **variables})

    def run(self, command: Sequence[str], directory: Path, variables: Mapping[str, str]) -> Ended:
        """Run *command* in *directory*, where the programs that stand in come first."""
        # Coverage is measured elsewhere: here it would double the time.
        systems = ("BITBUCKET_", "CI_", "COVERAGE_", "GITHUB_", "GITLAB_")
        outside = {name: v for name, v in os.environ.items() if not name.startswith(systems)}
        done = subprocess.run(
            command,
            cwd=directory,
            env={
                **outside,
                "HOME": str(self.root),
                "PATH": f"{self.stand_ins}{os.pathsep}{os.environ['PATH']}",
                "STAND_INS": str(self.stand_ins),
                **variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return Ended(code=done.returncode, output=done.stdout, directory=directory)


def new_site(root: Path, variables: Mapping[str, str], base_url: str = "") -> Site:
    """Return a site whose repository holds the example project, on its branch `main`."""
    site = Site(root=root, variables=variables)
    site.stand_in()
    manifests = site.repository / "manifests"
    shutil.copytree(ROOT / "manifests", manifests, ignore=shutil.ignore_patterns(".reconciler"))
    project = manifests / "reconciler.yaml"
    if base_url:  # the emulator, where the example has Atlassian's own
        cloud = "    backend: cloud\n"
        text = project.read_text(encoding="utf-8")
        assert text.count(cloud) == 1
        project.write_text(text.replace(cloud, f"{cloud}    baseUrl: {base_url}\n"), "utf-8")
    git(site.repository, "init", "--quiet", "--initial-branch", "main")
    commit(site, "The example project")
    return site


def commit(site: Site, message: str) -> str:
    """Commit all that changed in the repository, and return the commit's id."""
    git(site.repository, "add", "--all")
    git(site.repository, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(site.repository, "rev-parse", "HEAD")


def pipeline(name: str) -> Any:
    """Return the pipeline file *name*, parsed."""
    return yaml.safe_load((PIPELINES / name).read_text(encoding="utf-8"))


def source_variables(token: str) -> dict[str, str]:
    """Return what the example's project file names, for a backend that takes *token*."""
    names = ("DISK_ANALYSIS", "HARDWARE_INVENTORY", "LEGACY_CMDB", "PEOPLE_AND_TEAMS")
    return {
        "ASSETS_TOKEN": token,
        "DISK_ANALYSIS_TOKEN": token,
        "ASSETS_WORKSPACE_ID": "w",
        **{f"{name}_SOURCE_ID": name.lower() for name in names},
    }


def gitlab_lines(job: str) -> tuple[str, ...]:
    """Return the shell lines of a job of gitlab-ci.yml."""
    file = pipeline("gitlab-ci.yml")
    return (*file["default"]["before_script"], *file[job]["script"])


def bitbucket_lines(step: str) -> tuple[str, ...]:
    """Return the shell lines of a step of bitbucket-pipelines.yml, by its name."""
    steps = pipeline("bitbucket-pipelines.yml")["definitions"]["steps"]
    (found,) = [each["step"] for each in steps if each["step"]["name"] == step]
    return tuple(found["script"])


def run_job(
    site: Site, name: str, lines: Sequence[str], carried: Mapping[str, Path] | None = None
) -> Ended:
    """Run a job of GitLab or Bitbucket, with the artifacts that it gets from one before it."""
    directory = site.clone(name)
    for artifact, source in (carried or {}).items():
        shutil.copy(source, directory / artifact)
    return site.bash("\n".join(lines), directory, site.variables)
