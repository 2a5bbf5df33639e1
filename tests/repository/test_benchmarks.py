"""What `make bench` measures is what it says: documents differ as told, and the rows exist."""

import re
import subprocess
import sys
from pathlib import Path

from benchmarks import documents
from benchmarks.rows import ROWS
from tests.support.paths import ROOT


def test_the_floor_finds_what_was_changed_and_nothing_else(tmp_path: Path) -> None:
    made = documents.wanted("S")
    same = documents.answer(made)
    found = []
    for live in (same, documents.drifted(same, 5)):
        for name, document in (("want.json", made), ("live.json", live)):
            documents.write(tmp_path / name, document)
        floor = (sys.executable, str(ROOT / "benchmarks/floor.py"), "want.json", "live.json")
        command = (*floor, str(documents.PAYLOAD))
        ran = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
        found.append(int(ran.stdout))
    assert found == [0, 9]


def test_the_rows_that_pages_name_exist() -> None:
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")]
    told = re.findall(r"\brows? (`.*?)\bof \[performance", "\n".join(pages))
    named = {name for each in told for name in re.findall(r"`([^`]+)`", each)}
    assert named == {"drift", "drift-paced"}
    assert named <= ROWS.keys()
