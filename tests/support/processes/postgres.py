"""A PostgreSQL server of the tests' own, from the programs that are installed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

USER = "reconciler"
REQUIRED = "RECONCILER_REQUIRE_POSTGRES"


def programs() -> Path | None:
    """Return the directory of initdb and pg_ctl, None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def server() -> Iterator[Path]:
    """Run a server for the block; yield the directory of its socket. It listens to no network."""
    bin_ = programs()
    assert bin_ is not None
    # Not pytest's directory: the path of a socket is at most 107 bytes long.
    home = Path(tempfile.mkdtemp(prefix="rpg"))
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(home, "postgres")

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [bin_ / program, *arguments], cwd=home, check=True, stdout=subprocess.DEVNULL, user=user
        )

    data = home / "data"
    run("initdb", "--pgdata", str(data), "--username", USER, "--auth", "trust", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
    log = str(home / "log")
    run("pg_ctl", "start", "-w", "-D", str(data), "-l", log, "-o", options)
    try:
        yield home
    finally:
        run("pg_ctl", "stop", "-w", "-D", str(data), "-m", "immediate")
        shutil.rmtree(home)


def new_schema(socket: Path, name: str) -> str:
    """Return the URL of an empty schema, which a journal takes for a database of its own."""
    with psycopg.connect(f"host={socket} user={USER} dbname=postgres", autocommit=True) as db:
        db.execute(f'CREATE SCHEMA "{name}"')
    options = quote(f"-csearch_path={name}")
    return f"postgresql+psycopg://{USER}@/postgres?host={socket}&options={options}"
