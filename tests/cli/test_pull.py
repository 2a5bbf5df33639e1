"""`pull` as a user types it, on the embedded emulator."""

import json
import os
import shutil
import socket
import stat
from pathlib import Path

import pytest

from reconciler.model.normalise import normalise
from reconciler.planning.adopt.manifest_text import adopt_as_new
from reconciler.render.escape import escape
from tests.support.documents.pull_proof import assert_nothing_to_do
from tests.support.git import commit, git
from tests.support.paths import CORPUS
from tests.support.stages.cli_project import MANIFEST, PROJECT, Desk, make_desk

NO_MANIFESTS = {
    "csbogdan-sampleDocument",
    "lucastheisen-users-get-capture",
    "openapi-get-example",
    "openapi-patch-example",
}
DEVICES = ("trailing.", "CON", "nul", "Aux.old", "com1", "LPT³", "conin$", "prn .x")
DOCUMENTS = sorted(p for p in CORPUS.glob("*.json") if p.stem not in NO_MANIFESTS)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A project in git whose two sources were applied."""
    desk.write(".gitignore", ".reconciler/\n")
    commit(desk.root)
    assert desk("apply", "--auto-approve").code == 0
    return desk


def changed(desk: Desk, before: str, after: str, name: str = "disks.yaml") -> str:
    """The manifest after it was edited and committed, so that live differs from it."""
    desk.edit(name, before, after)
    commit(desk.root)
    return (desk.root / name).read_text(encoding="utf-8")


def assert_plan_is_empty(desk: Desk) -> None:
    done = desk("plan", "--detailed-exitcode", "--format", "json")
    plan = json.loads(done.out)
    assert done.code == 0
    # What live hides is not pulled: as far as anybody knows it stays there.
    changes = [c["rule"] for s in plan["sources"] for c in s["changes"]]
    assert set(changes) <= {"no-longer-stated"}


def test_what_is_as_live_is_not_touched(desk: Desk) -> None:
    before = (desk.root / "disks.yaml").stat()
    done = desk("pull")
    assert (done.code, done.out) == (0, ". disks    already as live\n. people   already as live\n")
    assert "2 sources read in" in done.err
    assert (desk.root / "disks.yaml").stat() == before


def test_a_manifest_is_moved_to_live_and_keeps_its_comments(desk: Desk) -> None:
    desk.edit("disks.yaml", "source: disks", "# mine\nsource: disks\nlabels: {team: x}")
    text = changed(desk, "description: A drive", "description: 'Mine'   # why")
    done = desk("pull", "disks")
    assert (done.code, done.out) == (0, "~ disks   disks.yaml: 1 change taken over from live\n")
    made = (desk.root / "disks.yaml").read_text(encoding="utf-8")
    assert made == text.replace("'Mine'   # why", "'A drive'   # why")
    assert_plan_is_empty(desk)


def test_what_git_changed_as_well_is_a_conflict_where_the_journal_knows_the_last_apply(
    desk: Desk,
) -> None:
    changed(desk, "A drive", "Ours")
    journal = desk.root / ".reconciler" / "journal.db"
    before = journal.read_bytes()
    colleague = {"Ours": "A drive of theirs", "Serial number": "S/N"}
    for old, new in colleague.items():
        desk.edit("disks.yaml", old, new)
    assert desk("apply", "--auto-approve", "disks").code == 0
    for old, new in colleague.items():
        desk.edit("disks.yaml", new, old)
    journal.write_bytes(before)
    said = (
        "~ disks   disks.yaml: 2 changes {}taken over from live, 1 of them in conflict with git\n"
    )
    assert said.format("would be ") in desk("pull", "disks", "--dry-run").err
    journal.write_bytes(b"no database")
    unknown = desk("pull", "disks", "--dry-run").err
    assert "disks.yaml: 2 changes would be taken over from live\n" in unknown
    assert "warning[journal-unreadable]: " in unknown
    journal.write_bytes(before)
    assert desk("pull", "disks").out == said.format("")
    assert_plan_is_empty(desk)


def test_a_new_manifest_is_written_with_the_umask(desk: Desk) -> None:
    (desk.root / "disks.yaml").unlink()
    mask = os.umask(0o027)
    try:
        done = desk("pull", "disks")
    finally:
        os.umask(mask)
    assert done.code == 0
    assert done.out == "+ disks   disks.yaml written, 1 object type, 1 attribute, 1 mapping\n"
    assert "Live does not show icons and statuses" in done.err
    assert stat.S_IMODE((desk.root / "disks.yaml").stat().st_mode) == 0o640
    assert desk("validate").code == 0
    assert_plan_is_empty(desk)
    text = (desk.root / "disks.yaml").read_bytes()
    (desk.root / "disks.yaml").unlink()
    desk("pull", "disks")
    assert (desk.root / "disks.yaml").read_bytes() == text, "two pulls give the same bytes"


def test_a_manifest_keeps_its_mode(desk: Desk) -> None:
    changed(desk, "A drive", "Mine")
    (desk.root / "disks.yaml").chmod(0o604)
    assert desk("pull", "--force").code == 0
    assert stat.S_IMODE((desk.root / "disks.yaml").stat().st_mode) == 0o604


def test_a_dry_run_shows_the_difference_and_writes_nothing(desk: Desk) -> None:
    desk.edit("disks.yaml", "A drive", "Mine")  # not committed, and nothing is written either
    (desk.root / "people.yaml").unlink()
    before = sorted(p.name for p in desk.root.iterdir())
    done = desk("pull", "--dry-run", "disks", "people")
    assert done.code == 0
    assert done.out.startswith(
        "--- a/disks.yaml\n"
        "+++ b/disks.yaml\n"
        "@@ -6,7 +6,7 @@\n"
        "     objectTypes:\n"
        "       - externalId: object-type/drive\n"
        "         name: Drive\n"
        "-        description: Mine\n"
        "+        description: A drive\n"
    )
    assert "--- /dev/null\n+++ b/people.yaml\n@@ -0,0 +1," in done.out
    assert "\n+source: people\n" in done.out
    assert "~ disks    disks.yaml: 1 change would be taken over from live" in done.err
    assert "+ people   people.yaml would be written, 1 object type" in done.err
    assert sorted(p.name for p in desk.root.iterdir()) == before
    assert "Mine" in (desk.root / "disks.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ("edited", "it has changes that are not committed"),
        ("staged", "it has changes that are not committed"),
        ("untracked", "it is not under version control"),
        ("ignored", "it is ignored by git, so not under version control"),
        ("no repository", "it is not under version control"),
        ("no git", "git failed: git is not installed"),
        ("damaged", "git failed"),
    ],
)
def test_what_git_does_not_hold_is_overwritten_only_by_force(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, spoil: str, reason: str
) -> None:
    changed(desk, "A drive", "Mine")
    changed(desk, "A drive", "Mine too", "people.yaml")
    match spoil:
        case "edited":
            desk.edit("disks.yaml", "Serial number", "Edited")
        case "staged":
            desk.edit("disks.yaml", "Serial number", "Edited")
            git(desk.root, "add", "disks.yaml")
        case "untracked" | "ignored":
            git(desk.root, "rm", "--cached", "-q", "disks.yaml")
            git(desk.root, "commit", "-qm", "without")
            if spoil == "ignored":
                desk.write(".gitignore", ".reconciler/\ndisks.yaml\n")
        case "no repository":
            shutil.rmtree(desk.root / ".git")
            monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(desk.root.parent))
        case "no git":
            monkeypatch.setenv("PATH", str(desk.root))
        case "damaged":
            (desk.root / ".git" / "config").write_text("[[", encoding="utf-8")
    text = (desk.root / "disks.yaml").read_text(encoding="utf-8")
    done = desk("pull")
    assert done.code == 1
    assert f"error: disks: disks.yaml was not written: {reason}" in done.err
    assert "--force" in done.err
    assert (desk.root / "disks.yaml").read_text(encoding="utf-8") == text
    if spoil in {"edited", "staged", "untracked", "ignored"}:
        assert done.out == "~ people   people.yaml: 1 change taken over from live\n"
    assert desk("pull", "--force").code == 0
    assert_plan_is_empty(desk)


def test_a_symbolic_link_is_not_replaced(desk: Desk) -> None:
    changed(desk, "A drive", "Mine")
    (desk.root / "disks.yaml").rename(desk.root / "elsewhere")
    (desk.root / "disks.yaml").symlink_to("elsewhere")
    done = desk("pull", "--force")
    assert done.code == 1
    assert "disks.yaml is a symbolic link and was not written" in done.err
    assert (desk.root / "disks.yaml").is_symlink()


def test_a_read_only_manifest_is_not_written(desk: Desk) -> None:
    changed(desk, "A drive", "Mine")
    (desk.root / "disks.yaml").chmod(0o444)
    done = desk("pull", "--force")
    assert done.code == 1
    assert "disks.yaml is read-only and was not written" in done.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_is_read_only_is_told(desk: Desk) -> None:
    changed(desk, "A drive", "Mine")
    desk.root.chmod(0o555)
    done = desk("pull", "disks")
    desk.root.chmod(0o755)
    assert (done.code, "cannot be written" in done.err) == (1, True)


def test_what_is_not_configured_is_an_error_only_by_name(desk: Desk) -> None:
    desk.write("new.yaml", MANIFEST.replace("disks", "new").replace("object-", "other-object-")
               .replace("attribute/", "other/"))  # fmt: skip
    said = "new: no mapping yet (MISSING_MAPPING), so nothing to pull"
    done = desk("pull")
    assert (done.code, said in done.err, "error" in done.err) == (0, True, False)
    done = desk("pull", "new", "people")
    assert (done.code, f"error: {said}" in done.err) == (1, True)
    assert done.out == ". people   already as live\n"


HAND = """\
schema:
  objectSchema:
    name: CMDB
    description: ""
    objectTypes:
      - {name: Drive, description: Theirs, attributes: [{name: Serial, description: "", type: text,
         label: true}, {name: Owner, description: "", type: referenced_object,
         referenceObjectTypeName: Person}]}
      - {name: Person, description: "", attributes: [{name: Name, description: "", type: text,
         label: true}]}
