"""Files that are written whole, and what is no file."""

import os
from pathlib import Path

import pytest

from reconciler.app.files import write_atomically
from reconciler.errors import ReconcilerError


def test_a_file_is_replaced_and_only_ours_to_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    write_atomically(path, "new\n")
    assert path.read_text() == "new\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_a_pipe_is_written_into_and_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR)  # so that opening it for writing does not wait
    try:
        write_atomically(path, "told\n")
        assert os.read(descriptor, 100) == b"told\n"
    finally:
        os.close(descriptor)
    assert path.is_fifo()


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReconcilerError, match="cannot be written: Is a directory"):
        write_atomically(tmp_path, "text")
