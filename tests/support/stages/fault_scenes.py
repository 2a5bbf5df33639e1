"""The operations of the backend, each in a scene into which a fault of the emulator can come.

The operations of the mapping are run by apply, on virtual time; the others are called as
they are.
"""

import functools
import re
import sys
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx

from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.run_codes import of_report
from reconciler.errors import BackendError
from reconciler.model.canonical import digest
from reconciler.model.normalise import normalise
from reconciler.model.source import ConfigStatus, SourceRef
from reconciler.model.wire import write_document
from reconciler.outcome.events import ReadingBack
from reconciler.outcome.results import Outcome
from reconciler.planning.plan import Plan
from reconciler.semantics.operations import ApiOperation
from reconciler.value import replace
from tests.support.documents.site_document import document, set_attribute, set_type
from tests.support.stages.applying import Stage, source

BEFORE = document()
AFTER = document(
    set_type("drive", description="A disk"), set_attribute("os-name", description="Of the system")
)
# No fault of the emulator: nobody listens.
REFUSED_CONNECTION = "refused-connection"


class End(StrEnum):
    """How an operation ended; the words of the journal."""

    DONE = "done"
    FAILED = "failed"
    NOT_CONVERGED = "not-converged"
    STALE = "stale"
    UNKNOWN = "unknown"


class Live(StrEnum):
    """What live truly was at last, with all faults gone."""

    AS_BEFORE = "as before"
    AS_PLANNED = "as planned"
    NEITHER = "neither"


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """How it ended, how often the emulator saw the write (of a read: None), and the exit code."""

    end: End
    writes: int | None
    outcome: Outcome | None = None
    exit: ExitCode | None = None
    remaining: int = 0
    shown: bool = True
    live: Live | None = None


class Door(httpx.AsyncBaseTransport):
    """The way to the emulator, at which connections for one operation can be refused."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._refused: tuple[str, re.Pattern[str]] | None = None
        self._left = 0

    def open(self) -> None:
        self._left = 0

    def refuse(self, operation: ApiOperation, *, always: bool) -> None:
        method, path = operation.method, operation.path
        self._refused = method, re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$")
        self._left = sys.maxsize if always else 1

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._left and self._refused:
            method, path = self._refused
            if request.method == method and path.search(request.url.path):
                self._left -= 1
                raise httpx.ConnectError("refused", request=request)
        return await self._inner.handle_async_request(request)


class MatrixStage(Stage):
    """A stage that keeps what the direct calls need: an execution and a container token."""

    execution: Any = None
    token: str = ""

    def __init__(self, directory: Path, **options: Any) -> None:
        super().__init__(directory, **options)
        self.door = Door(self.transport)
        self.transport = self.door


Scene = Callable[[MatrixStage, Callable[[], None]], Observed]


# What apply does, and when the fault comes up.


@functools.cache
def plans() -> tuple[Plan, Plan, str]:
    """Return the plans of a create and of the update after it, and the digest of live after both.

    They are the same in every cell.
    """
    with (
        tempfile.TemporaryDirectory(prefix="reconciler-") as directory,
        MatrixStage(Path(directory)) as on,
    ):
        create = on.plan(a=BEFORE)
        on.behind_our_back(a=BEFORE)
        update = on.plan(a=AFTER)
        on.behind_our_back(a=AFTER)
        return create, update, on.run(digest_of_live(on))


def creating(on: MatrixStage, arm: Callable[[], None]) -> Observed:
    create, update, _ = plans()
    arm()
    return applied(on, create, ApiOperation.PUT_MAPPING, digest(update.sources[0].evidence.live))


def updating(on: MatrixStage, arm: Callable[[], None]) -> Observed:
    _, update, after = plans()
    on.run(configure(on))
    arm()
    return applied(on, update, ApiOperation.PATCH_MAPPING, after)


async def configure(on: MatrixStage) -> None:
    """Bring live to what the create's plan holds, synchronously."""
    operation = plans()[0].sources[0].operation
    assert operation is not None
    await on.backend().submit(source("a"), replace(operation, query={}))


def when_read_back(scene: Scene) -> Scene:
    def late(on: MatrixStage, arm: Callable[[], None]) -> Observed:
        on.on_event.append(lambda event: arm() if isinstance(event, ReadingBack) else None)
        return scene(on, lambda: None)

    return late


async def digest_of_live(on: MatrixStage) -> str:
    """Return the digest of live once all has ended and nothing is wrong any more."""
    on.app.state.faults.clear()
    on.door.open()
    for _ in range(2):
        status = await on.backend().config_status(source("a"))
    if status is ConfigStatus.MISSING_MAPPING:
        return digest(None)
    live = normalise(await on.backend().schema_and_mapping(source("a")))
    return digest(write_document(live.document))


def applied(on: MatrixStage, plan: Plan, write: ApiOperation, planned: str) -> Observed:
    report = on.apply(plan, timeout=60.0)
    (result,) = report.results
    before = digest(plan.sources[0].evidence.live)
    live = {before: Live.AS_BEFORE, planned: Live.AS_PLANNED}
    return Observed(
        end=End(on.recorded()["a"].state),
        outcome=result.outcome,
        writes=on.requests()[write],
        exit=of_report(report),
        remaining=len(result.remaining),
        shown=bool(getattr(result.error, "raw", None)),
        live=live.get(on.run(digest_of_live(on)), Live.NEITHER),
    )


