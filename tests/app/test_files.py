"""Files that are written whole, and what is no file."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.app.files import append, check_output, replace_atomically, write_atomically
from reconciler.errors import ReconcilerError


def test_a_file_is_replaced_and_only_ours_to_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    write_atomically(path, ("ne", "w\n"))
    assert path.read_text() == "new\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


# Where nothing can be written, and why.
NO_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe, which would wait for its reader": (os.mkfifo, "it is not a regular file"),
    "a device": (lambda at: at.symlink_to("/dev/zero"), "it is not a regular file"),
    "a directory": (Path.mkdir, "Is a directory"),
    "a loop of links": (lambda at: at.symlink_to(at), "Too many levels of symbolic links"),
}


@pytest.mark.parametrize("case", NO_FILES)
@pytest.mark.parametrize("write", [write_atomically, replace_atomically, append, check_output])
def test_what_is_no_file_is_refused(case: str, write: Callable[..., None], tmp_path: Path) -> None:
    make, why = NO_FILES[case]
    make(tmp_path / "out")
    texts = [] if write is check_output else ["text"]
    with pytest.raises(ReconcilerError, match=f"out cannot be written: ({why}|No such device)"):
        write(tmp_path / "out", *texts)
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1", "/dev/stderr", "/dev/null"])
def test_a_stream_that_is_open_is_written_to(
    name: str, capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    check_output(Path(name))
    write_atomically(Path(name), ("told\n",))
    written = capfd.readouterr()
    assert written.out + written.err == ("" if name == "/dev/null" else "told\n")
    assert [*tmp_path.iterdir()] == []
    assert not Path("/dev/null").is_file()


def test_a_descriptor_that_is_not_open_is_refused() -> None:
    with pytest.raises(ReconcilerError, match="cannot be written: Bad file descriptor"):
        check_output(Path("/dev/fd/987654321"))
