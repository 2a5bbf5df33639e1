"""Whatever a path leads to, every command that reads it ends with a sentence, a place, a remedy.

A pipe would block and a device never end; a text may hold what no report can. Each oddity is
given to a command that takes a file from its user, and each of those meets some (`make
reliability` has all pairs).
"""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.matrix import crossed
from tests.support.stages.cli_project import Desk


def loop(at: Path) -> None:
    at.symlink_to(at)


def sparse(at: Path) -> None:
    at.touch()
    os.truncate(at, 2 << 30)


def listening(at: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(at.name)  # the working directory's: a socket's path must be short


def leads_to(target: str) -> Callable[[Path], None]:
    return lambda at: at.symlink_to(target)


def holds(data: bytes) -> Callable[[Path], object]:
    return lambda at: at.write_bytes(data)


# What the path leads to, and the code of the diagnostic.
SPECIAL: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "not-a-file"),
    "a socket": (listening, "not-a-file"),
    "a device without end": (leads_to("/dev/zero"), "not-a-file"),
    "a terminal or what stands for it": (leads_to("/dev/null"), "not-a-file"),
    "a loop of links": (loop, "unreadable-file"),
    "a link that leads nowhere": (leads_to("nowhere"), "no-such-file"),
}
TEXTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a number of 5,000 digits": (holds(b'{"schema": ' + b"9" * 5000 + b"}"), "number-range"),
    "half of a surrogate pair": (holds(b'{"schema": "\\ud800"}'), "half-surrogate"),
    "half of a pair in a key": (holds(b'{"\\udfff": {}}'), "half-surrogate"),
    "not a number": (holds(b'{"schema": NaN}'), "number-range"),
    "an infinite number": (holds(b'{"schema": -Infinity, "a": 1e999}'), "number-range"),
    "deep nesting": (holds(b'{"schema": ' + b"[" * 100_000), "too-deep"),
    "one key twice": (holds(b'{"schema": 1, "schema": 2}'), "duplicate-key"),
    "UTF-16": (holds('{"schema": {}}'.encode("utf-16")), "not-utf8"),
    "Latin-1": (holds('{"schema": "Größe"}'.encode("latin-1")), "not-utf8"),
    "zero bytes": (holds(b"\0" * 1000), "json-syntax"),
    "only a mark": (holds(b"\xef\xbb\xbf"), "empty-file"),
    "two gigabytes of nothing": (sparse, "too-large"),
}
READERS: dict[str, tuple[str, ...]] = {
    "show": ("show", "odd.json"),
    "explain": ("explain", "odd.json", "disks"),
    "apply": ("apply", "odd.json"),
    "comment": ("comment", "github", "--plan", "odd.json", "--dry-run"),
    "plan --live": ("plan", "disks", "--live", "odd.json"),
    "drift --since": ("-e", "local", "drift", "--since", "odd.json"),
    "merge": ("merge", "odd.json"),
    "issue": ("issue", "github", "--report", "odd.json", "--dry-run"),
    "validate": ("validate", "odd.json"),
    "validate, found beside the manifests": ("validate",),
    "plan, found beside the manifests": ("plan",),
    "fmt": ("fmt", "odd.json"),
}
# Data are streamed: they have no code, and no bound of the whole.
DATA_READERS: dict[str, tuple[str, ...]] = {
    "preview": ("preview", "disks", "odd.json"),
    "plan --data": ("plan", "--data", "disks=odd.json"),
    "ingest": ("ingest", "run", "disks", "odd.json"),
}


@pytest.mark.parametrize(("reader", "odd"), crossed(READERS, SPECIAL | TEXTS))
def test_an_odd_file_is_refused_by_its_name(odd: str, reader: str, desk: Desk) -> None:
    make, code = (SPECIAL | TEXTS)[odd]
    make(desk.root / "odd.json")
    if reader == "drift --since" and code == "no-such-file":
        pytest.skip("the report of an earlier run need not exist yet")
    done = desk(*READERS[reader])
    written = done.out + done.err
    assert done.code == 1
    assert f"error[{code}]: " in written
    assert "odd.json" in written
    assert "bug" not in written


@pytest.mark.parametrize(("reader", "odd"), crossed(DATA_READERS, SPECIAL | TEXTS))
def test_an_odd_file_of_data_is_refused_by_its_name(odd: str, reader: str, desk: Desk) -> None:
    make, _ = (SPECIAL | TEXTS)[odd]
    if reader == "ingest":
        assert desk("apply", "--auto-approve").code == 0
    make(desk.root / "odd.json")
    done = desk(*DATA_READERS[reader])
    assert done.code == 1
    assert "error: odd.json" in done.err.replace("disks: ", "")
    assert "bug" not in done.err


@pytest.mark.parametrize("odd", SPECIAL)
def test_an_odd_project_file_is_not_taken_for_none(odd: str, desk: Desk) -> None:
    make, code = SPECIAL[odd]
    (desk.root / "reconciler.yaml").unlink()
    make(desk.root / "reconciler.yaml")
    done = desk("plan")
    assert (done.code, f"reconciler.yaml: error[{code}]: " in done.err) == (1, True)


def test_all_odd_reports_are_told_at_once(desk: Desk) -> None:
    os.mkfifo(desk.root / "a.json")
    loop(desk.root / "b.json")
    done = desk("merge", "a.json", "b.json", "c.json")
    assert done.code == 1
    for told in ("a.json: error[not-a-file]", "b.json: error[unread", "c.json: error[no-such-file"):
        assert told in done.err


def test_a_name_that_is_not_utf8_is_shown_with_escapes(desk: Desk) -> None:
    path = desk.root / os.fsdecode(b"odd\xff.yaml")
    path.write_text("source: [\n")
    done = desk("validate", "--format", "json", "--output", "json=report.json")
    assert (done.code, r"odd\\xff.yaml" in done.out) == (1, True)
    assert (desk.root / "report.json").read_text() == done.out
