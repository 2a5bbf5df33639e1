"""Many requests at once, in one process and in several."""

import asyncio
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from reconciler.emulator.app import create_app
from reconciler.emulator.faults import ADMIN_TOKEN, EmulatorOptions
from reconciler.emulator.store import Store
from reconciler.errors import ReconcilerError
from tests.support.paths import ROOT
from tests.support.stages.emulator_site import DISKS, ORIGIN, SOURCE, Clock, Site, tagged

AUTH = {"authorization": f"Bearer {ADMIN_TOKEN}"}


@pytest.mark.parametrize(("query", "accepted"), [("", 204), ("?async=true", 303)])
def test_of_many_puts_exactly_one_is_accepted(query: str, accepted: int) -> None:
    site = Site()

    async def race() -> list[int]:
        async with site.client() as client:
            puts = (
                client.put(f"{SOURCE}/mapping{query}", json=DISKS, headers=AUTH) for _ in range(20)
            )
            return [answer.status_code for answer in await asyncio.gather(*puts)]

    assert Counter(asyncio.run(race())) == {accepted: 1, 409: 19}
    assert site.count("put-mapping") == 20


def test_latency_is_waited_for_at_once_not_in_turn() -> None:
    """All 20 requests are in their wait together: the gate opens only then."""
    everybody = asyncio.Barrier(20)

    class Gate(Clock):
        async def sleep(self, seconds: float) -> None:
            assert seconds == 0.05
            await everybody.wait()

    site = Site(clock=Gate(), latency=0.05)

    async def run() -> list[int]:
        async with site.client() as client:
            calls = (
                client.put(
                    f"{ORIGIN}/jsm/assets/workspace/w/v1/importsource/{i}/mapping",
                    json=tagged(str(i)),
                    headers=AUTH,
                )
                for i in range(20)
            )
            return [answer.status_code for answer in await asyncio.gather(*calls)]

    assert asyncio.run(asyncio.wait_for(run(), 30)) == [204] * 20


PROCESS = """
import sys
from pathlib import Path
from tests.support.stages.emulator_site import Site
print(Site(Path(sys.argv[1])).put().status_code)
"""


def test_of_many_processes_on_one_new_file_exactly_one_is_accepted(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROCESS, str(tmp_path / "e.db")]
    running = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(4)
    ]
    ends = [process.communicate(timeout=60) for process in running]
    assert Counter(out.strip() for out, _ in ends) == {"204": 1, "409": 3}, ends


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "emulator.db"
    path.write_text("no database, but long enough to be looked at " * 20)
    with pytest.raises(ReconcilerError, match=r"cannot open the emulator's data .*\.db"):
        create_app(path, EmulatorOptions())


def test_a_full_device_is_what_is_told_though_it_ended_the_transaction() -> None:
    store = Store(":memory:")

    def write() -> None:
        with store.transaction() as tx:
            tx.execute("ROLLBACK")  # SQLite does so by itself
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(sqlite3.OperationalError, match="is full"):
        write()
    store.close()
