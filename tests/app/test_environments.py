"""Environments: the prefix of external ids, overlays and parts, as a user sees them."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from reconciler.app.project import journal_of, open_project
from reconciler.manifest.schemas import schema_faults
from reconciler.manifest.text.formatter import canonical_text
from tests.support.git import commit
from tests.support.processes.server import Server, emulator
from tests.support.stages.cli_project import Desk

STAGING = """\
defaultEnvironment: staging
environments:
  production: {backend: embedded}
  staging: {backend: embedded, externalIdPrefix: "stg/"}
"""


@pytest.fixture
def staging(desk: Desk) -> Desk:
    """A project whose manifests are applied in two environments of one site."""
    desk.write("reconciler.yaml", STAGING)
    (desk.root / "people.yaml").unlink()
    assert desk("apply", "--auto-approve").code == 0
    (desk.root / ".reconciler" / "journal.db").unlink()  # so that each difference is drift
    return desk


@pytest.mark.parametrize("another", [', externalIdPrefix: "lab/"', ""])
def test_a_prefix_that_is_not_that_of_live_is_told_and_no_pull_advised(
    staging: Desk, another: str
) -> None:
    """It would take the prefix into the manifest."""
    staging.edit("reconciler.yaml", ', externalIdPrefix: "stg/"', another)
    done = staging("plan")
    assert done.code == 3
    assert 'write externalIdPrefix: "stg/", or bind' in done.err
    assert "pull" not in done.err


def test_the_embedded_environments_of_a_project_are_one_site(desk: Desk) -> None:
    """As its page says: their ids are derived from names."""
    desk.write("reconciler.yaml", STAGING.replace(', externalIdPrefix: "stg/"', ""))
    assert desk("-e", "production", "apply", "--auto-approve").code == 0
    assert desk("-e", "staging", "plan").out.splitlines()[-1] == "Plan: 2 unchanged."


def test_a_prefix_is_sent_and_shown_nowhere(staging: Desk) -> None:
    """Ids go out with the prefix; text, drift, addresses, explanations and pull are without."""
    staging.edit("disks.yaml", "A drive", "Any drive")
    saved = staging.root / "plan.json"
    planned = staging("plan", "-o", str(saved))
    plan = json.loads(saved.read_text(encoding="utf-8"))
    (source,) = plan["sources"]
    assert plan["options"]["external_id_prefix"] == "stg/"
    address = "disks/objectTypes[{}object-type/drive]/description"
    assert [c["address"] for c in source["changes"]] == [address.format("stg/")]
    (sent,) = source["operation"]["body"]["schema"]["objectSchema"]["objectTypes"]
    assert sent["externalId"] == "stg/object-type/drive"
    shown = [
        planned,
        staging("show", "--format", "html", str(saved)),
        staging("show", "--format", "markdown", str(saved)),
        *(staging("explain", str(saved), address.format(prefix)) for prefix in ("", "stg/")),
        staging("drift", "--format", "json"),
        staging("pull", "--dry-run"),
        staging("apply", str(saved)),
    ]
    assert [each.code for each in shown] == [0, 0, 0, 0, 0, 2, 0, 0]
    assert [each.out for each in shown if "stg/" in each.out + each.err] == []
    assert shown[3] == shown[4]
    assert json.loads(shown[5].out)["sources"][0]["findings"][0]["address"] == address.format("")


def test_acknowledgements_and_repairs_take_addresses_as_they_are_shown(staging: Desk) -> None:
    """What drift shows can be copied into `ignore`, and its repair sends ids with the prefix."""
    staging.edit("disks.yaml", "A drive", "Any drive")
    repair = staging.root / "repair.json"
    assert staging("drift", "--save", str(repair)).code == 2
    assert json.loads(repair.read_text(encoding="utf-8"))["has_changes"]
    known = (
        'ignore: [{address: "disks/objectTypes[object-type/drive]/description", reason: r,'
        " owner: ann, expires: 2999-12-31}]\n"
    )
    staging.write("reconciler.yaml", STAGING + known)
    assert staging("drift").code == 0


def test_pull_leaves_out_ids_without_the_prefix(desk: Desk) -> None:
    """A new manifest has what is the environment's own, without the prefix; the rest is told."""
    desk.write("reconciler.yaml", STAGING)
    manifest = (desk.root / "disks.yaml").read_text(encoding="utf-8")
    drive = manifest.split("    objectTypes:\n")[1].split("mapping:")[0]
    other = drive.replace("drive", "prod").replace("Drive", "Prod").replace("serial", "prod-serial")
    both = drive.replace(": object-type", ": stg/object-type").replace(": attr", ": stg/attr")
    desk.write(
        "disks.yaml",
        manifest.replace(drive, both + other).replace("ExternalId: ", "ExternalId: stg/"),
    )
    (desk.root / "people.yaml").unlink()
    desk.write("reconciler.yaml", STAGING.replace(', externalIdPrefix: "stg/"', ""))
    assert desk("apply", "--auto-approve").code == 0
    (desk.root / "disks.yaml").unlink()
    desk.write("reconciler.yaml", STAGING)
    pulled = desk("pull", "disks")
    assert pulled.code == 0, pulled.err
    assert "id-without-prefix" in pulled.err
    assert '"object-type/prod"' in pulled.err
    written = (desk.root / "disks.yaml").read_text(encoding="utf-8")
    assert "stg/" not in written
    assert "prod" not in written
    assert "externalId: object-type/drive" in written
    planned = json.loads(desk("plan", "--format", "json").out)
    assert not planned["has_changes"]


