"""`doctor` at an emulator: what it prints, its exit codes, and that no format shows a secret."""

import json
import re
from collections.abc import Iterator

import pytest

from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from reconciler.journal import VERSION
from reconciler.manifest import schemas
from tests.support.processes.server import Server, emulator
from tests.support.stages.cli_project import Desk

EMAIL, ACCOUNT = SCHEMA_CREDENTIAL.split(":")
PROJECT = """\
environments:
  production:
    backend: cloud
    baseUrl: {url}
    workspaceId: w
    auth: {{bearer: "${{ASSETS_TOKEN}}"}}
    schemaAuth: {{basic: {{email: "${{ASSETS_EMAIL}}", token: "${{ACCOUNT_TOKEN}}"}}}}
    sources: {{disks: {{importSourceId: disks}}, people: {{importSourceId: people}}}}
"""
HEALTHY = """\
production   URL   workspace w
  ok     reconciler.yaml, environment production (cloud)
  ok     reconciler, Python, httpx, SQLAlchemy
  ok     ACCOUNT_TOKEN, ASSETS_EMAIL, ASSETS_TOKEN are set
  ok     2 manifests
  ok     file permissions are safe: reconciler.yaml
  ok     the project is in no git repository
  ok     there is no journal yet: the first run makes it
  ok     no facts.yaml: what nobody has documented is assumed, and verified by reading
  ok     auth of disks, people: container token, to a server on this machine
  ok     schemaAuth of the object schemas: account with API token (Basic), to a server on this machine
  ok     disks, people: how long a container token lives is not known
  ok     schemaAuth: an API token does not say when it ends: 1 to 365 days after it was made
  ok     plain http to this machine: neither a proxy nor TLS
  ok     the credential of disks reaches external import disks, object schema ID   GET importsource/disks
  ok     the credential of people reaches external import people, object schema ID   GET importsource/people
  ok     schemaAuth sees 1 "Emulated" (manages), 2 "Emulated" (manages)   GET objectschema/list
  ok     the clock is within 30 s of the API's   GET REQUEST
  ok     the API reports no request limit
18 ok.
"""  # noqa: E501 - as it is printed


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with emulator() as running:
        yield running


@pytest.fixture
def at_site(desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A project of the emulator, with both credentials, in no repository."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(desk.root.parent))
    values = {"ASSETS_TOKEN": server.token, "ASSETS_EMAIL": EMAIL, "ACCOUNT_TOKEN": ACCOUNT}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    desk.write("reconciler.yaml", PROJECT.format(url=server.base_url))
    return desk


def steady(text: str, server: Server) -> str:
    """Return *text* without what differs from one run to another."""
    text = text.replace(server.base_url, "URL")
    text = re.sub(r"(reconciler|Python|httpx|SQLAlchemy) [0-9][\w.]*", r"\1", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)
    return re.sub(r"(of the API's +GET ).*", r"\1REQUEST", text)


def test_a_healthy_site(at_site: Desk, server: Server) -> None:
    done = at_site("doctor")
    assert steady(done.out, server) == HEALTHY
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("format_", ["text", "json", "junit"])
def test_the_exit_code_is_the_same_in_every_format(
    format_: str, at_site: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("doctor", "--format", format_)
    assert at_site(*words).code == 0
    monkeypatch.setenv("ASSETS_TOKEN", "ATCTT-of-nobody")
    failed = at_site(*words)
    assert failed.code == 3
    assert "401" in failed.out
    assert [s for s in ("ATCTT-of", ACCOUNT, EMAIL) if s in failed.out + failed.err] == []
    at_site.edit("reconciler.yaml", "workspaceId", "workspaceID")
    assert at_site(*words).code == 1
    assert at_site("--environment", "none", *words).code == 1, "the file cannot be read"


def test_a_wrong_selection_is_wrong_usage(at_site: Desk) -> None:
    assert at_site("doctor", "disk").code == 64
    assert at_site("--environment", "none", "doctor").code == 64
    assert at_site("doctor", "--format", "sarif").code == 64


def test_a_report_is_written_beside_the_text(at_site: Desk) -> None:
    outputs = ("--output", "json=report.json", "--output", "junit=report.xml")
    done = at_site("doctor", "people", *outputs)
    assert done.code == 0
    report = json.loads((at_site.root / "report.json").read_text(encoding="utf-8"))
    assert schemas.schema_faults("doctor", report) == ()
    assert {each["source"] for each in report["results"]} == {None, "people"}
    assert "doctor" in (at_site.root / "report.xml").read_text(encoding="utf-8")


def test_at_the_log_level_debug_no_secret_is_told_either(at_site: Desk, server: Server) -> None:
    done = at_site("--log-level", "debug", "doctor")
    assert [s for s in (server.token, ACCOUNT, EMAIL) if s in done.out + done.err] == []


def test_the_emulator_in_process(desk: Desk) -> None:
    assert desk("apply", "--auto-approve").code == 0
    done = desk("doctor")
    assert done.code == 0
    assert "the credential of disks reaches external import" in done.out
    assert f"format {VERSION}" in done.out
