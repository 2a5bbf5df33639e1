"""No output replaces a file of the project, or one that the command reads."""

import json
from pathlib import Path

import pytest

from tests.support.stages.cli_project import Desk

KEPT = {
    "disks.yaml": "a manifest",
    "link.yaml": "a manifest",
    "broken.yml": "unreadable, and may be a manifest",
    "reconciler.yaml": "the project file",
    ".reconciler/journal.db": "a database",
    ".reconciler/journal.db-wal": "a database",
    ".reconciler/emulator.db-shm": "a database",
    "elsewhere.db": "a database",
    "elsewhere.db-wal": "a database",
    "our-journal": "a database",
}
WRITERS = [
    ("plan", "-o", "{}"),
    ("plan", "--output", "json={}"),
    ("drift", "--save", "{}"),
    ("drift", "--output", "junit={}"),
    ("validate", "--output", "json={}"),
    ("apply", "--auto-approve", "--output", "text={}"),
]


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A project with a link to a manifest, a broken one, and an emulator's data elsewhere."""
    assert desk("apply", "--auto-approve").code == 0
    desk.write("broken.yml", "source: [disks\n")
    (desk.root / "link.yaml").symlink_to("disks.yaml")
    data = (desk.root / ".reconciler" / "emulator.db").read_bytes()
    for name in ("elsewhere.db", "our-journal"):
        (desk.root / name).write_bytes(data)
    return desk


def contents(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("writer", WRITERS, ids=" ".join)
def test_what_has_to_stay_is_refused_before_anything_happens(
    writer: tuple[str, ...], full: Desk
) -> None:
    before = contents(full.root)
    for name, what in KEPT.items():
        done = full(*(part.format(name) for part in writer))
        assert (done.code, done.out) == (64, "")
        assert f"{name} is {what}" in done.err
        assert "name another file" in done.err
    assert contents(full.root) == before


def test_the_files_that_a_command_reads_stay(desk: Desk) -> None:
    assert desk("plan", "-o", "p.json").code == 0
    desk.write("answer.dat", "{}")
    before = contents(desk.root)
    for command in (
        ("apply", "p.json", "--output", "json=p.json"),
        ("show", "p.json", "--output", "text=./p.json"),
        ("plan", "disks", "--live", "answer.dat", "-o", "answer.dat"),
        ("plan", "--data", "disks=answer.dat", "-o", "answer.dat"),
    ):
        done = desk(*command)
        assert done.code == 64
        assert "a file that this command reads" in done.err
    assert contents(desk.root) == before


def test_an_earlier_plan_or_report_is_replaced(desk: Desk) -> None:
    (desk.root / ".reconciler").mkdir()
    outputs = ["json=a.json", "sarif=b.json", "gitlab=c.json", "html=d.html"]
    (desk.root / "out").mkdir()
    for _ in range(2):
        written = [part for each in outputs for part in ("--output", each.replace("=", "=out/"))]
        done = desk("plan", "-o", ".reconciler/plan.json", *written)
        assert done.code == 0, done.err
    assert json.loads((desk.root / ".reconciler/plan.json").read_text())["has_changes"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "-o", "-"),
        ("plan", "-o", ""),
        ("drift", "--save", "-"),
        ("plan", "--output", "json=a", "--output", "text=./a"),
        ("plan", "--output", "json=-", "--output", "text=/dev/stdout"),
        ("plan", "-o", "a", "--output", "json=a"),
        ("plan", "-o", "disks"),
        ("plan", "people", "-o", "./disks"),
        ("drift", "--save", "disks"),
    ],
    ids=" ".join,
)
def test_an_output_needs_a_file_of_its_own(arguments: tuple[str, ...], desk: Desk) -> None:
    done = desk(*arguments)
    assert (done.code, done.out) == (64, "")
    assert not (desk.root / ".reconciler").exists()


def test_a_plan_that_apply_would_not_send_is_not_said_to_be_sent(desk: Desk) -> None:
    assert "for review only" in desk("plan", "disks", "--live", "none", "-o", "p.json").err
    assert "Send it" not in desk("plan", "-o", "/dev/null").err
    assert "Next: reconciler apply p.json\n" in desk("plan", "-o", "p.json").out
    drifting = desk("plan", "-o", "p.json", "--format", "markdown")
    assert "Send it with:  reconciler apply p.json\n" in drifting.err
    assert desk("apply", "--auto-approve").code == 0
    assert "It has nothing to send." in desk("plan", "-o", "p.json").err


def test_the_remedies_of_apply(desk: Desk) -> None:
    assert "there is no such file" in desk("apply", "nope").err
    assert desk("plan", "-o", "p.json").code == 0
    assert "reconciler apply --sync" in desk("apply", "p.json", "--sync").err
