"""`preview` and `plan --data`: try a mapping on data before it is live."""

import io
import json
import sys

import pytest
from markdown_it import MarkdownIt

from reconciler.manifest import schemas
from tests.support.stages.cli_project import Desk

DRIVES = '{"drives": [{"serial": "A1"}, {"serial": "B2"}]}'
HOSTILE = "@team <!-- <script>alert(1)</script> `x` \x1b[2J\u202e| ]]>"


# The sentence → the file's name, what is in it, and the objects that it makes.
FORMATS: dict[str, tuple[str, str, int]] = {
    "JSON": ("d.json", DRIVES, 2),
    "a list of JSON": ("d.json", '[{"serial": "A1"}]', 1),
    "NDJSON": ("d.ndjson", '{"serial": "A1"}\n{"drives": [{"serial": "B2"}]}\n', 2),
    "CSV": ("d.csv", "serial,other\nA1,x\nB2,y\n", 2),
    "YAML": ("d.yaml", "drives:\n  - serial: A1\n", 1),
    "by its beginning": ("whatever", DRIVES, 2),
}


@pytest.mark.parametrize("case", FORMATS)
def test_data_of_any_format_make_objects(case: str, desk: Desk) -> None:
    name, text, number = FORMATS[case]
    desk.write(name, text)
    done = desk("preview", "disks", name, "--format", "json")
    assert done.code == 0
    told = json.loads(done.out)
    assert schemas.schema_faults("preview", told) == ()
    assert [t["objects"] for t in told["preview"]["types"]] == [number]


def test_standard_input_is_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DRIVES.encode())))
    done = desk("preview", "disks", "-")
    assert done.code == 0
    assert "2 entries make 2 objects" in done.out