def test_pull_says_that_all_of_live_is_without_the_prefix(staging: Desk) -> None:
    """As after a prefix was changed: no file is written, and none is said to be at fault."""
    staging.write("reconciler.yaml", STAGING.replace("stg/", "other/"))
    for _ in ("with a manifest", "without"):
        done = staging("pull", "disks")
        assert done.code == 1
        assert "error: disks: no external id in live has the environment's external" in done.err
        assert "cannot say" not in done.err
        (staging.root / "disks.yaml").unlink(missing_ok=True)


LAYERED = """\
defaultEnvironment: staging
manifests: ["*", "**/*"]
environments:
  production: {backend: embedded, overlays: envs/production}
  staging: {backend: embedded, externalIdPrefix: "stg/", overlays: envs/staging}
"""
OVERLAY = """\
schema:
  objectSchema:
    objectTypes:
      - externalId: object-type/drive
        attributes:
          - externalId: attribute/serial
            description: null
            label: null
          - {externalId: attribute/size, name: Size, description: In bytes, type: text, label: true}
mapping:
  objectTypeMappings:
    - selector: drives.staging
      objectTypeExternalId: object-type/drive
      attributesMapping:
        - {attributeExternalId: attribute/serial, attributeLocators: [sn, serial]}
"""
PART = """\
schema:
  objectSchema:
    objectTypes:
      - name: Slot
        externalId: object-type/slot
        description: A slot
"""


@pytest.fixture
def layered(desk: Desk) -> Desk:
    """A manifest with a part and an overlay for each of two environments."""
    desk.write("reconciler.yaml", LAYERED)
    (desk.root / "people.yaml").unlink()
    for folder in ("envs/staging", "envs/production", "disks"):
        (desk.root / folder).mkdir(parents=True)
    desk.write("envs/staging/disks.yaml", OVERLAY.replace("            description: null\n", ""))
    desk.write("envs/production/disks.yml", "labels: {tier: gold}\n")
    desk.write("disks/slots.yaml", PART)
    desk.write("disks/data.json", '[{"objectSchema": 1}]')
    return desk


RENDERED = """\
source: disks
schema:
  objectSchema:
    name: Disks
    description: What the scanner finds
    objectTypes:
      - externalId: stg/object-type/drive
        name: Drive
        description: A drive
        attributes:
          - externalId: stg/attribute/serial
            name: Serial
            description: Serial number
            type: text
          - externalId: stg/attribute/size # envs/staging/disks.yaml:8
            name: Size # envs/staging/disks.yaml:8
            description: In bytes # envs/staging/disks.yaml:8
            type: text # envs/staging/disks.yaml:8
            label: true # envs/staging/disks.yaml:8
      - externalId: stg/object-type/slot # disks/slots.yaml:5
        name: Slot # disks/slots.yaml:4
        description: A slot # disks/slots.yaml:6
mapping:
  objectTypeMappings:
    - objectTypeExternalId: stg/object-type/drive
      objectTypeName: Drive
      selector: drives.staging # envs/staging/disks.yaml:11
      description: Drives of the scan
      attributesMapping:
        - attributeExternalId: stg/attribute/serial
          attributeName: Serial
          attributeLocators: # envs/staging/disks.yaml:14
            - sn
            - serial
          externalIdPart: true
"""


