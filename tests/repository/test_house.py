"""The house of the tests: rooms that can be overlooked, and what they share in one place."""

import re

from tests.support.paths import ROOT

TESTS = ROOT / "tests"
MODULES = [path.relative_to(ROOT) for path in sorted(TESTS.rglob("*.py"))]
LARGEST_FOLDER = 26  # of 25 modules, and the one that makes a package of it


def test_no_test_is_imported() -> None:
    """What two of them need is in tests/support."""
    of_a_test = re.compile(
        r"^ *(?:from|import) +tests\.(?:\w+\.)*(?:test_|\w+ import .*\btest_).*", re.MULTILINE
    )
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in MODULES}
    assert {path: found for path, text in texts.items() if (found := of_a_test.findall(text))} == {}


def test_no_folder_is_larger_than_a_reader_can_overlook() -> None:
    folders = {TESTS, *(path for path in TESTS.rglob("*") if path.is_dir())}
    counts = {folder: sum(1 for each in folder.iterdir() if each.is_file()) for folder in folders}
    assert {
        str(f): n for f, n in counts.items() if n > LARGEST_FOLDER and "__pycache__" not in f.parts
    } == {}


def test_every_test_stands_in_a_room() -> None:
    """Beside the rooms of the package: laws, whole runs, and the repository itself."""
    rooms = {path.name for path in (ROOT / "reconciler").iterdir() if path.is_dir()}
    rooms |= {"property", "e2e", "repository"}
    assert {path.parts[1] for path in MODULES if path.name.startswith("test_")} <= rooms
