"""`reconciler` in a process that kills itself at one transition of its journal.

    python -m tests.support.processes.crash_runner TRANSITION:MOMENT:NTH ARGUMENT...

MOMENT is `before` (all is written, nothing committed) or `after` (durable, and nothing
done since). Without a kill it is `reconciler` and nothing else. `forked` runs either in a
process that has the program loaded, for tests that need hundreds of them.
"""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from multiprocessing import forkserver
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, ClassVar, Self

from sqlalchemy import Engine, event

from reconciler.applying import settle
from reconciler.cli import main
from reconciler.journal import runs
from tests.support.paths import ROOT

TRANSITIONS = ("begin", "intend", "accept", "put_back", "end", "finish")
MOMENTS = ("before", "after")
LIMIT_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Kill:
    """Where the process dies: at the *nth* time that *transition* is written."""

    transition: str
    moment: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.transition}:{self.moment}:{self.nth}"

    @classmethod
    def parse(cls, text: str) -> Self:
        transition, moment, nth = text.split(":")
        return cls(transition=transition, moment=moment, nth=int(nth))


def die(*_: object) -> None:
    """End as a power cut would: no handler runs, nothing is flushed or given back."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingJournal(runs.Journal):
    """The journal, but for one transition that the process does not survive."""

    kill: ClassVar[Kill]
    times: ClassVar[Iterator[int]] = count(1)

    def begin(self, *args: Any, **options: Any) -> Any:
        return self._at("begin", super().begin, *args, **options)

    def intend(self, *args: Any, **options: Any) -> Any:
        return self._at("intend", super().intend, *args, **options)

    def accept(self, *args: Any, **options: Any) -> Any:
        return self._at("accept", super().accept, *args, **options)

    def put_back(self, *args: Any, **options: Any) -> Any:
        return self._at("put_back", super().put_back, *args, **options)

    def end(self, *args: Any, **options: Any) -> Any:
        return self._at("end", super().end, *args, **options)

    def finish(self, *args: Any, **options: Any) -> Any:
        return self._at("finish", super().finish, *args, **options)

    def _at(self, transition: str, do: Callable[..., Any], *args: Any, **options: Any) -> Any:
        # Sources are written side by side, each in a thread of its own.
        is_last = transition == self.kill.transition and next(self.times) == self.kill.nth
        if is_last and self.kill.moment == "before":
            event.listen(Engine, "commit", die)
        done = do(*args, **options)
        if is_last:
            die()
        return done


def arm(kill: Kill) -> None:
    """Make the journals of this process die where *kill* says."""
    DyingJournal.kill = kill
    setattr(runs, runs.Journal.__name__, DyingJournal)


def hasten() -> None:
    """Read live back for half a second instead of ten: the shorter, the more must hold anyway."""
    settle.READ_LAG_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a process ended, and what it wrote."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit code {self.code}\n{self.out}{self.err}"


class Running:
    """A process of `reconciler`, forked from one that has the program loaded."""

    def __init__(
        self, root: Path, *arguments: str, environ: Mapping[str, str], kill: Kill | None = None
    ) -> None:
        """Start it in *root*, with nothing but *environ* as its environment."""
        self._scratch = tempfile.TemporaryDirectory(prefix="reconciler-run-")
        self._files = [Path(self._scratch.name, name) for name in ("out", "err")]
        self._process = fork(_work, arguments, str(root), dict(environ), kill, self._files)

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        with _ONE_AT_A_TIME:
            return self._process.is_alive()

    def said(self) -> str:
        """Return what it has written so far."""
        return "".join(f.read_text(encoding="utf-8") for f in self._files if f.exists())

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for a condition, while the process lives and for a minute at most."""
        limit = time.monotonic() + LIMIT_SECONDS / 2
        while not holds():
            assert self.is_alive, self.said()
            assert time.monotonic() < limit, self.said()
            time.sleep(0.01)

    def send(self, number: signal.Signals) -> None:
        """Send a signal. Raises ProcessLookupError for one that ended: its id may be another's."""
        if self._waited(0):
            raise ProcessLookupError(self.pid)
        os.kill(self.pid, number)

    def ended(self, *, kill_after: float | None = None) -> Ended:
        """Wait for the end, or so many seconds and kill it; return how it was."""
        has_ended = self._waited(LIMIT_SECONDS if kill_after is None else kill_after)
        if not has_ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._waited(LIMIT_SECONDS)
        code = code_of(self._process)
        out, err = (f.read_text(encoding="utf-8") if f.exists() else "" for f in self._files)
        self._process.close()
        self._scratch.cleanup()
        assert code is not None, "it outlived SIGKILL"
        assert has_ended or kill_after is not None, f"it did not end:\n{out}{err}"
        return Ended(code=code, out=out, err=err)

    def _waited(self, seconds: float) -> bool:
        """Wait for the end without taking its code: whether it came in time."""
        return bool(wait([self._process.sentinel], seconds))


