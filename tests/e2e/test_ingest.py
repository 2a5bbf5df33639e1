"""Ingestion over TCP: emulator and command line are processes, and one of them may be killed."""

import json
import os
import signal
from pathlib import Path

from reconciler.manifest.schemas import schema_faults
from tests.support.processes.crash_runner import Running
from tests.support.processes.server import Server, command, emulator, write_project
from tests.support.stages.emulator_imports import disks_and_files

NUMBER = 8
ONE_BY_ONE = ("--chunk", "1", "--parallelism", "1")


def prepared(root: Path, server: Server) -> Path:
    """Configure a source and return a file with data for it."""
    write_project(root, server, disks=disks_and_files())
    assert command(root, server, "apply", "--auto-approve").code == 0
    path = root / "data.ndjson"
    rows = [{"disks": [{"id": str(n), "name": f"Disk {n}"}]} for n in range(NUMBER)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def objects(root: Path, server: Server) -> int:
    listed = command(
        root, server, "emulator", "objects", "id-disks", "--db", "emulator.db", "--format", "json"
    )
    return len(json.loads(listed.out)["objects"]) if listed.code == 0 else 0


def in_mid_run(root: Path, server: Server) -> Running:
    """Return a run that has sent some of its chunks."""
    environ = {**os.environ, "TOKEN": server.token}
    process = Running(root, "ingest", "run", "disks", "data.ndjson", *ONE_BY_ONE, environ=environ)
    process.until(lambda: server.requests().get("post-data", 0) >= 2)
    return process


def test_data_become_objects(tmp_path: Path) -> None:
    with emulator(db=tmp_path / "emulator.db") as server:
        prepared(tmp_path, server)
        ended = command(tmp_path, server, "ingest", "run", "disks", "data.ndjson")
        assert ended.code == 0, ended.err
        assert "done, 8 entries sent" in ended.out
        assert "Disk" in ended.out
        assert server.token not in ended.out + ended.err
        again = command(tmp_path, server, "ingest", "run", "disks", "data.ndjson")
        assert again.code == 0, again.err
        assert objects(tmp_path, server) == NUMBER


def test_a_killed_run_is_resumed(tmp_path: Path) -> None:
    with emulator("--latency", "0.1", db=tmp_path / "emulator.db") as server:
        prepared(tmp_path, server)
        process = in_mid_run(tmp_path, server)
        process.send(signal.SIGKILL)
        process.ended()
        refused = command(tmp_path, server, "ingest", "run", "disks", "data.ndjson")
        assert refused.code == 1
        assert "reconciler ingest resume disks goes on with it" in refused.err
        resumed = command(tmp_path, server, "ingest", "resume", "--format", "json")
        assert resumed.code == 0, resumed.err
        told = json.loads(resumed.out)
        assert schema_faults("ingestion", told) == ()
        assert (told["ending"], told["sent"], told["execution"]["result"]) == ("done", 8, "OK")
        assert "✓ disks   done, 8 entries sent" in resumed.err
        assert objects(tmp_path, server) == NUMBER
        # Each chunk once, `completed`, and perhaps the one that was in flight.
        assert server.requests()["post-data"] - (NUMBER + 1) in {0, 1}
        nothing = command(tmp_path, server, "ingest", "resume")
        assert (nothing.code, nothing.out) == (0, "No ingestion is open.\n")
        nothing = command(tmp_path, server, "ingest", "resume", "--format", "json")
        assert (nothing.code, nothing.out, nothing.err) == (0, "", "No ingestion is open.\n")


def test_a_killed_run_is_cancelled(tmp_path: Path) -> None:
    with emulator("--latency", "0.1", db=tmp_path / "emulator.db") as server:
        prepared(tmp_path, server)
        process = in_mid_run(tmp_path, server)
        process.send(signal.SIGKILL)
        process.ended()
        cancelled = command(tmp_path, server, "ingest", "cancel", "--format", "json")
        assert cancelled.code == 0, cancelled.err
        told = json.loads(cancelled.out)
        assert schema_faults("ingestion", told) == ()
        assert told["ending"] == "cancelled"
        assert "the execution was cancelled, and nothing is imported" in told["note"]
        assert objects(tmp_path, server) == 0
        assert command(tmp_path, server, "ingest", "run", "disks", "data.ndjson").code == 0


def test_an_interruption_cancels_the_execution(tmp_path: Path) -> None:
    with emulator("--latency", "0.1", db=tmp_path / "emulator.db") as server:
        prepared(tmp_path, server)
        process = in_mid_run(tmp_path, server)
        process.send(signal.SIGTERM)
        ended = process.ended()
        assert ended.code == 130, ended
        assert "the execution was cancelled, and nothing is imported" in ended.err
        assert objects(tmp_path, server) == 0
        status = command(tmp_path, server, "ingest", "status")
        assert "CANCELLED" in status.out


def test_two_runs_do_not_meet(tmp_path: Path) -> None:
    with emulator("--latency", "0.3", db=tmp_path / "emulator.db") as server:
        prepared(tmp_path, server)
        process = in_mid_run(tmp_path, server)
        resumed = command(tmp_path, server, "ingest", "resume", "--lock-timeout", "0")
        assert resumed.code == 1
        assert "disks is locked by" in resumed.err
        assert process.ended().code == 0
        assert objects(tmp_path, server) == NUMBER


def test_an_emulator_that_is_gone_leaves_it_open(tmp_path: Path) -> None:
    with emulator("--latency", "0.1", db=tmp_path / "emulator.db") as server:
        prepared(tmp_path, server)
        process = in_mid_run(tmp_path, server)
        server.process.send(signal.SIGKILL)
        ended = process.ended()
    assert ended.code == 1
    assert "reconciler ingest resume disks goes on with it" in " ".join(ended.err.split())
    assert "Traceback" not in ended.err