"""


@pytest.fixture
def by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """Two sources without a mapping, in an object schema that somebody made by hand."""
    desk = make_desk(tmp_path, monkeypatch, capsys)
    (desk.root / "people.yaml").unlink()
    types = desk.write("types.txt", HAND)
    made = desk("emulator", "object-schema", "CMDB", "disks", "people", "--types", str(types))
    assert made.code == 0
    return desk


def test_types_made_by_hand_are_pulled_with_an_empty_mapping(by_hand: Desk) -> None:
    (by_hand.root / "disks.yaml").unlink()
    done = by_hand("pull", "disks")
    assert (done.code, done.out) == (
        0,
        "+ disks   disks.yaml written, 2 object types, 3 attributes, 0 mappings\n",
    )
    assert "settings of a mapping in the UI" in done.err
    assert "objectTypeMappings: []" in (by_hand.root / "disks.yaml").read_text()
    checked = by_hand("validate")
    assert (checked.code, "no-mapping" in checked.out) == (0, True)
    assert_plan_is_empty(by_hand)
    # And the other source has nothing of its own there.
    done = by_hand("pull", "people")
    assert "all object types there are other manifests'" in done.err


def test_a_refused_id_is_taken_over_by_pull_which_keeps_the_mapping(by_hand: Desk) -> None:
    """The remedy that the prediction names."""
    planned = by_hand("plan", "--format", "json")
    (plan,) = json.loads(planned.out)["sources"]
    remedies = {c["remedy"] for c in plan["changes"] if c["predicted_code"]}
    assert planned.code == 3
    assert {r.startswith("Use the existing external id cmdb::externalId/") for r in remedies}
    assert {r.partition(", or take the ids over: ")[2] for r in remedies} == {
        "reconciler pull disks"
    }
    text = (by_hand.root / "disks.yaml").read_text(encoding="utf-8")
    by_hand.write("disks.yaml", text.replace("    name: Disks", "    name: Disks  # ours"))
    assert by_hand("pull", "disks", "--force").code == 0
    made = (by_hand.root / "disks.yaml").read_text(encoding="utf-8")
    assert "object-type/drive" not in made
    assert ("description: Theirs" in made, "selector: drives" in made) == (True, True)
    planned = by_hand("plan", "--format", "json")
    (plan,) = json.loads(planned.out)["sources"]
    assert planned.code == 0
    assert [c["kind"] for c in plan["changes"]] == ["mapping"]
    assert by_hand("apply", "--auto-approve").code == 0


def test_what_is_a_neighbours_is_left_out_but_for_what_a_reference_needs(by_hand: Desk) -> None:
    """Whether the neighbour was pulled before, has a manifest in error, or is named beside."""
    by_hand("pull", "disks", "--force")
    disks = (by_hand.root / "disks.yaml").read_text(encoding="utf-8")
    person = disks[disks.index("      - externalId: ", disks.index("name: Owner")) :]
    people = by_hand.write(
        "people.yaml", "source: people\nschema:\n  objectSchema:\n    name: CMDB\n"
        f"    description: ''\n    objectTypes:\n{person.partition('mapping:')[0]}"
        "mapping: {objectTypeMappings: []}\n",
    )  # fmt: skip
    for text in (people.read_text(), people.read_text().replace("type: text", "type: txet")):
        people.write_text(text)
        (by_hand.root / "disks.yaml").unlink()
        assert by_hand("pull", "disks").out == (
            "+ disks   disks.yaml written, 2 object types, 2 attributes, 0 mappings\n"
        )
        planned = by_hand("plan", "disks", "--format", "json")
        assert (planned.code, json.loads(planned.out)["sources"][0]["changes"]) == (0, [])


def test_a_misspelt_source_gets_a_suggestion(desk: Desk) -> None:
    done = desk("pull", "disk")
    assert done.code == 1
    assert 'did you mean "disks"?' in done.err
    assert not (desk.root / "disk.yaml").exists()


def test_a_name_that_is_no_file_name_is_refused(desk: Desk) -> None:
    names = ["../x", "a/b", ".hidden", "", "reconciler", "a\x1b[31mb", "c:d", " x", "n" * 256]
    before = sorted(desk.root.parent.rglob("*.yaml"))
    for name in (*names, *DEVICES):
        done = desk("pull", name, "people")
        assert (done.code, done.out) == (1, ". people   already as live\n"), name
        assert "cannot be the name of a file" in done.err, name
        assert "\x1b" not in done.err, name
    assert sorted(desk.root.parent.rglob("*.yaml")) == before


@pytest.mark.parametrize("text", ["- a list\n", "{format_version: 1}\n", "source: other\n"])
def test_a_file_that_is_something_else_is_not_overwritten(desk: Desk, text: str) -> None:
    (desk.root / "disks.yaml").unlink()
    path = desk.write("disks.yaml", text)
    done = desk("pull", "disks", "--force")
    assert done.code == 1
    assert path.read_text(encoding="utf-8") == text
    assert "disks.yaml" in done.err


def test_a_directory_of_that_name_is_in_the_way(desk: Desk) -> None:
    (desk.root / "disks.yaml").unlink()
    (desk.root / "disks.yaml").mkdir()
    done = desk("pull", "disks")
    assert "disks.yaml is there already, and is not the manifest of disks" in done.err


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("abc", "Abc", id="case"),
        pytest.param("straße", "STRASSE", id="case of several letters"),
        pytest.param("caf\u00e9", "cafe\u0301", id="normal form"),
        pytest.param("\ufb01le", "file", id="a ligature, where case is folded"),
    ],
)
def test_two_names_that_may_be_one_file_get_one(desk: Desk, one: str, other: str) -> None:
    file = f"{min(one, other)}.yaml"
    first, second = sorted((one, other))
    said = escape(f"{second}.yaml and {first}.yaml would be one file")
    done = desk("pull", one, other)
    assert (done.code, said in done.err, escape(f"{first}.yaml") in done.err.replace(said, "")) == (
        1,
        True,
        False,
    )
    desk.write(file, "{format_version: 1}\n")
    done = desk("pull", one, other)
    assert (done.code, said in done.err) == (1, True)
    assert escape(f"{first}.yaml is there already") in done.err


def test_a_manifest_in_error_is_told_and_not_touched(desk: Desk) -> None:
    desk.edit("disks.yaml", "type: text", "type: txet")
    text = (desk.root / "disks.yaml").read_text(encoding="utf-8")
    done = desk("pull", "--force")
    assert done.code == 1
    assert "disks.yaml:14:" in done.err
    assert done.out == ". people   already as live\n"
    assert (desk.root / "disks.yaml").read_text(encoding="utf-8") == text
    assert desk("pull", "people").code == 0, "one that is not selected does not matter"


def test_a_file_that_does_not_parse_matters_where_it_may_be_the_manifest(desk: Desk) -> None:
    desk.write("disks.yaml", "source: [disks\n")
    assert desk("pull", "people").code == 0
    done = desk("pull", "disks", "--force")
    assert done.code == 1
    assert (
        "error: disks: it has no manifest, unless it is in a file that cannot be read" in done.err
    )
    assert "disks.yaml:2:1: error[yaml-syntax]" in done.err
    done = desk("pull")
    assert (done.code, done.out) == (1, ". people   already as live\n")
    assert "disks.yaml:2:1: error[yaml-syntax]" in done.err


def test_nothing_to_pull_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = make_desk(tmp_path, monkeypatch, capsys)
    for name in ("disks.yaml", "people.yaml"):
        (tmp_path / name).unlink()
    done = desk("pull")
    assert (done.code, done.out) == (1, "")
    assert "name the source: reconciler pull SOURCE" in done.err


def test_sources_that_the_environment_binds_are_pulled(desk: Desk) -> None:
    (desk.root / "people.yaml").unlink()
    desk.edit("reconciler.yaml", "{backend: embedded}",
              "{backend: embedded, sources: {people: {}}}")  # fmt: skip
    done = desk("pull")
    assert done.code == 0
    assert "+ people   people.yaml written" in done.out
    assert "unknown-source" not in done.err


def test_a_new_manifest_outside_of_the_globs_is_told(desk: Desk) -> None:
    (desk.root / "people.yaml").unlink()
    desk.edit("reconciler.yaml", "defaultEnvironment", 'manifests: ["d*.yaml"]\ndefaultEnvironment')
    done = desk("pull", "people")
    assert done.code == 0
    assert "people.yaml is not among the files that the project file names" in done.err


def test_two_sources_with_one_id_are_an_error(desk: Desk) -> None:
    desk.edit("reconciler.yaml", "${UNSET_WORKSPACE_ID}",
              "w\n    sources: {a: {importSourceId: '1'}, b: {importSourceId: '1'}}")  # fmt: skip
    done = desk("-e", "production", "pull", "a", "b")
    assert done.code == 1
    assert 'sources "a" and "b" have the same importSourceId, "1"' in done.err
    assert "reconciler.yaml:" in done.err


def test_a_refused_connection_names_each_source(desk: Desk) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    project = PROJECT.replace("${UNSET_WORKSPACE_ID}", "w").replace("${UNSET_TOKEN}", "t")
    project += f"    baseUrl: http://127.0.0.1:{port}\n"
    project += "    sources: {disks: {importSourceId: a}, people: {importSourceId: b}}\n"
    desk.write("reconciler.yaml", project)
    done = desk("-e", "production", "pull")
    assert (done.code, done.out) == (1, "")
    for name in ("disks", "people"):
        assert f"error: {name}: " in done.err


def test_windows_line_ends_and_the_byte_order_mark_survive(desk: Desk) -> None:
    text = MANIFEST.replace("A drive", "Mine").replace("\n", "\r\n")
    (desk.root / "disks.yaml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    commit(desk.root)
    assert desk("pull", "disks").code == 0
    made = (desk.root / "disks.yaml").read_bytes()
    assert made == b"\xef\xbb\xbf" + text.replace("Mine", "A drive").encode()


def test_names_of_strangers_reach_no_terminal_raw(desk: Desk) -> None:
    hostile = "Dri\u202eve\x1b[31m"
    desk.edit("disks.yaml", "name: Drive", f"name: {json.dumps(hostile)}")
    desk.edit("disks.yaml", "source: disks", "source: hostile")
    desk.edit("disks.yaml", "objectTypeName: Drive", f"objectTypeName: {json.dumps(hostile)}")
    desk.edit("disks.yaml", "object-type/drive", "object-type/hostile")
    desk.edit("disks.yaml", "attribute/serial", "attribute/hostile")
    assert desk("apply", "hostile", "--auto-approve").code == 0
    (desk.root / "disks.yaml").unlink()
    shown = desk("pull", "--dry-run", "hostile")
    assert shown.code == 0
    assert "\x1b" not in shown.out + shown.err
    assert "\u202e" not in shown.out + shown.err
    assert desk("pull", "hostile").code == 0
    made = (desk.root / "hostile.yaml").read_text(encoding="utf-8")
    assert "\x1b" not in made, "an editor is a terminal, too"
    assert_plan_is_empty(desk)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.stem)
def test_a_real_document_is_adopted(
    document: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Live on the emulator, then pulled into a project that has nothing but its name."""
    monkeypatch.chdir(tmp_path)
    desk = Desk(root=tmp_path, capture=capsys)
    shutil.copy(document, tmp_path)
    local = ("--environment", "local")
    assert desk(*local, "apply", "--auto-approve").code == 0
    (tmp_path / document.name).unlink()
    assert desk(*local, "pull", document.stem).code == 0
    assert [p.name for p in tmp_path.glob("*.*") if p.is_file()] == [f"{document.stem}.yaml"]
    assert desk("validate").code == 0
    assert_plan_is_empty(desk)
    assert desk(*local, "pull").out == f". {document.stem}   already as live\n"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")
@pytest.mark.parametrize("name", ["lucastheisen-users-get-capture", "openapi-get-example"])
def test_a_recorded_answer_is_adopted(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = CORPUS / f"{name}.json"
    live = normalise(json.loads(answer.read_text(encoding="utf-8")))
    made = adopt_as_new(name, live, file=f"{name}.yaml")
    assert_nothing_to_do(made.text, live, f"{name}.yaml")
    monkeypatch.chdir(tmp_path)
    desk = Desk(root=tmp_path, capture=capsys)
    desk.write(f"{name}.yaml", made.text)
    assert desk("validate").code == 0
    done = desk("plan", name, "--live", str(answer), "--detailed-exitcode")
    assert (done.code, "1 source has no differences" in done.out) == (0, True)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")
def test_the_corpus_is_there() -> None:
    assert len(DOCUMENTS) == 9
