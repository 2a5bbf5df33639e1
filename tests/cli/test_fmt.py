"""`fmt`: which files it rewrites, what it prints, and how it ends."""

import io
import os
import sys

import pytest

from tests.support.stages.cli_project import Desk


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk("fmt")
    desk.write("disks.yaml", text_of(desk).replace("disks", "'disks'", 1))
    return desk


def text_of(desk: Desk, name: str = "disks.yaml") -> str:
    return (desk.root / name).read_bytes().decode()


def feed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_what_changes_is_written_and_named(desk: Desk) -> None:
    done = desk("fmt")
    assert (done.code, done.out, done.err) == (0, "disks.yaml\n", "")
    assert text_of(desk).startswith("source: disks\n")
    again = desk("fmt")
    assert (again.code, again.out) == (0, "")


def test_a_formatted_file_is_not_written_again(desk: Desk) -> None:
    desk("fmt")
    os.utime(desk.root / "disks.yaml", (1, 1))
    desk("fmt")
    assert (desk.root / "disks.yaml").stat().st_mtime == 1


def test_check_writes_nothing_and_exits_1(desk: Desk) -> None:
    before = text_of(desk)
    done = desk("fmt", "--check")
    assert (done.code, done.out) == (1, "disks.yaml\n")
    assert text_of(desk) == before
    desk("fmt")
    assert desk("fmt", "--check").code == 0


def test_diff_shows_and_writes_as_terraform_does(desk: Desk) -> None:
    done = desk("fmt", "--diff")
    assert done.code == 0
    assert done.out.startswith("disks.yaml\n--- a/disks.yaml\n+++ b/disks.yaml\n")
    assert "\n-source: 'disks'\n+source: disks\n" in done.out
    assert text_of(desk).startswith("source: disks\n")


def test_diff_with_check_writes_nothing(desk: Desk) -> None:
    before = text_of(desk)
    done = desk("fmt", "--diff", "--check")
    assert done.code == 1
    assert "+source: disks" in done.out
    assert text_of(desk) == before


def test_a_path_that_is_a_directory_stands_for_its_manifests(desk: Desk) -> None:
    (desk.root / "more").mkdir()
    desk.write("more/other.yaml", "source:   x\n")
    done = desk("fmt", "more", "disks.yaml")
    assert done.out == "more/other.yaml\ndisks.yaml\n"


def test_what_is_no_manifest_is_left_alone(desk: Desk) -> None:
    texts = {
        "reconciler.yaml": text_of(desk, "reconciler.yaml") + "\n\n",
        "plan.json": '{"format_version":"1.0",  "source": "x"}',
        "other.yml": "a:   1\n",
        ".hidden.yaml": "source:   x\n",
    }
    for name, text in texts.items():
        desk.write(name, text)
    found = desk("fmt", "disks.yaml", ".")
    assert (found.code, found.out, found.err) == (0, "disks.yaml\n", "")
    done = desk("fmt", *texts)
    assert (done.code, done.out) == (0, ""), "they are told, and no error"
    for name in texts:
        assert f"warning[not-a-manifest]: {name} is not read as a manifest: it" in done.err
    assert {name: text_of(desk, name) for name in texts} == texts


def test_a_file_that_does_not_parse_is_told_and_the_others_are_done(desk: Desk) -> None:
    desk.write("bad.yaml", "source: a\nname: [\n")
    desk.write("twice.json", '{"source": "a",\n "source": "b"}')
    done = desk("fmt")
    assert (done.code, done.out) == (1, "disks.yaml\n")
    assert "bad.yaml:3:1: error[yaml-syntax]" in done.err
    assert "twice.json:2:2: error[duplicate-key]" in done.err
    assert text_of(desk, "bad.yaml") == "source: a\nname: [\n"
    assert text_of(desk, "twice.json") == '{"source": "a",\n "source": "b"}'


def test_a_file_that_is_not_there_is_an_error(desk: Desk) -> None:
    done = desk("fmt", "nope.yaml")
    assert done.code == 1
    assert "nope.yaml" in done.err


def test_line_ends_and_a_byte_order_mark_go(desk: Desk) -> None:
    (desk.root / "disks.yaml").write_bytes(b"\xef\xbb\xbfsource: disks\r\n")
    assert desk("fmt").out == "disks.yaml\n"
    assert (desk.root / "disks.yaml").read_bytes() == b"source: disks\n"


def test_a_symbolic_link_is_not_replaced(desk: Desk) -> None:
    (desk.root / "disks.yaml").rename(desk.root / "real.txt")
    (desk.root / "disks.yaml").symlink_to("real.txt")
    done = desk("fmt")
    assert done.code == 1
    assert "symbolic link" in done.err
    assert (desk.root / "disks.yaml").is_symlink()


def test_the_mode_of_a_file_stays(desk: Desk) -> None:
    (desk.root / "disks.yaml").chmod(0o640)
    desk("fmt")
    assert (desk.root / "disks.yaml").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("source:   'a'\n", "source: a\n"),
        ('{"source":"a"}', '{\n  "source": "a"\n}\n'),
        ("other:   1\n", "other:   1\n"),
    ],
)
def test_a_dash_reads_standard_input_and_writes_standard_output(
    text: str, out: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(text, monkeypatch)
    done = desk("fmt", "-")
    assert (done.code, done.out, done.err) == (0, out, "")


def test_a_dash_with_check_or_diff(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    feed("source:   a\n", monkeypatch)
    done = desk("fmt", "-", "--check")
    assert (done.code, done.out) == (1, "")
    feed("source:   a\n", monkeypatch)
    done = desk("fmt", "-", "--diff")
    assert (done.code, done.out.splitlines()[-2:]) == (0, ["-source:   a", "+source: a"])


def test_standard_input_that_does_not_parse_writes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed("source: [", monkeypatch)
    done = desk("fmt", "-")
    assert (done.code, done.out) == (1, "")
    assert "stdin.yaml:2:1: error" in done.err


def test_a_dash_beside_a_path_is_wrong_usage(desk: Desk) -> None:
    assert desk("fmt", "-", "disks.yaml").code == 64


def test_needs_no_variable(desk: Desk) -> None:
    assert desk("-e", "production", "fmt").code == 0