def test_the_effective_document_is_rendered_with_its_origins(layered: Desk) -> None:
    """Each environment has its own; parts and overlays are no manifests, and data no part."""
    assert layered("render", "disks").out == RENDERED
    assert canonical_text(RENDERED, file="disks.yaml") == RENDERED
    done = layered("--environment", "production", "render", "disks", "--format", "json")
    found = json.loads(done.out)
    assert schema_faults("render", found) == ()
    assert found["files"] == ["disks.yaml", "disks/slots.yaml", "envs/production/disks.yml"]
    assert found["manifest"]["labels"] == {"tier": "gold"}
    assert found["origins"]["/labels/tier"] == "envs/production/disks.yml:1"
    assert found["origins"]["/source"] == "disks.yaml:1"
    assert layered("fmt", "--check").out.split() == [
        "disks.yaml", "disks/slots.yaml", "envs/staging/disks.yaml",
    ]  # fmt: skip


def test_an_overlay_is_formatted_whatever_keys_it_has(layered: Desk) -> None:
    layered.write("envs/production/disks.yml", "importSourceId:   x\n")
    done = layered("fmt")
    assert (done.code, done.err) == (0, "")
    text = (layered.root / "envs/production/disks.yml").read_text(encoding="utf-8")
    assert text == "importSourceId: x\n"


ONE_OF_TWO = ("disks", "disks.yaml", "disks/", "disks/slots.yaml", "envs/staging/disks.yaml",
              "envs/production/disks.yml")  # fmt: skip


@pytest.mark.parametrize("path", ONE_OF_TWO)
def test_one_manifest_is_checked_by_any_of_its_files_and_not_for_anothers(
    layered: Desk, path: str
) -> None:
    layered.write("people.yaml", "source: people\n")
    layered.write("envs/staging/people.yaml", "labels: {}\n")
    assert layered("validate", path).out == "1 manifest is valid\n"


def test_manifests_are_checked_in_every_environment_unless_one_is_asked_for(layered: Desk) -> None:
    layered.write("envs/production/disks.yml", "schema: {objectSchema: {description: 7}}\n")
    for asked in ((), ("disks",), ("disks.yaml",), ("envs/production/disks.yml",)):
        done = layered("validate", *asked)
        assert done.code == 1
        assert done.out.count("envs/production/disks.yml:1:38: error[wrong-type]") == 1
    assert layered("--environment", "staging", "validate").code == 0
    elsewhere = ("--environment", "staging", "validate", "envs/production/disks.yml")
    assert "an overlay of environment production" in layered(*elsewhere).err
    layered.write("envs/staging/disks.yaml", "labels: {only: here}\n")
    layered.write("envs/production/disks.yml", "labels: {only: there}\n")
    for label in ("here", "there"):
        assert layered("validate", "--label", f"only={label}").out == "1 manifest is valid\n"
    assert layered("validate", "--label", "only=nowhere").code == 64


def test_faults_point_to_where_they_are_written(layered: Desk) -> None:
    new = "    - {objectTypeName: Drve, attributesMapping: [{}]}\n"
    layered.write("envs/staging/disks.yaml", OVERLAY + new)
    layered.write("disks/slots.yaml", PART + "    description: Another\n")
    places = [
        line.split(": ")[:2] for line in layered("validate").out.splitlines() if "error[" in line
    ]
    assert places == [
        ["disks/slots.yaml:7:18", "error[conflicting-parts]"],
        ["envs/staging/disks.yaml:7:26", "error[missing-key]"],
        ["envs/staging/disks.yaml:16:7", "error[unknown-element]"],
    ], "and not what only follows of the last one"


@pytest.mark.parametrize("above", ["null", "{objectTypes: {a: 1}}"])
def test_what_an_overlay_takes_away_of_a_part_is_not_looked_for(layered: Desk, above: str) -> None:
    """What stands in its place is in error, if it is."""
    part = PART.replace("externalId: ", "externalId: new-", 1)
    layered.write("disks/slots.yaml", part)
    layered.write("envs/staging/disks.yaml", f"schema:\n  objectSchema: {above}\n")
    found = layered("validate")
    assert found.code == 1
    assert "error[missing-key]" in found.out or "error[wrong-type]" in found.out


