"""A desk whose live somebody else edits: neither manifest nor journal know of it."""

import shutil

from tests.support.stages.cli_project import Desk


def behind_our_back(desk: Desk, before: str, after: str, *, source: str = "disks") -> None:
    """Have live say *after* where the manifest of *source* says *before*."""
    journal = desk.root / ".reconciler" / "journal.db"
    shutil.copy(journal, desk.root / "journal.bak")
    desk.edit(f"{source}.yaml", before, after)
    assert desk("apply", "--auto-approve", source).code == 0
    desk.edit(f"{source}.yaml", after, before)
    shutil.copy(desk.root / "journal.bak", journal)
