"""`make site`: plays the story, prints it as it goes, and compares it with the golden one."""

import difflib
import os
import sys
import tempfile
from pathlib import Path

from tests.support.processes import postgres
from tests.support.site.stage import GOLDEN, stage
from tests.support.site.story import STORY


def main() -> int:
    """Return 0 where the transcript is the golden one; RECONCILER_UPDATE_GOLDEN=1 makes it so."""
    database = postgres.programs() is not None
    if not database:
        sys.stderr.write("PostgreSQL is not installed: the journal is in SQLite\n")
    told = ""
    with (
        tempfile.TemporaryDirectory(prefix="site-") as scratch,
        stage(Path(scratch), database=database, own=True) as site,
    ):
        for part in site.play(STORY):
            told += part
            sys.stdout.write(part)
            sys.stdout.flush()
        sys.stderr.write(f"\nThe network: {site.weather}\n")
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        GOLDEN.write_text(told, encoding="utf-8")
    golden = GOLDEN.read_text(encoding="utf-8")
    lines = (golden.splitlines(keepends=True), told.splitlines(keepends=True))
    sys.stderr.writelines(difflib.unified_diff(*lines, str(GOLDEN), "this time"))
    return int(golden != told)


if __name__ == "__main__":
    sys.exit(main())
