"""Data files as such: whether they can be opened, their encoding, and how they are written."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.data.entries import SAVE_AS_UTF8, DataFormat
from reconciler.data.reader import open_data, read_data
from reconciler.errors import DataError
from tests.support.documents.data_files import DRIVES, entries, refusal

TEXT = '{"drives": [{"name": "Größe"}]}'
UNREADABLE: dict[str, tuple[bytes, str, str | None]] = {
    "nothing": (b"", "is empty", None),
    "white space": (b" \r\n\t\n", "is empty", None),
    "only a mark": (b"\xef\xbb\xbf", "is empty", None),
    "UTF-16 with a mark": (TEXT.encode("utf-16"), "is UTF-16, not UTF-8", SAVE_AS_UTF8),
    "UTF-16 LE": (TEXT.encode("utf-16-le"), "is UTF-16, not UTF-8", SAVE_AS_UTF8),
    "UTF-16 BE": (TEXT.encode("utf-16-be"), "is UTF-16, not UTF-8", SAVE_AS_UTF8),
    "UTF-32 with a mark": (TEXT.encode("utf-32"), "is UTF-32, not UTF-8", SAVE_AS_UTF8),
    "UTF-32 LE": (TEXT.encode("utf-32-le"), "is UTF-32, not UTF-8", SAVE_AS_UTF8),
    "UTF-32 BE": (TEXT.encode("utf-32-be"), "is UTF-32, not UTF-8", SAVE_AS_UTF8),
    "gzip": (b"\x1f\x8b\x08\0", "is compressed with gzip", "gunzip it first"),
    "zstd": (b"\x28\xb5\x2f\xfd\0", "is compressed with zstd", "unzstd it first"),
    "Excel": (
        b"PK\x03\x04\x14",
        "is a ZIP archive or an Excel workbook",
        "unpack it, or save it as CSV",
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
@pytest.mark.parametrize("name", ["d.json", "d.csv", "d.ndjson", "d.yaml", "data"])
def test_what_is_no_utf8_text_is_refused(case: str, name: str, tmp_path: Path) -> None:
    data, sentence, hint = UNREADABLE[case]
    path = tmp_path / name
    path.write_bytes(data)
    assert refusal(path) == (f"{name} {sentence}", hint)


@pytest.mark.parametrize("name", ["d.json", "d.csv", "d.ndjson", "d.yaml"])
def test_many_blanks_are_no_data_either(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"\n" * 100_000)
    if name == "d.ndjson":
        assert entries(path) == []
    else:
        assert refusal(path)[0] in {
            f"{name} is empty",
            (
                f"{name}: line 100001, column 1 (byte 100000): "
                "the file ends here, in the middle of a value"
            ),
        }


@pytest.mark.parametrize("name", ["d.json", "d.ndjson", "d.yaml"])
def test_a_byte_order_mark_is_passed_over(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(TEXT.encode("utf-8-sig"))
    ((root, value, _),) = entries(path)
    assert (root, value) == ("drives", {"name": "Größe"})


def test_the_mark_is_no_part_of_the_first_name_of_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_bytes("name\nGröße\n".encode("utf-8-sig"))
    assert entries(path) == [("drives", {"name": "Größe"}, "line 2")]


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.json") == (
        "no.json does not exist",
        "check the path; it is taken from the working directory, or from --chdir",
    )
    (tmp_path / "dir.json").mkdir()
    assert refusal(tmp_path / "dir.json") == (
        "dir.json is a directory, not a file",
        "name a regular file; a stream goes to standard input, where - stands for it",
    )
    with pytest.raises(DataError, match=r"cannot be read: the name is not valid$"):
        entries(tmp_path / "a\0b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_said(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text("{}")
    path.chmod(0)
    assert refusal(path) == ("d.json cannot be read: Permission denied", "see its permissions")


def test_a_disk_that_fails_midway_is_said() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(size)

    stream = Failing(b'{"drives": [' + b'{"a": 1}, ' * 100_000)
    reading = read_data(stream, file="d.json", format=None, roots=DRIVES)
    with pytest.raises(DataError, match=r"^d\.json cannot be read: Input/output error$"):
        list(reading)


BEGINNINGS: dict[str, DataFormat | None] = {
    '{"drives": []}': DataFormat.JSON,
    '\n {\n"drives": []}': DataFormat.JSON,
    "[{}]": DataFormat.JSON,
    '{"a": 1}\n{"a": 2}\n': DataFormat.NDJSON,
    '{"a": 1}\n\n': DataFormat.JSON,
    '{"a":\n 1}\n': DataFormat.JSON,
    "a,b\n1,2\n": DataFormat.CSV,
    "a;b: c\n1;2\n": DataFormat.CSV,
    '"a"\n1\n': DataFormat.CSV,
    "drives:\n- a: 1\n": DataFormat.YAML,
    "drives: {a: [1, 2]}\n": DataFormat.YAML,
    "- a: 1\n": DataFormat.YAML,
    "# drives, all\n- a: 1\n": DataFormat.YAML,
    "%YAML 1.2\n---\n- a: 1\n": DataFormat.YAML,
    "name\nx\n": None,
}


@pytest.mark.parametrize("text", BEGINNINGS)
def test_without_an_extension_the_beginning_tells_how_it_is_written(
    text: str, tmp_path: Path
) -> None:
    path = tmp_path / "data"
    path.write_text(text)
    expected = BEGINNINGS[text]
    if expected is None:
        said = "data does not show how it is written"
        assert refusal(path) == (said, "say so with --data-format json, ndjson, csv, yaml")
        return
    with open_data(path, format=None, roots=DRIVES) as reading:
        assert reading.format is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("d.json", "json"),
        ("d.NDJSON", "ndjson"),
        ("d.jsonl", "ndjson"),
        ("d.csv", "csv"),
        ("d.tsv", "csv"),
        ("d.yaml", "yaml"),
        ("d.yml", "yaml"),
    ],
)
def test_the_extension_tells_before_the_beginning(name: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("[1, 2]")
    with open_data(path, format=None, roots=DRIVES) as reading:
        assert reading.format == expected


def test_what_the_user_says_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text("a: 1\n")
    assert entries(path, frozenset({"a.b"}), DataFormat.YAML) == []
    with open_data(path, format=DataFormat.CSV, roots=DRIVES) as reading:
        assert reading.format is DataFormat.CSV


def test_standard_input_is_read_as_it_comes() -> None:
    program = (
        "from reconciler.data.reader import open_data\n"
        "with open_data(None, format=None, roots=frozenset({'drives'})) as reading:\n"
        "    print(*(f'{each.place}={each.value}' for each in reading), reading.notes.bytes_read)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        for piece in (" ", '{"drives": [{"a"', ": 1}, {}", "]}"):  # each its own write
            process.stdin.write(piece)
            process.stdin.flush()
        process.stdin.close()
        assert process.stdout.read() == "drives[0]={'a': 1} drives[1]={} 27\n"


def test_standard_input_is_called_so() -> None:
    with pytest.raises(DataError, match=r"^standard input is empty$"):
        read_data(io.BytesIO(), file="standard input", format=None, roots=DRIVES)


def test_how_far_it_is_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "d.ndjson"
    path.write_bytes(b"\xef\xbb\xbf" + b'{"a": 1}\n' * 200_000)
    with open_data(path, format=None, roots=DRIVES) as reading:
        next(reading)
        assert 0 < reading.notes.bytes_read < path.stat().st_size
        assert sum(1 for _ in reading) == 199_999
        assert reading.notes.bytes_read == path.stat().st_size


# (VmHWM is of the process alone; ru_maxrss begins with what its parent had.)
MEMORY = """
import sys
from pathlib import Path
from reconciler.data.reader import open_data
with open_data(Path(sys.argv[1]), format=None, roots=frozenset({"drives"})) as reading:
    print(sum(1 for _ in reading))
(line,) = (l for l in Path("/proc/self/status").read_text().splitlines() if l[:5] == "VmHWM")
print(int(line.split()[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel is not Linux")
@pytest.mark.parametrize("name", ["d.json", "d.ndjson", "d.csv"])
def test_forty_megabytes_are_never_held(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    row = {f"field{number:02}": f"value {number} " * 5 for number in range(20)}
    count = 40_000_000 // len(json.dumps(row))
    with path.open("w") as file:
        if name == "d.csv":
            file.write(",".join(row) + "\n" + (",".join(row.values()) + "\n") * count)
        elif name == "d.json":
            file.write('{"drives": [' + ",\n".join([json.dumps(row)] * count) + "]}")
        else:
            file.write((json.dumps(row) + "\n") * count)
    run = subprocess.run(
        [sys.executable, "-c", MEMORY, str(path)], capture_output=True, text=True, check=True
    )
    entries_read, mebibytes = map(int, run.stdout.split())
    assert entries_read == count
    assert mebibytes < 70
