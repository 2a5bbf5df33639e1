"""Promise 4 on everything that is left behind: planted secrets are in no file, log or journal."""

import base64
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, inspect, text

from reconciler.journal.database import Database
from tests.support.processes.crash_runner import Ended, Kill, forked
from tests.support.processes.project import Project, make_project, wanted
from tests.support.processes.server import Server, emulator

TOKEN = "planted-token-of-the-environment"
PASSWORD = "planted-password-of-the-database"
EMAIL = "ann@example.com"
BASIC = base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode()
SECRETS = (TOKEN, PASSWORD, BASIC, quote(PASSWORD, safe=""))
LEAVING = Kill(transition="accept", moment="after")


@pytest.fixture
def server() -> Iterator[Server]:
    with emulator("--token", TOKEN, "--duration", "0.3") as running:
        yield running


def with_secrets(root: Path, server: Server, journal: str, auth: str) -> Project:
    """A project that has every secret from its environment, as a project should."""
    url = journal.replace("reconciler@", "reconciler:${DATABASE_PASSWORD}@")
    project = make_project(root, server, ("a", "b"), url)
    path = root / "reconciler.yaml"
    bearer = '{"bearer": "${TOKEN}"}'
    written = path.read_text()
    assert bearer in written
    path.write_text(written.replace(bearer, auth))
    project.want({name: wanted(name) for name in project.names})
    return project


def use_everything(project: Project) -> Iterator[Ended]:
    """Run what a team runs, with all that is logged, when it goes well and when it does not."""

    def run(*arguments: str, kill: Kill | None = None, **environ: str) -> Ended:
        secrets = {"DATABASE_PASSWORD": PASSWORD, "TOKEN": TOKEN} | environ
        environ = project.environ | secrets
        return forked(project.root, "--log-level", "debug", *arguments, environ=environ, kill=kill)

    reports = ("--output", "json=report.json", "--output", "text=report.txt")
    yield run("validate")
    yield run("plan", "-o", "plan.json", *reports)
    yield run("plan", "--format", "json")
    yield run("show", "plan.json")
    yield run("explain", "plan.json", "a")
    # One by one: what became of a write under way nothing could tell so soon after.
    yield run("apply", "plan.json", "--parallelism", "1", kill=LEAVING)
    yield run("apply", "--resume")
    project.want({"a": wanted("a", "changed")})
    yield run("apply", "--auto-approve")
    yield run("status")
    yield run("history")
    yield run("unlock")
    wrong = run("plan", TOKEN=f"{TOKEN}-that-is-wrong")
    assert wrong.code == 1
    yield wrong
    gone = project.root / "reconciler.yaml"
    gone.write_text(gone.read_text().replace("host=", "host=/nowhere"))
    yield run("history")


@pytest.mark.parametrize(
    ("journal_url", "auth"),
    [
        (Database.SQLITE, '{"bearer": "${TOKEN}"}'),
        (
            Database.POSTGRESQL,
            f'{{"basic": {{"email": "{EMAIL}", "token": "${{TOKEN}}"}}}}',
        ),
    ],
    ids=["bearer", "basic"],
    indirect=["journal_url"],
)
def test_a_planted_secret_is_nowhere_and_every_file_is_for_its_owner_only(
    tmp_path: Path, journal_url: str, server: Server, auth: str
) -> None:
    root = tmp_path / "project"
    journal = journal_url.replace("/new/", "/project/.reconciler/")
    project = with_secrets(root, server, journal, auth)
    ended = []
    for each in use_everything(project):
        ended.append(each)
        assert set(modes(root).values()) <= {0o600}, modes(root)
    codes = [each.code for each in ended]
    assert codes[:-1] == [0, 0, 0, 0, 0, -9, 0, 0, 0, 0, 0, 1], [*map(str, ended)]
    assert {"plan.json", "report.json", "report.txt"} <= set(modes(root))
    if journal.startswith("sqlite"):
        assert "journal.db" in modes(root)
        assert stat.S_IMODE((root / ".reconciler").stat().st_mode) == 0o700

    said = [*map(str, ended)]
    assert any("HTTP Request" in each for each in said), "the log was on"
    left = {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}
    kept = {"what was said": "".join(said).encode(), "the journal": dumped(journal), **left}
    assert b"as planned" in kept["the journal"], "the bodies are there"
    found = [(name, s) for name, data in kept.items() for s in SECRETS if s.encode() in data]
    assert found == []


def modes(root: Path) -> dict[str, int]:
    """Return the permissions of every file that is not the user's own."""
    theirs = {"reconciler.yaml", "a.json", "b.json"}
    files = [p for p in root.rglob("*") if p.is_file() and p.name not in theirs]
    return {p.name: stat.S_IMODE(p.stat().st_mode) for p in files}


def dumped(url: str) -> bytes:
    """Return every row of every table of the journal's database."""
    engine = create_engine(url)
    with engine.connect() as db:
        names = inspect(db).get_table_names()
        rows = [db.execute(text(f'SELECT * FROM "{n}"')).all() for n in names]  # noqa: S608
    engine.dispose()
    assert names
    return repr(rows).encode()
