"""Environments that share a site: the prefix of external ids, as a user sees it."""

import json
from pathlib import Path

import pytest

from tests.support.stages.cli_project import Desk, make_desk

STAGING = """\
defaultEnvironment: staging
environments:
  production: {backend: embedded}
  staging: {backend: embedded, externalIdPrefix: "stg/"}
"""


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A project of two manifests."""
    return make_desk(tmp_path, monkeypatch, capsys)


@pytest.fixture
def staging(desk: Desk) -> Desk:
    """A project whose manifests are applied in two environments of one site."""
    desk.write("reconciler.yaml", STAGING)
    (desk.root / "people.yaml").unlink()
    assert desk("apply", "--auto-approve").code == 0
    (desk.root / ".reconciler" / "journal.db").unlink()  # so that each difference is drift
    return desk


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
