"""Where the files are that tests read."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
SCHEMAS = ROOT / "tests" / "support" / "schemas"
# Beside the project on some machines, and no part of it.
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus"
