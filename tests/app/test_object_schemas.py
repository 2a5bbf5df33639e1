"""Plans with `schemaAuth`: what Assets itself shows is in them, and nothing else is different."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from tests.support.processes.raw_server import in_thread, request_head
from tests.support.processes.server import Server, emulator
from tests.support.stages.cli_project import Desk, Result

PLAIN = "environments:\n  local: {backend: embedded}\n"
WITH = "environments:\n  local: {backend: embedded, schemaAuth: embedded}\n"
DATA = {"drives": [{"serial": "a"}, {"serial": "b"}]}
PLACE = "/jira/servicedesk/assets/object-schema/1?typeId=1"
COMPANION = ("list-", "count-", "find-")


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.write("reconciler.yaml", WITH)
    desk.write("data.json", json.dumps(DATA))
    return desk


@pytest.fixture
def server() -> Iterator[Server]:
    with emulator() as running:
        yield running


def filled(desk: Desk) -> None:
    """Apply, and import two objects; then want another name, and another place in the data."""
    assert desk("apply", "disks", "--auto-approve").code == 0
    assert desk("ingest", "run", "disks", "data.json").code == 0
    desk.edit("disks.yaml", "name: Serial\n", "name: Number\n")
    desk.edit("disks.yaml", "attributeLocators: [serial]", "attributeLocators: [number]")


def changes(plan: Result) -> dict[str, Any]:
    source, *_ = json.loads(plan.out)["sources"]
    return {each["address"].rpartition("/")[2]: each for each in source["changes"]}


def test_a_plan_says_what_changes_are_about_in_assets(desk: Desk) -> None:
    filled(desk)
    said = " ".join(desk("plan", "disks").out.split())
    assert said.count(f"In Assets attribute 4, 2 objects have a value here: {PLACE}") == 2
    found = desk("plan", "--format", "json")
    expected = {
        "id": "4",
        "type_id": "1",
        "schema_id": "1",
        "is_confirmed": True,
        "objects": 2,
        "sees_all": True,
    }
    assert {name: each["in_assets"] for name, each in changes(found).items()} == {
        "name": expected,
        "attributeLocators": expected,
    }


def test_a_saved_plan_keeps_it_and_is_verified(desk: Desk) -> None:
    filled(desk)
    desk("plan", "--allow-residual", "-o", "plan.json")
    assert desk("show", "--verify", "plan.json").code == 0
    assert "2 objects have a value here" in desk("show", "plan.json").out
    address = "disks/objectTypes[object-type/drive]/attributes[attribute/serial]/name"
    assert "2 objects have a value here" in desk("explain", "plan.json", address).out
    assert desk("apply", "plan.json").code == 0


def test_without_the_credential_a_plan_is_the_same_but_for_what_assets_shows(desk: Desk) -> None:
    filled(desk)
    shown = json.loads(desk("plan", "--format", "json").out)
    desk.write("reconciler.yaml", PLAIN)
    plain = json.loads(desk("plan", "--format", "json").out)
    # What could be renamed is in its evidence, and the remedy says so.
    assert (shown.pop("format_version"), plain.pop("format_version")) == ("2.2", "2.1")
    hint = "reconciler can rename it: set policy.schema.rename to allow"
    without = f"{hint}, and schemaAuth: embedded in the environment. "
    for source in plain["sources"]:
        for change in (*source["changes"], *source["residual"]):
            change["remedy"] = change["remedy"] and change["remedy"].removeprefix(without)
    for source in shown["sources"]:
        targets = source["evidence"].pop("targets", [])
        told = [c for c in source["changes"] if (c["remedy"] or "").startswith(f"{hint}. ")]
        assert len(targets) == len(told) == (source["source"] == "disks")
        for change in (*source["changes"], *source["residual"]):
            change["remedy"] = change["remedy"] and change["remedy"].removeprefix(f"{hint}. ")
            change.pop("in_assets", None)
            change.pop("reversible", None)
        source["evidence"]["shown"] = [
            each for each in source["evidence"]["shown"] if each not in {"statuses", "typeValues"}
        ]
    for diagnostic in shown["diagnostics"]:
        if diagnostic["code"] == "probable-rename":
            first, _, diagnostic["hint"] = diagnostic["hint"].partition("\n")
            assert first.startswith("set policy.schema.rename to allow: then reconciler renames it")
    shown["created_at"] = plain["created_at"]
    assert shown == plain


def test_statuses_are_compared_as_assets_shows_them(desk: Desk) -> None:
    """Which importsource may hide: whether they are live is then not known.

    Apply, which reads importsource alone, does not take for a change what that hides.
    """
    text = (desk.root / "disks.yaml").read_text(encoding="utf-8")
    attribute = (
        "          - {externalId: attribute/state, name: State, type: status, description: '',\n"
        "             typeValues: [Sound]}\n"
    )
    statuses = (
        "  statusSchema: {statuses: [{name: Sound, description: It works, category: active}]}\n"
    )
    text = text.replace("mapping:\n", f"{attribute}{statuses}mapping:\n", 1)
    desk.write("disks.yaml", text)
    assert desk("apply", "--auto-approve").code == 0
    assert "no differences" in desk("plan").out
    desk.edit("disks.yaml", "category: active", "category: inactive")
    desk.edit(
        "disks.yaml",
        "name: State, type: status, description: ''",
        "name: State, type: status, description: Now",
    )
    assert '"active" → "inactive"' in desk("plan").out
    # Reading back showed no statuses, which is no change of live by anybody.
    found = changes(desk("plan", "--format", "json"))
    assert {each["attribution"] for each in found.values()} == {"unapplied"}
    assert desk("apply", "--auto-approve").code == 0
    assert "no differences" in desk("plan").out


def test_without_the_credential_nothing_is_asked_of_the_companion_api(
    desk: Desk, server: Server
) -> None:
    desk.bind(server, schema_auth="null")
    desk.edit("reconciler.yaml", "    schemaAuth: null\n", "")
    filled(desk)
    assert desk("plan", "disks").code == 3
    assert not [each for each in server.requests() if each.startswith(COMPANION)]
    desk.bind(server)
    assert "2 objects have a value here" in desk("plan", "disks").out
    assert [each for each in server.requests() if each.startswith(COMPANION)]


def test_a_plan_is_made_without_what_cannot_be_read(desk: Desk, server: Server) -> None:
    desk.bind(server)
    filled(desk)
    desk.bind(server, schema_auth="{bearer: wrong}")
    found = desk("plan", "disks")
    assert (found.code, "In Assets attribute" in found.out) == (3, False)
    assert "warning[object-schema-unused]: what schemaAuth shows of" in found.err
    assert "401" in found.err


def test_each_credential_goes_to_its_own_address_only(desk: Desk, server: Server) -> None:
    heads: list[bytes] = []

    async def refuse(reader: Any, writer: Any) -> None:
        heads.append(await request_head(reader))
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}")

    desk.bind(server)
    filled(desk)
    with in_thread(refuse) as elsewhere:
        desk.bind(
            server, schema_auth=f"{{basic: {{email: me, token: secret}}, baseUrl: '{elsewhere}'}}"
        )
        assert desk("plan").code == 3
    own = base64.b64encode(b"me:secret")
    assert heads
    assert all(own in head and server.token.encode() not in head for head in heads)


def test_status_says_what_is_wrong_in_assets_and_when_the_next_import_is(
    desk: Desk, server: Server
) -> None:
    desk.bind(server)
    filled(desk)
    assert "not valid" not in desk("status", "disks").out
    origin = server.base_url.removesuffix("/jsm/assets")
    details = {"runFrequency": "DAILY", "nextScheduledTime": "2027-01-12T06:00:00Z"}
    token = {"Authorization": f"Bearer {server.token}"}
    httpx.put(f"{origin}/emulator/sources/disks/schedule", json=details, headers=token)
    with httpx.Client(
        base_url=f"{server.base_url}/workspace/w/v1/",
        auth=httpx.BasicAuth(*SCHEMA_CREDENTIAL.split(":")),
    ) as assets:
        (schema,) = assets.get("objectschema/list").json()["values"]
        (drive,) = assets.get(f"objectschema/{schema['id']}/objecttypes/flat").json()
        assert assets.delete(f"objecttype/{drive['id']}").status_code == 200
    found = desk("status", "disks").out
    assert "disks: imported DAILY, next at 2027-01-12T06:00:00Z" in found
    assert "disks: Assets says that its configuration is not valid: INVALID_CONFIGURATION" in found


def test_a_command_that_plans_nothing_needs_nothing_of_schema_auth(
    desk: Desk, server: Server
) -> None:
    desk.bind(
        server, schema_auth="{bearer: '${UNSET_TOKEN}', baseUrl: 'https://${UNSET_HOST}/assets'}"
    )
    assert desk("status", "disks").code == 0
    refused = desk("plan", "disks")
    assert (refused.code, "UNSET_HOST" in refused.err) == (1, True)
