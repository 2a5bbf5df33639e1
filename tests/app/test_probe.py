"""`probe`, over a socket and in process: facts.yaml, and who reads it afterwards."""

import json
from pathlib import Path

import pytest

from reconciler.app.probe.run import probe_source
from reconciler.app.project import open_environment
from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from reconciler.manifest import schemas
from reconciler.manifest.project.facts import load_facts
from reconciler.probe.session import Told
from tests.support.processes.server import emulator
from tests.support.stages.cli_project import MANIFEST, Desk, make_desk

WRITES = "--i-know-this-writes"
PROJECT = """\
environments:
  dev:
    backend: cloud
    baseUrl: {url}
    workspaceId: w
    auth: {{bearer: "${{ASSETS_TOKEN}}"}}
    schemaAuth: {{basic: {{email: {email}, token: {token}}}}}
    sources: {{sandbox: {{importSourceId: sandbox}}, disks: {{importSourceId: disks}}}}
policy: {{requestsPerMinute: 60000}}
"""


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    made = make_desk(tmp_path, monkeypatch, capsys)
    (tmp_path / "people.yaml").unlink()
    made.write("reconciler.yaml", "environments: {local: {backend: embedded}}\n")
    return made


def test_what_a_site_does_is_in_the_next_plan(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assumed = ("--assume", "patch-unique=stays", "--assume", "async-answer=202")
    email, _, token = SCHEMA_CREDENTIAL.partition(":")
    with emulator("--steps", "0", *assumed) as server:
        monkeypatch.setenv("ASSETS_TOKEN", server.token)
        made = PROJECT.format(url=server.base_url, email=email, token=token)
        desk.write("reconciler.yaml", made)
        done = desk("probe", "sandbox", WRITES, "--format", "json")
        assert done.code == 3
        report = json.loads(done.out)
        assert schemas.schema_faults("probe", report) == ()
        found = {each["question"]: each["outcome"] for each in report["findings"]}
        assert (found["patch-unique"], found["async-answer"]) == ("stays", "202")
        assert server.token not in done.out + done.err
        assert "sandbox: PUT mapping?async=true: a configuration to ask about" in done.err

        assert desk("apply", "--auto-approve").code == 0
        desk.edit(
            "disks.yaml",
            "            label: true",
            "            label: true\n            unique: true",
        )
        planned = desk("plan")
        assert planned.code == 3
        assert "observed on your site 20" in planned.out
        desk.edit("disks.yaml", "unique: true", "minimumCardinality: 0")
        assert "nobody" not in desk("plan").out
        told = desk("doctor")
        assert "facts known, observed 20" in told.out
        assert (
            "2 differ from what is assumed: async-answer is 202, patch-unique is stays" in told.out
        )


def test_the_emulator_in_process_follows_the_facts_of_the_one_cloud(desk: Desk) -> None:
    facts = {"outcome": "stays", "observed": "2027-01-12", "version": "1"}
    sites = {"0123456789ab": {"kind": "cloud", "facts": {"patch-label": facts}}}
    desk.write("facts.yaml", json.dumps({"sites": sites}))
    assert desk("probe", "sandbox", WRITES).code == 3
    (of_emulator,) = (
        each.facts for each in load_facts(desk.root).sites.values() if each.kind == "emulator"
    )
    assert of_emulator["patch-label"].outcome == "stays"


# How it is called, in which state → the exit code, and what is said.
REFUSED: dict[str, tuple[tuple[str, ...], str, int, str]] = {
    "without the word": (("sandbox",), "", 64, "nothing was sent: a probe writes to sandbox"),
    "a source that is configured": (("disks", WRITES), "", 1, "disks is not empty"),
    "a facts.yaml that is broken": (("sandbox", WRITES), "sites: 1", 1, "facts.yaml:1:8"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_it_refuses_sends_nothing(case: str, desk: Desk) -> None:
    words, facts, code, said = REFUSED[case]
    assert desk("apply", "--auto-approve").code == 0
    if facts:
        desk.write("facts.yaml", facts)
    done = desk("probe", *words)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert "PATCH" not in done.err


def test_a_plan_against_a_saved_answer_knows_the_site_by_what_is_written(desk: Desk) -> None:
    facts = {"outcome": "refused", "observed": "2027-01-12", "version": "1"}
    site = {"kind": "cloud", "facts": {"patch-minimum-cardinality": facts}}
    desk.write("facts.yaml", json.dumps({"sites": {"0123456789ab": site}}))
    drive = {"externalId": "object-type/drive", "name": "Drive", "description": "A drive"}
    serial = {"externalId": "attribute/serial", "name": "Serial", "type": "text", "label": True,
              "description": "Serial number", "minimumCardinality": 0}  # fmt: skip
    schema = {"name": "Disks", "description": "What the scanner finds"}
    types = [drive | {"attributes": [serial]}]
    live = {"schema": {"objectSchema": schema | {"objectTypes": types}},
            "mapping": {"objectTypeMappings": []}}  # fmt: skip
    saved = desk.write("live.txt", json.dumps(live))
    planned = desk("plan", "disks", "--live", str(saved))
    assert "observed on your site 2027-01-12" in planned.out


def test_the_manifest_of_a_source_called_facts_stays_a_manifest(desk: Desk) -> None:
    desk.write("facts.yaml", MANIFEST.replace("disks", "facts").replace("/", "/f-"))
    assert desk("plan").code == 0
    before = (desk.root / "facts.yaml").read_text()
    done = desk("probe", "sandbox", WRITES)
    assert (done.code, done.out) == (1, "")
    assert "facts.yaml is a manifest, which what a probe finds would overwrite" in done.err
    assert (desk.root / "facts.yaml").read_text() == before


def test_what_is_written_to_facts_yaml_meanwhile_stays(desk: Desk) -> None:
    facts = {"outcome": "stays", "observed": "2027-01-12", "version": "1"}
    sites = {"0123456789ab": {"kind": "cloud", "facts": {"patch-label": facts}}}
    project = open_environment(None)

    def writing(text: str) -> Told:
        def tell(_: str) -> None:
            desk.write("facts.yaml", text)

        return tell

    probe_source(project, "sandbox", writing(json.dumps({"sites": sites})))
    assert len(load_facts(desk.root).sites) == 2

    made = probe_source(project, "other", writing("- odd"))
    assert made.findings
    assert made.ended is not None
    assert made.ended.startswith("facts.yaml was not written")
