"""Five seconds of the storm that `make soak` keeps up for ten minutes."""

import time
from pathlib import Path

from tests.support.processes.soak import Lane


def test_nothing_is_lost_doubled_or_misreported(tmp_path: Path) -> None:
    root = tmp_path / "lane"
    lane = Lane(root=root, journal=f"sqlite:///{root / 'journal.db'}", seed=3)
    rounds = list(lane.rounds(time.monotonic() + 5))
    assert rounds
    assert [fault for each in rounds for fault in (str(each), *each.faults) if each.faults] == []