def forked(
    root: Path, *arguments: str, environ: Mapping[str, str], kill: Kill | None = None
) -> Ended:
    """Run `reconciler` to its end in a forked process."""
    return Running(root, *arguments, environ=environ, kill=kill).ended()


def spawned(
    root: Path, *arguments: str, environ: Mapping[str, str], kill: Kill | None = None
) -> Ended:
    """Run `reconciler` to its end as a shell would, from nothing."""
    program = [__name__, str(kill)] if kill else ["reconciler"]
    ended = subprocess.run(
        [sys.executable, "-m", *program, *arguments],
        cwd=root,
        env={**environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    return Ended(code=ended.returncode, out=ended.stdout, err=ended.stderr)


def fork(target: Callable[..., None], *arguments: Any) -> ForkServerProcess:
    """Start *target* in a process forked from one that has the program loaded."""
    process = _CONTEXT.Process(target=target, args=arguments)
    with _ONE_AT_A_TIME:
        _load_unmeasured()
        process.start()
    return process


def code_of(process: ForkServerProcess) -> int | None:
    """Return the exit code of *process*, None while it runs."""
    with _ONE_AT_A_TIME:
        return process.exitcode


def become(arguments: Sequence[str], root: str, environ: Mapping[str, str]) -> None:
    """Be `reconciler` in *root*, with the outputs that this process has by now."""
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(root)
    sys.stdout, sys.stderr = (os.fdopen(n, "w", encoding="utf-8", buffering=1) for n in (1, 2))
    sys.argv = ["reconciler", *arguments]
    main()


def _work(
    arguments: tuple[str, ...],
    root: str,
    environ: Mapping[str, str],
    kill: Kill | None,
    files: list[Path],
) -> None:
    for number, path in enumerate(files, start=1):
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        os.dup2(descriptor, number)
    if kill:
        arm(kill)
    hasten()
    become(arguments, root, environ)


def _load_unmeasured() -> None:
    """Start the process to fork from, if there is none: one whose coverage nobody measures.

    What the forked ones run is measured elsewhere; here it would more than double the time.
    """
    before = dict(os.environ)
    for name in before:
        if name.startswith("COVERAGE_"):
            del os.environ[name]
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)


# Starting a process asks after all others, and the code of each can be taken by one thread only.
_ONE_AT_A_TIME = threading.Lock()
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "anyio._backends._asyncio",
        "certifi",
        "deepdiff",
        "encodings.idna",
        "encodings.utf_8_sig",
        "httpcore",
        "importlib.readers",
        "jinja2",
        "jsonschema_rs",
        "psycopg",
        "pytest",
        "reconciler.journal.runs",
        "reconciler.app.output_files",
        "reconciler.assets.client",
        "reconciler.assets.embedded",
        "reconciler.cli.usage.apply",
        "reconciler.cli.commands.apply",
        "reconciler.cli.commands.comment",
        "reconciler.cli.commands.drift",
        "reconciler.cli.commands.emulator",
        "reconciler.cli.commands.history",
        "reconciler.cli.commands.ingest.run",
        "reconciler.cli.commands.issue",
        "reconciler.cli.log",
        "reconciler.cli.commands.merge",
        "reconciler.cli.commands.plan",
        "reconciler.cli.commands.pull",
        "reconciler.cli.commands.show",
        "reconciler.cli.commands.status",
        "reconciler.cli.commands.unlock",
        "reconciler.cli.commands.validate",
        "reconciler.forges.kinds",
        "reconciler.forges.trackers",
        "reconciler.planning.verification",
        "reconciler.render.ci.drift",
        "reconciler.render.ci.github",
        "reconciler.render.ci.junit",
        "reconciler.render.ci.sarif",
        "reconciler.render.html.plan",
        "reconciler.render.plan.json",
        "ryaml",
        "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite.pysqlite",
        "uvicorn.lifespan.on",
        "yaml",
        "tests.support.processes.schema_crash",
        "tests.support.processes.frozen",
    ]
)

if __name__ == "__main__":
    arm(Kill.parse(sys.argv[1]))
    sys.argv[1:] = sys.argv[2:]
    main()