def test_what_differs_points_to_the_file_that_states_it(layered: Desk) -> None:
    """So do changes and the findings of pipelines."""
    assert layered("apply", "--auto-approve").code == 0
    (layered.root / ".reconciler" / "journal.db").unlink()
    layered.edit("envs/staging/disks.yaml", "drives.staging", "drives.new")
    layered.edit("disks.yaml", "name: Drive", "name: Disk")
    planned = json.loads(layered("plan", "--format", "json").out)
    placed = {(c["file"], c["line"]) for c in planned["sources"][0]["changes"]}
    assert placed == {(None, 8), ("envs/staging/disks.yaml", 11)}
    drift = layered("drift", "--output", "sarif=drift.sarif")
    assert drift.code == 2
    sarif = json.loads((layered.root / "drift.sarif").read_text(encoding="utf-8"))
    located = [r["locations"][0]["physicalLocation"] for r in sarif["runs"][0]["results"]]
    assert {each["artifactLocation"]["uri"] for each in located} == {
        "disks.yaml", "envs/staging/disks.yaml",
    }  # fmt: skip


def test_pull_writes_each_value_where_it_is_stated(layered: Desk) -> None:
    """An overlay stays one: live's value of what it states goes there, all else below it."""
    names = ("disks.yaml", "disks/slots.yaml", "envs/staging/disks.yaml")
    both = "      - {externalId: object-type/drive, description: A drive}\n"
    layered.write("disks/slots.yaml", PART + both)
    before = [(layered.root / name).read_text(encoding="utf-8") for name in names]
    layered.edit("envs/staging/disks.yaml", "drives.staging", "drives.new")
    layered.edit("envs/staging/disks.yaml", "In bytes", "In blocks")
    layered.edit("disks/slots.yaml", "A slot", "Any slot")
    for name in names[:2]:  # which state the same
        layered.edit(name, "A drive", "Any drive")
    wanted = [(layered.root / name).read_text(encoding="utf-8") for name in names]
    assert layered("apply", "--auto-approve").code == 0
    for name, text in zip(names, before, strict=True):
        layered.write(name, text)
    pulled = layered("pull", "--force")
    assert pulled.out == f"~ disks   {', '.join(names)}: 4 changes taken over from live\n"
    assert [(layered.root / name).read_text(encoding="utf-8") for name in names] == wanted
    assert layered("pull").out == ". disks   already as live\n"


def test_pull_takes_an_element_out_of_every_file_that_speaks_of_it(layered: Desk) -> None:
    """And brings what is new into the head, without the prefix."""
    slot = PART.split("objectTypes:\n")[1]
    layered.write("envs/staging/disks.yaml", OVERLAY.replace("            description: null\n", ""))
    layered.write("disks/slots.yaml", PART.replace("lot", "ack"))
    assert layered("apply", "--auto-approve").code == 0
    layered.write("disks/slots.yaml", PART)
    layered.edit("envs/staging/disks.yaml", "mapping:", f"{slot.replace('A slot', 'Ours')}mapping:")
    assert layered("pull", "--force").code == 0
    rendered = layered("render", "disks").out
    assert "Slot" not in rendered
    assert "slot" not in (layered.root / "envs/staging/disks.yaml").read_text(encoding="utf-8")
    assert "externalId: object-type/sack" in (layered.root / "disks.yaml").read_text(
        encoding="utf-8"
    )


def test_a_commit_has_its_own_parts_and_overlays(layered: Desk) -> None:
    """`--base` compares effective documents: an overlay that changed since is a change in git."""
    commit(layered.root)
    assert layered("apply", "--auto-approve").code == 0
    layered.edit("envs/staging/disks.yaml", "drives.staging", "drives.new")
    planned = json.loads(layered("plan", "--base", "HEAD", "--format", "json").out)
    (change,) = planned["sources"][0]["changes"]
    assert (change["before"], change["attribution"]) == ("drives.staging", "unapplied")