# The sentence → the data, the exit code, and what is said.
FOUND: dict[str, tuple[str, int, str]] = {
    "an entry that repeats another": (
        '{"drives": [{"serial": "A1"}, {"serial": "A1"}]}', 0, "2 entries make 1 object"),
    "no external id": ('{"drives": [{"serial": ""}, {"serial": "B2"}]}', 3, "Drive"),
    "a field that nobody reads": ('{"drives": [{"serial": "A1", "colour": "red"}]}', 0, "colour"),
    "a field with blanks": (
        '{"drives": [{"serial": "A1", "colour ": "red"}]}', 0, "drives.colour\\x20: no mapping"),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_findings_are_told(case: str, desk: Desk) -> None:
    data, code, said = FOUND[case]
    desk.write("d.json", data)
    done = desk("preview", "disks", "d.json")
    assert (done.code, said in done.out) == (code, True)


def test_a_root_that_nobody_reads_is_told_before_data_are_sent(desk: Desk) -> None:
    assert desk("apply", "--auto-approve").code == 0
    desk.write("d.json", '{"drives": [{"serial": "A1"}], "Drives": [3]}')
    done = desk("ingest", "run", "disks", "d.json")
    said = "warning: Drives: no mapping reads it, in 1 entry; not sent\n"
    assert (done.code, done.err.startswith(said)) == (0, True)


def test_data_of_which_nothing_is_read_are_an_error_of_every_command(desk: Desk) -> None:
    assert desk("apply", "--auto-approve").code == 0
    desk.write("d.json", '{"data": {"drives": [{"serial": "A1"}]}}')
    said = (
        "error: the data hold nothing that the mappings of the source read\n"
        '    the file wraps its roots in "data": write {"drives": […]} without that\n'
    )
    for words in (
        ("preview", "disks", "d.json"),
        ("plan", "--data", "disks=d.json"),
        ("ingest", "run", "disks", "d.json"),
    ):
        done = desk(*words)
        assert (done.code, said in done.err, words) == (1, True, words)


# The sentence → the file's name, its bytes, and what is said.
BROKEN: dict[str, tuple[str, bytes, str]] = {
    "broken JSON": ("d.json", b'{"drives": [{"serial": }]}', "byte 23"),
    "a key that is there twice": ("d.json", b'{"drives": [{"a": 1, "a": 2}]}', "twice"),
    "NaN": ("d.json", b'{"drives": [{"serial": NaN}]}', "NaN"),
    "another encoding": ("d.json", '{"drives": ["ä"]}'.encode("utf-16"), "UTF-16"),
    "no UTF-8": ("d.json", b'{"drives": ["\xff"]}', "UTF-8"),
    "a CSV without a header": ("d.csv", b"", "empty"),
    "a column without a name": ("d.csv", b"serial,\nA1,x\n", "header"),
    "nothing at all": ("d.json", b"", "empty"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_bad_data_is_a_sentence_with_its_place(case: str, desk: Desk) -> None:
    name, data, said = BROKEN[case]
    (desk.root / name).write_bytes(data)
    done = desk("preview", "disks", name, "--output", "json=p.json")
    assert (done.code, said in done.err, name in done.err) == (1, True, True)
    told = json.loads((desk.root / "p.json").read_text())
    assert schemas.schema_faults("preview", told) == ()
    assert told["diagnostics"]


def test_what_is_not_there_is_named(desk: Desk) -> None:
    assert desk("preview", "disks", "none.json").code == 1
    desk.write("d.json", DRIVES)
    assert desk("preview", "discs", "d.json").code == 64
    assert desk("preview", "disks", "d.json", "--data-format", "xml").code == 64


def test_no_variable_and_no_binding_is_needed(desk: Desk) -> None:
    desk.write("d.json", DRIVES)
    assert desk("--environment", "production", "preview", "disks", "d.json").code == 0


def test_samples_are_shown(desk: Desk) -> None:
    desk.write("d.json", DRIVES)
    assert "B2" in desk("preview", "disks", "d.json", "--sample", "2").out
    assert "B2" not in desk("preview", "disks", "d.json", "--sample", "1").out


def applied_then_other_identity(desk: Desk) -> None:
    """Apply, then have the manifest identify drives by another field."""
    assert desk("apply", "--auto-approve").code == 0
    desk.edit("disks.yaml", "[serial]", "[tag]")
    desk.write("d.json", '{"drives": [{"serial": "A1", "tag": "t-1"}]}')


@pytest.mark.parametrize("against", ["live", "LAST"])
def test_against_what_was_before_identities_change(desk: Desk, against: str) -> None:
    applied_then_other_identity(desk)
    done = desk("preview", "disks", "d.json", "--against", against, "--format", "json")
    assert done.code == 3, "the next import makes a second object"
    told = json.loads(done.out)
    assert schemas.schema_faults("preview", told) == ()
    (kind,) = told["effect"]["types"]
    assert kind["identity_changed"] == 1
    assert "A1" in desk("preview", "disks", "d.json", "--against", against).out


STATUS = """\
          - externalId: attribute/state
            name: State
            description: State of the drive
            type: status
            typeValues: [Sound]
  statusSchema:
    statuses: [{name: Sound, description: "", category: active}]
mapping:
"""
FILLED = """\
        - attributeExternalId: attribute/state
          attributeName: State
          attributeLocators: [state]
"""


def test_status_values_that_live_hides_are_no_effect(desk: Desk) -> None:
    path = desk.root / "disks.yaml"
    path.write_text(path.read_text().replace("mapping:\n", STATUS) + FILLED)
    applied_then_other_identity(desk)
    desk.write("d.json", '{"drives": [{"serial": "A1", "tag": "t-1", "state": "Broken"}]}')
    asked = (
        ("preview", "disks", "d.json", "--against", "live"),
        ("plan", "disks", "--data", "disks=d.json"),
    )
    for words in asked:
        told = json.loads(desk(*words, "--format", "json").out)
        effect = told["effect"] if words[0] == "preview" else told["sources"][0]["data_effect"]
        (kind,) = (effect if words[0] == "preview" else effect["effect"])["types"]
        assert (kind["identity_changed"], kind["emptied"]) == (1, {})


def test_against_nothing_is_an_error(desk: Desk) -> None:
    desk.write("d.json", DRIVES)
    done = desk("preview", "disks", "d.json", "--against", "last")
    assert (done.code, "knows no apply of disks" in done.err) == (1, True)


def test_a_plan_shows_what_it_does_to_data(desk: Desk) -> None:
    applied_then_other_identity(desk)
    alone = json.loads(desk("plan", "disks", "--format", "json").out)
    done = desk("plan", "disks", "--data", "disks=d.json", "--format", "json")
    assert done.code == 0, "it does not block"
    plan = json.loads(done.out)
    assert schemas.schema_faults("plan", plan) == ()
    assert plan["digest"] == alone["digest"]
    assert "identity_changed" in json.dumps(plan["sources"][0])
    for format_ in ("text", "markdown", "html"):
        assert "d.json" in desk("plan", "disks", "--data", "disks=d.json", "--format", format_).out


def test_data_of_a_source_that_is_none_are_wrong_usage(desk: Desk) -> None:
    desk.write("d.json", DRIVES)
    assert desk("plan", "--data", "discs=d.json").code == 64
    assert desk("plan", "--data", "d.json").code == 64


def test_names_of_strangers_are_text(desk: Desk) -> None:
    data = {"drives": [{"serial": HOSTILE, HOSTILE: HOSTILE}, {"serial": HOSTILE}]}
    desk.write("d.json", json.dumps(data))
    for format_ in ("text", "markdown", "html", "json"):
        said = desk("preview", "disks", "d.json", "--sample", "2", "--format", format_).out
        assert "\x1b" not in said
        assert "\u202e" not in said
        if format_ == "html":
            assert "<script>alert" not in said
        if format_ == "markdown":
            tokens = MarkdownIt().parse(said)
            inline = [child for token in tokens for child in token.children or ()]
            assert {t.type for t in (*tokens, *inline)} & {"html_block", "html_inline"} == set()
            assert "@team" not in "".join(t.content for t in inline if t.type == "text")