# The operations that apply does not use, called as they are.


def called(
    call: Callable[[MatrixStage], Coroutine[Any, Any, Any]], write: ApiOperation | None
) -> Scene:
    def scene(on: MatrixStage, arm: Callable[[], None]) -> Observed:
        # Made beforehand: it has a loop of its own.
        plans()
        return on.run(ingesting(on, arm))

    async def ingesting(on: MatrixStage, arm: Callable[[], None]) -> Observed:
        await configure(on)
        backend = on.backend()
        if write is not ApiOperation.START_EXECUTION:
            on.execution = await backend.start_execution(source("a"))
        on.token = await backend.issue_token(source("a"))
        before = (await on.asked())[write] if write else 0
        arm()
        try:
            await call(on)
        except BackendError as error:
            end = End.UNKNOWN if error.sent else End.FAILED
        else:
            end = End.DONE
        return Observed(end=end, writes=(await on.asked())[write] - before if write else None)

    return scene


class Group(StrEnum):
    """What decides how a fault ends: what kind of operation it happens to."""

    MAPPING = "write of the mapping"
    PROGRESS = "progress"
    CHECK = "read before sending"
    READ_BACK = "read back"
    READ = "read"
    WRITE = "other write"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One operation of the backend in one scene."""

    operation: ApiOperation
    group: Group
    scene: Scene


ROWS = {
    "submit, PUT": Row(
        operation=ApiOperation.PUT_MAPPING, group=Group.MAPPING, scene=creating),
    "submit, PATCH": Row(
        operation=ApiOperation.PATCH_MAPPING, group=Group.MAPPING, scene=updating),
    "progress of a PUT": Row(
        operation=ApiOperation.GET_PROGRESS, group=Group.PROGRESS, scene=creating),
    "progress of a PATCH": Row(
        operation=ApiOperation.GET_PROGRESS, group=Group.PROGRESS, scene=updating),
    "config_status before a PUT": Row(
        operation=ApiOperation.GET_CONFIGSTATUS, group=Group.CHECK, scene=creating),
    "config_status before a PATCH": Row(
        operation=ApiOperation.GET_CONFIGSTATUS, group=Group.CHECK, scene=updating),
    "schema_and_mapping before a PUT": Row(
        operation=ApiOperation.GET_SCHEMA_AND_MAPPING, group=Group.CHECK, scene=creating),
    "schema_and_mapping before a PATCH": Row(
        operation=ApiOperation.GET_SCHEMA_AND_MAPPING, group=Group.CHECK, scene=updating),
    "config_status after a PUT": Row(
        operation=ApiOperation.GET_CONFIGSTATUS, group=Group.READ_BACK,
        scene=when_read_back(creating)),
    "schema_and_mapping after a PUT": Row(
        operation=ApiOperation.GET_SCHEMA_AND_MAPPING, group=Group.READ_BACK,
        scene=when_read_back(creating)),
    "schema_and_mapping after a PATCH": Row(
        operation=ApiOperation.GET_SCHEMA_AND_MAPPING, group=Group.READ_BACK,
        scene=when_read_back(updating)),
    "discover": Row(
        operation=ApiOperation.GET_INFO, group=Group.READ,
        scene=called(
            lambda on: on.backend(on.token).discover(
                SourceRef(name="a", import_source_id=None, workspace_id=None)), None)),
    "describe": Row(
        operation=ApiOperation.GET_SOURCE, group=Group.READ,
        scene=called(lambda on: on.backend().describe(source("a")), None)),
    "execution_status": Row(
        operation=ApiOperation.GET_EXECUTION_STATUS, group=Group.READ,
        scene=called(
            lambda on: on.backend().execution_status(source("a"), on.execution), None)),
    "latest_execution": Row(
        operation=ApiOperation.GET_LATEST_EXECUTION, group=Group.READ,
        scene=called(lambda on: on.backend().latest_execution(source("a")), None)),
    "start_execution": Row(
        operation=ApiOperation.START_EXECUTION, group=Group.WRITE,
        scene=called(
            lambda on: on.backend().start_execution(source("a")), ApiOperation.START_EXECUTION)),
    "submit_progress": Row(
        operation=ApiOperation.PUT_PROGRESS, group=Group.WRITE,
        scene=called(
            lambda on: on.backend().submit_progress(
                source("a"), on.execution, {"steps": {"total": 1, "current": 1}}),
            ApiOperation.PUT_PROGRESS)),
    "submit_data": Row(
        operation=ApiOperation.POST_DATA, group=Group.WRITE,
        scene=called(
            lambda on: on.backend().submit_data(source("a"), on.execution, {"data": {}}),
            ApiOperation.POST_DATA)),
    "cancel_execution": Row(
        operation=ApiOperation.CANCEL_EXECUTION, group=Group.WRITE,
        scene=called(
            lambda on: on.backend().cancel_execution(source("a"), on.execution),
            ApiOperation.CANCEL_EXECUTION)),
    "issue_token": Row(
        operation=ApiOperation.CREATE_TOKEN, group=Group.WRITE,
        scene=called(
            lambda on: on.backend().issue_token(source("a")), ApiOperation.CREATE_TOKEN)),
}  # fmt: skip