def in_the_folder_of_the_manifests(root: Path) -> None:
    (root / "reconciler.yaml").write_text(LAYERED.replace("envs/production", "."))


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda root: (root / "envs/staging/disks.yml").write_text("labels: {}"), "both overlays"),
        (lambda root: shutil.rmtree(root / "envs/staging"), "is not there"),
        (lambda root: (root / "envs/staging/dsks.yaml").write_text("{}"), "no manifest defines"),
        (lambda root: (root / "envs/staging/disks.yaml").write_text("[]"), "is an object"),
        (in_the_folder_of_the_manifests, "is that of the manifests"),
    ],
)
def test_an_overlay_that_would_not_count_is_an_error(
    layered: Desk, break_it: Callable[[Path], object], said: str
) -> None:
    break_it(layered.root)
    done = layered("validate")
    assert (done.code, said in done.out + done.err) == (1, True)


@pytest.mark.parametrize("folder", ["", "disks", "envs/staging"])
def test_a_link_that_goes_round_takes_nothing_away(folder: str, layered: Desk) -> None:
    """What lies beside manifests, parts and overlays is not theirs, and they are read."""
    (layered.root / folder / "loop").symlink_to("loop")
    done = layered("render", "disks")
    assert (done.out, done.err) == (RENDERED, "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_parts_that_cannot_be_read_are_not_taken_for_none(layered: Desk) -> None:
    (layered.root / "disks").chmod(0o111)
    done = layered("plan")
    (layered.root / "disks").chmod(0o755)
    assert (done.code, "error[unreadable-file]: disks cannot be read" in done.err) == (1, True)


def test_the_schema_of_overlays_takes_what_an_overlay_may_hold() -> None:
    assert schema_faults("overlay", yaml.safe_load(OVERLAY)) == ()
    assert schema_faults("overlay", {"schema": {"objectSchema": {"objectTypes": [{"name": 1}]}}})


@pytest.fixture
def server() -> Iterator[Server]:
    with emulator() as running:
        yield running


def two_environments(desk: Desk, server: Server, workspace: str, source: str, more: str) -> None:
    """Apply the manifest in production; staging has its source there, too."""

    def environment(name: str, workspace: str, source: str, more: str) -> str:
        return (
            f"  {name}: {{backend: cloud, baseUrl: '{server.base_url}', workspaceId: {workspace},"
            f" auth: {{bearer: {server.token}}}, sources: {{disks: {{importSourceId: {source}}}}}"
            f"{more}}}\n"
        )

    desk.write(
        "reconciler.yaml",
        "defaultEnvironment: staging\nenvironments:\n"
        + environment("production", "w", "disks", "")
        + environment("staging", workspace, source, more),
    )
    (desk.root / "people.yaml").unlink()
    assert desk("-e", "production", "apply", "--auto-approve").code == 0


# The workspace and source of the second environment, what else it has, whether ids meet.
SITES = {
    "another import source of the site": ("w", "disks-staging", "", True),
    "the same import source under another name": ("w", "disks", "", False),
    "ids of its own": ("w", "disks-staging", ', externalIdPrefix: "stg/"', False),
    "another site": ("v", "disks-staging", "", False),
}


@pytest.mark.parametrize("case", SITES)
def test_what_another_environment_applied_is_in_use_on_its_site(
    case: str, desk: Desk, server: Server
) -> None:
    *site, in_use = SITES[case]
    two_environments(desk, server, *site)
    planned = desk("plan")
    assert (planned.code, "in the environment production" in planned.err) == (3 * in_use, in_use)


def test_the_journal_predicts_what_the_site_answers(desk: Desk, server: Server) -> None:
    """It names who has the id and since when; the rest is sent on request."""
    two_environments(desk, server, "w", "disks-staging", "")
    with journal_of(open_project("production")) as journal:
        (receipt,) = journal.receipts("production")["disks"]
    assert (
        'the external id "object-type/drive" is in use in another object schema (that of disks in '
        f"the environment production when it was last applied, at {receipt.ended_at})"
    ) in " ".join(desk("plan").err.split())
    rack = "      - {externalId: rack, name: Rack, description: A rack}\nmapping:\n"
    desk.edit("disks.yaml", "mapping:\n", rack)
    assert desk("plan", "--allow-residual", "-o", "rest.json").code == 0
    assert desk("apply", "rest.json").code == 0
    (desk.root / ".reconciler" / "journal.db").unlink()
    sent = desk("apply", "--auto-approve")
    assert (sent.code, "SCHEMA_INVALID_EXTERNAL_ID" in sent.out + sent.err) == (1, True)
