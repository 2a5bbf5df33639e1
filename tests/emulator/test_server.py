"""The emulator on a real socket, in a process of its own."""

import os
import signal
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from reconciler.emulator.app import create_app
from reconciler.emulator.faults import ADMIN_TOKEN, EmulatorOptions
from reconciler.emulator.server import serve
from reconciler.errors import ReconcilerError
from tests.support.stages.emulator_site import tagged

PROGRAM = """
import sys
from pathlib import Path
from reconciler.emulator.app import create_app
from reconciler.emulator.faults import EmulatorOptions, parse_fault
from reconciler.emulator.server import serve
options = EmulatorOptions(faults=tuple(map(parse_fault, sys.argv[2:])))
app = create_app(Path(sys.argv[1]), options)
serve(app, "127.0.0.1", 0, ready=lambda url: print(url, flush=True))
print("ended")
"""


@contextmanager
def served(
    db: Path, *faults: str, end: int = signal.SIGTERM, code: int = 0
) -> Iterator[httpx.Client]:
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(db), *faults]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    base_url = process.stdout.readline().strip()
    assert base_url.startswith("http://127.0.0.1:"), process.communicate()
    assert base_url.endswith("/jsm/assets")
    auth = {"authorization": f"Bearer {ADMIN_TOKEN}"}
    try:
        with httpx.Client(
            base_url=f"{base_url}/workspace/w/v1/importsource/s", headers=auth, timeout=30
        ) as client:
            yield client
    finally:
        process.send_signal(end)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (code, "")
    assert out == ("ended\n" if code == 0 else "")


def test_an_answer_does_not_wait_for_the_client_to_acknowledge_its_head(tmp_path: Path) -> None:
    """On a connection that is kept, Linux lets that take 40 ms."""
    with served(tmp_path / "e.db") as client:
        seconds = [client.get("configstatus").elapsed.total_seconds() for _ in range(21)]
    assert statistics.median(seconds) < 0.03


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_ends_it_cleanly(tmp_path: Path, end: int) -> None:
    with served(tmp_path / "e.db", end=end) as client:
        answer = client.put("/mapping", params={"async": "true"}, json=tagged("t"))
        assert answer.status_code == 303
        location = answer.headers["location"]
        assert location.startswith(f"{client.base_url}mapping/progress/")
        ends = [client.get(location).json()["progressStatus"] for _ in range(2)]
        assert ends == ["IN_PROGRESS", "FINISHED"]
        assert client.get("/configstatus").json() == {"status": "IDLE"}


def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    db = tmp_path / "e.db"
    with served(db, end=signal.SIGKILL, code=-signal.SIGKILL) as client:
        answer = client.put("/mapping", params={"async": "true"}, json=tagged("t"))
        path = httpx.URL(answer.headers["location"]).path.rpartition("/s")[2]
    with served(db) as client:
        ends = [client.get(path).json()["progressStatus"] for _ in range(2)]
        assert ends == ["IN_PROGRESS", "FINISHED"]


def test_a_cut_is_a_cut_at_the_socket_and_the_server_lives_on(tmp_path: Path) -> None:
    faults = ("put-mapping:drop-before:1", "put-mapping:drop-after:1")
    with served(tmp_path / "e.db", *faults) as client:
        for status in ("MISSING_MAPPING", "IDLE"):
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                client.put("/mapping", json=tagged("t"))
            assert client.get("/configstatus").json() == {"status": status}


def test_only_what_can_be_meant_for_it_is_answered(tmp_path: Path) -> None:
    expected = {
        "127.0.0.1:1": 200,
        "localhost": 200,
        "[::1]:8080": 200,
        "emulator:8080": 200,
        "evil.example": 421,
        "evil.example.": 421,
        "127.0.0.1.evil.example:80": 421,
        "localhost.evil.example": 421,
        "[::1": 421,
    }
    with served(tmp_path / "e.db") as client:
        answers = [client.get("/configstatus", headers={"host": host}) for host in expected]
    assert {a.request.headers["host"]: a.status_code for a in answers} == expected


def test_its_data_are_for_its_user_only(tmp_path: Path) -> None:
    with served(tmp_path / "new" / "e.db") as client:
        client.put("/mapping", json=tagged("t"))
        files = list((tmp_path / "new").iterdir())
        assert {each.name for each in files} >= {"e.db", "e.db-wal"}
        assert {each.stat().st_mode & 0o777 for each in files} == {0o600}


def test_an_address_that_is_taken_is_named() -> None:
    app = create_app(":memory:", EmulatorOptions())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ReconcilerError, match=f"^127.0.0.1:{port} is in use already$"):
            serve(app, "127.0.0.1", port, ready=print)
    app.state.close()
