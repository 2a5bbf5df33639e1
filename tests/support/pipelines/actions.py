"""A runner of GitHub's workflows that is just large enough for those of docs/ci.

`run` steps go through bash as written. Of the actions, those that move artifacts do so, between
the jobs of one site; the others are told to have run. An expression that it does not know is an
error.
"""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.paths import ROOT
from tests.support.pipelines.jobs import Ended, Site, pipeline

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(r"'[^']*'|[a-z_]+(?:\.[A-Za-z_-]+)+|&&|\|\||!=|!")
_WORDS = {"&&": " and ", "||": " or ", "!": " not ", "!=": "!="}


@dataclass(kw_only=True, slots=True)
class Run:
    """One run of one job: its context so far, and what its steps did."""

    site: Site
    context: dict[str, str]
    directory: Path
    code: int = 0
    output: str = ""
    uses: list[str] = field(default_factory=list)

    def ended(self) -> Ended:
        """Return how the job ended."""
        return Ended(code=self.code, output=self.output, directory=self.directory)

    def value(self, expression: str) -> Any:
        """Return what *expression* comes to, in the language of GitHub's workflows."""

        def python(match: re.Match[str]) -> str:
            token = match[0]
            if token[0] == "'":
                return token
            return _WORDS.get(token) or f"lookup({token!r})"

        names = {
            "__builtins__": {},
            "always": lambda: True,
            "cancelled": lambda: False,
            "hashFiles": lambda name: str(any(self.directory.glob(name)) or ""),
            "lookup": self._lookup,
        }
        return eval(_TOKEN.sub(python, expression.strip()), names)  # noqa: S307 - our own files

    def filled(self, text: object) -> str:
        """Return *text* with its expressions filled in."""
        return _EXPRESSION.sub(lambda match: str(self.value(match[1])), str(text))

    def _lookup(self, name: str) -> str:
        if name.startswith(("steps.", "inputs.", "secrets.", "vars.")):
            return self.context.get(name, "")
        return self.context[name]


def run_workflow(
    site: Site, file: str, job: str, context: Mapping[str, str], variables: Mapping[str, str]
) -> Run:
    """Run the *job* of the workflow *file* in a fresh clone, to its end."""
    workflow = pipeline(f"github-actions/{file}")
    run = Run(site=site, context=dict(context), directory=site.clone(f"{file}-{job}"))
    outside = {name: run.filled(text) for name, text in workflow["env"].items()} | dict(variables)
    return _steps(run, workflow["jobs"][job]["steps"], outside)


def run_action(site: Site, inputs: Mapping[str, str], variables: Mapping[str, str]) -> Run:
    """Run the action of this repository with *inputs* in a fresh clone, to its end."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    given = {name: each.get("default", "") for name, each in action["inputs"].items()}
    given |= dict(inputs)
    context = {f"inputs.{name}": value for name, value in given.items()}
    run = Run(site=site, context=context, directory=site.clone("action"))
    files = {"GITHUB_ACTION_PATH": "/the/action", "RUNNER_TEMP": str(site.root)}
    return _steps(run, action["runs"]["steps"], files | dict(variables))


def _steps(run: Run, steps: Sequence[Mapping[str, Any]], outside: Mapping[str, str]) -> Run:
    for step in steps:
        condition = _EXPRESSION.sub(r"\1", step.get("if", "'true'"))
        goes_on = "always()" in condition or "cancelled()" in condition
        if (run.code and not goes_on) or not run.value(condition):
            continue
        if "uses" in step:
            _action(run, step)
        else:
            _lines(run, step, outside)
    return run


def _lines(run: Run, step: Mapping[str, Any], outside: Mapping[str, str]) -> None:
    outputs = run.directory.parent / "outputs"
    outputs.write_text("", encoding="utf-8")
    own = {name: run.filled(text) for name, text in step.get("env", {}).items()}
    assert "${{" not in step["run"], "an expression in shell lines is an injection"
    files = {"GITHUB_OUTPUT": str(outputs), "GITHUB_WORKSPACE": str(run.directory)}
    done = run.site.bash(step["run"], run.directory, {**outside, **files, **own})
    run.output += done.output
    run.code = run.code or done.code
    for line in outputs.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        run.context[f"steps.{step['id']}.outputs.{name}"] = value


def _action(run: Run, step: Mapping[str, Any]) -> None:
    action = step["uses"].partition("@")[0]
    given = {name: run.filled(text) for name, text in step.get("with", {}).items()}
    run.uses.append(action)
    if action == "actions/upload-artifact":
        kept = artifact(run.site, given["name"])
        kept.mkdir(parents=True, exist_ok=True)
        for name in given["path"].split():
            shutil.copy(run.directory / name, kept)
    elif action == "actions/download-artifact":
        if "pattern" in given:
            assert given["merge-multiple"] == "True"
            for found in artifact(run.site, "").glob(given["pattern"]):
                shutil.copytree(found, run.directory, dirs_exist_ok=True)
        else:
            shutil.copytree(artifact(run.site, given["name"]), run.directory / given["path"])
    elif action == "github/codeql-action/upload-sarif":
        assert (run.directory / given["sarif_file"]).is_file()


def artifact(site: Site, name: str) -> Path:
    """Return the folder of the artifact *name*."""
    return site.root / "artifacts" / name
