"""The pipelines that `init` writes: each is valid to the linter or under the schema of its system.

What their shell lines do is tested in e2e/test_pipelines.py. Nothing here needs a network.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.paths import ROOT
from tests.support.pipelines.jobs import PIPELINES, commit, new_site, pipeline

WORKFLOWS = sorted((PIPELINES / "github-actions").glob("*.yml"))
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTION = ROOT / "action.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"


def tool(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a program that is installed beside the interpreter, where no network is to be had."""
    away = "http://127.0.0.1:9"
    return subprocess.run(
        [str(Path(sys.executable).parent / name), *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"HTTP_PROXY": away, "HTTPS_PROXY": away},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("schema", "arguments"),
    [
        ("vendor.github-workflows", WORKFLOWS + OWN),
        ("custom.github-workflows-require-timeout", WORKFLOWS + OWN),
        ("vendor.github-actions", [ACTION]),
        ("vendor.gitlab-ci", ["--data-transform", "gitlab-ci", PIPELINES / "gitlab-ci.yml"]),
        ("vendor.bitbucket-pipelines", [PIPELINES / "bitbucket-pipelines.yml"]),
    ],
)
def test_each_file_is_valid_under_the_schema_of_its_system(
    schema: str, arguments: list[object]
) -> None:
    done = tool("check-jsonschema", "--builtin-schema", schema, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflows_have_no_weakness_that_zizmor_knows() -> None:
    """Pinned actions, least permissions, no injection, no credentials left in the checkout."""
    assert WORKFLOWS
    assert OWN
    done = tool("zizmor", "--offline", "--persona", "pedantic", *WORKFLOWS, *OWN, ACTION)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_workflow_gives_a_stranger_secrets() -> None:
    for workflow in WORKFLOWS:
        file = yaml.safe_load(workflow.read_text(encoding="utf-8"))
        triggers = file[True]  # YAML 1.1: `on` is true
        assert set(triggers) <= {"pull_request", "push", "schedule", "workflow_dispatch"}
        assert file["permissions"] == {}
    validate = pipeline("github-actions/reconciler-plan.yml")["jobs"]["validate"]
    assert "secrets." not in json.dumps(validate)


def test_pre_commit_takes_the_hooks() -> None:
    done = tool("pre-commit", "validate-manifest", HOOKS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pre_commit_runs_the_hooks(tmp_path: Path) -> None:
    """As pre-commit runs them, but that the program is installed already."""
    site = new_site(tmp_path, {})
    hooks = [
        hook | {"language": "system", "entry": f"{site.stand_ins}/{hook['entry']}"}
        for hook in yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    ]
    assert {hook["id"] for hook in hooks} == {"reconciler-validate", "reconciler-fmt"}
    config = site.repository / ".pre-commit-config.yaml"
    config.write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}), "utf-8")
    commit(site, "Hooks")
    command = f"{Path(sys.executable).parent}/pre-commit run --all-files --verbose"
    passes = site.bash(command, site.repository, {"PRE_COMMIT_HOME": str(tmp_path / "home")})
    assert passes.code == 0, passes.output
    assert [line.split()[0] for line in site.asked("reconciler")] == [
        hook["entry"].split()[1] for hook in hooks
    ]

    manifest = site.repository / "manifests" / "disk-analysis.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("label: true", "label: maybe"), "utf-8")
    fails = site.bash(command, site.repository, {"PRE_COMMIT_HOME": str(tmp_path / "home")})
    assert fails.code == 1
    assert "disk-analysis.yaml" in fails.output
