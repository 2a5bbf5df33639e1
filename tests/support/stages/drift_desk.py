"""A desk whose live somebody else edits: neither manifest nor journal know of it."""

import shutil

from tests.support.stages.cli_project import Desk


def behind_our_back(desk: Desk, before: str, after: str) -> None:
    """Have live say *after* where the manifest of `disks` says *before*."""
    journal = desk.root / ".reconciler" / "journal.db"
    shutil.copy(journal, desk.root / "journal.bak")
    desk.edit("disks.yaml", before, after)
    assert desk("apply", "--auto-approve", "disks").code == 0
    desk.edit("disks.yaml", after, before)
    shutil.copy(desk.root / "journal.bak", journal)
