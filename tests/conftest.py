"""What every test may count on: a clean environment, and the servers that it asks for.

The laws of tests/property are tried on few examples here, the same ones on every machine. Many
more, drawn at random, are tried by `make soak`, which prints the seed that draws them again; what
it finds becomes an explicit example. A failure prints the blob that
`@reproduce_failure` runs it again with.
"""

import gc
import itertools
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import pytest
from hypothesis import HealthCheck, settings

from reconciler.journal.database import Database
from tests.support import unclosed

if TYPE_CHECKING:
    from selenium.webdriver.chrome.webdriver import WebDriver

    from tests.support.stages.cli_project import Desk

# Every client reads the authorities that it trusts: 30 ms for a real list of them, and no server
# of the tests has a certificate.
os.environ["SSL_CERT_FILE"] = str(Path(__file__).parent / "support" / "authority.pem")

# A disk takes 10 ms to keep a commit, and here are thousands: no test outlives a power cut. Memory
# that runs programs and has room for all will do, unless somebody chose a place.
_MEMORY = Path("/dev/shm")  # noqa: S108 - each test makes a directory of its own there
_ROOM = 4 << 30
if "TMPDIR" not in os.environ and _MEMORY.is_dir():
    _kept = os.statvfs(_MEMORY)
    if _kept.f_bavail * _kept.f_frsize >= _ROOM and not _kept.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"], tempfile.tempdir = str(_MEMORY), None

# What runs in the background of a shell ignores Ctrl-C, and so would each program that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

unclosed.watch()

settings.register_profile(
    "suite",
    settings.get_profile("default"),
    deadline=None,
    print_blob=True,
    max_examples=30,
    derandomize=True,
    database=None,
    # How long a draw takes is the machine's doing.
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "soak", settings.get_profile("suite"), max_examples=500, derandomize=False, database=None
)
settings.load_profile("suite")


# Thousands of tests are made, and none is garbage: a tenth of all work was to look for some.
gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits longest: at the end nobody would work beside it."""
    items.sort(key=lambda item: item.path.name != "test_site.py")


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the variables of the machine that it runs on."""
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> "Desk":
    """A project of two manifests, which is the working directory; nothing is live."""
    from tests.support.stages.cli_project import make_desk  # noqa: PLC0415

    return make_desk(tmp_path, monkeypatch, capsys)


_SCHEMAS = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """The socket of a PostgreSQL server; the test is skipped where none is installed."""
    from tests.support.processes import postgres  # noqa: PLC0415 - only where it is asked for

    if postgres.programs() is None:
        reason = "PostgreSQL's server programs are not installed"
        if os.environ.get(postgres.REQUIRED):
            pytest.fail(f"{reason}, and {postgres.REQUIRED} is set")
        pytest.skip(reason)
    with postgres.server() as socket:
        yield socket


@pytest.fixture(params=Database)
def journal_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty journal, on each kind of database."""
    database: Database = request.param
    match database:
        case Database.SQLITE:
            return f"sqlite:///{tmp_path / 'new' / 'journal.db'}"
        case Database.POSTGRESQL:
            from tests.support.processes.postgres import new_schema  # noqa: PLC0415

            return new_schema(request.getfixturevalue("postgres"), f"test_{next(_SCHEMAS)}")
        case _:
            assert_never(database)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[WebDriver]":
    """A headless Chromium; the test is skipped where none is installed."""
    from tests.support.processes import chromium  # noqa: PLC0415 - only where it is asked for

    if not chromium.is_installed():
        reason = "chromium and chromedriver are not installed"
        if os.environ.get(chromium.REQUIRED):
            pytest.fail(f"{reason}, and {chromium.REQUIRED} is set")
        pytest.skip(reason)
    with chromium.session(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver
