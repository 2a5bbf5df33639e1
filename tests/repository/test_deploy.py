"""The manifests of docs/deploy: valid in Kubernetes, restricted, and of one mind with themselves.

What their containers do is tested in e2e/test_deploy_pods.py. Nothing here needs a network.
"""

import copy
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from reconciler.cli import run
from reconciler.cli.exit_codes import ExitCode
from tests.support.pipelines.pods import DEPLOY, FILES, containers, documents, job

# The first that has backoffLimitPerIndex without being asked for it, and the last known here.
VERSIONS = ("1.29", kubernetes_validate.latest_version())
DOCUMENTS = [document for file in FILES for document in documents(file)]
JOBS = [file.name for file in FILES]


def kind_of(document: Any) -> str:
    return str(document["kind"])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("document", DOCUMENTS, ids=kind_of)
def test_each_document_is_valid(document: Any, version: str) -> None:
    kubernetes_validate.validate(document, version, strict=True)


SPEC = ("jobTemplate", "spec")
CONTAINER = (*SPEC, "template", "spec", "containers", 0)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("path", "key", "value", "said"),
    [
        (SPEC, "backofLimitPerIndex", 1, "'backofLimitPerIndex' was unexpected"),
        (SPEC, "completions", "8", "'8' is not of type 'integer'"),
        (CONTAINER, "securitycontext", {}, "'securitycontext' was unexpected"),
        (CONTAINER, "image", 1, "1 is not of type 'string'"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_broken_one_is_not(
    version: str, path: tuple[Any, ...], key: str, value: Any, said: str
) -> None:
    (found,) = [d for d in DOCUMENTS if d["kind"] == "CronJob"]
    broken = copy.deepcopy(found)
    at = broken["spec"]
    for step in path:
        at = at[step]
    at[key] = value
    with pytest.raises(kubernetes_validate.ValidationError, match=re.escape(said)):
        kubernetes_validate.validate(broken, version, strict=True)


@pytest.mark.parametrize("name", JOBS)
def test_pods_are_restricted(name: str) -> None:
    """As Kubernetes' pod security standard of that name wants them, and on a read-only root."""
    spec = job(name)
    pod = spec["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["runAsUser"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    for container in containers(spec).values():
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"]
        volumes = {volume["name"] for volume in pod["volumes"]}
        assert {mount["name"] for mount in container["volumeMounts"]} <= volumes


def test_there_are_as_many_shards_as_pods() -> None:
    spec = job("drift-cronjob.yaml")
    env = {e["name"]: e.get("value") for e in containers(spec)["drift"]["env"]}
    assert spec["completionMode"] == "Indexed"
    assert {spec["completions"], spec["parallelism"]} == {int(env["SHARDS"])}


def test_what_is_a_result_is_not_tried_again() -> None:
    def actions(name: str) -> dict[int, str]:
        rules = job(name)["podFailurePolicy"]["rules"]
        assert rules[0]["action"] == "Ignore", "a pod that is moved may end with any code"
        return {c: r["action"] for r in rules[1:] for c in r["onExitCodes"]["values"]}

    assert actions("drift-cronjob.yaml") == {
        ExitCode.CHANGES: "FailIndex",
        ExitCode.USAGE: "FailJob",
    }
    assert actions("apply-job.yaml") == {ExitCode.BLOCKED: "FailJob", ExitCode.USAGE: "FailJob"}
    for name in JOBS:
        rules = job(name)["podFailurePolicy"]["rules"][1:]
        named = {r["onExitCodes"].get("containerName") for r in rules} - {None}
        assert named <= set(containers(job(name)))


def commands() -> Iterator[tuple[str, ...]]:
    """Yield the words of each command line of ours, up to where the shell goes on."""
    for name in JOBS:
        for container in containers(job(name)).values():
            command = container["command"]
            lines = command[-1].splitlines() if command[0] == "/bin/sh" else [shlex.join(command)]
            for line in lines:
                words = shlex.split(line)
                if words[:1] == ["reconciler"]:
                    end = words.index("||") if "||" in words else len(words)
                    yield tuple(words[1:end])


@pytest.mark.parametrize("words", sorted(set(commands())), ids=" ".join)
def test_each_command_parses(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` stops click after it parsed the options, before anything is done."""
    assert run([*words, "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


def test_the_commands_are_found() -> None:
    assert [" ".join(words).split(" -")[-1] for words in commands() if "apply" in words] == [
        "-resume",
        "-format json",
    ]
    assert {word for words in commands() for word in words} >= {"drift", "merge", "apply"}


def test_the_image_installs_what_it_is_given_and_runs_as_nobody() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    user = job("drift-cronjob.yaml")["template"]["spec"]["securityContext"]["runAsUser"]
    assert [line for line in lines if line.startswith("USER")] == [f"USER {user}:{user}"]
    assert sum('pip install --no-cache-dir "${RECONCILER:?' in line for line in lines) == 1


HADOLINT = Path(sys.executable).with_name("hadolint")


@pytest.mark.skipif(not HADOLINT.exists(), reason="hadolint is installed on Linux on x86-64 only")
def test_the_dockerfile_has_no_fault_that_hadolint_knows() -> None:
    words = [str(HADOLINT), str(DEPLOY / "Dockerfile")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
