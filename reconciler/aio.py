"""The Python API, to be awaited; `reconciler` has the same functions for where no loop runs.

They do what the commands do, through the same functions of `reconciler.app`. They print nothing,
ask nobody and handle no signal. Between requests they compute on the loop's thread, for seconds
where manifests are very large. What they raise is a ReconcilerError (`reconciler.errors` draws the
tree), whose `hint` says what helps, in commands of a shell in the project's directory.
"""

import asyncio
import logging
import os
from asyncio import to_thread
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Literal, TypeVar

from reconciler.app.apply.run import send_saved
from reconciler.app.desired import desired_of, labels_of
from reconciler.app.drift import DriftRequest, detect_drift
from reconciler.app.git import CommitManifests, read_commit
from reconciler.app.plan import plan_now
from reconciler.app.plan_options import PlanSettings
from reconciler.app.progress import NoProgress
from reconciler.app.project import read_project
from reconciler.app.selection import Selection
from reconciler.applying.context import ApplyOptions
from reconciler.applying.stop import Stop
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReconcilerError, WrongUsage
from reconciler.manifest.load import Loaded, Manifest, load_project_manifests
from reconciler.manifest.project.bindings import binding_faults
from reconciler.manifest.project.file import PROJECT_FILE
from reconciler.manifest.project.model import BackendKind
from reconciler.manifest.project.model import Project as ProjectFile
from reconciler.model.policy import Risk
from reconciler.outcome.events import Emit, Event
from reconciler.outcome.results import ApplyReport
from reconciler.outcome.retries import Traffic
from reconciler.outcome.unexpected_answers import UnexpectedAnswers
from reconciler.planning.drift.report import DriftReport
from reconciler.planning.plan import Plan
from reconciler.value import Value

__all__ = ["apply", "drift", "load", "plan"]

T = TypeVar("T")

# What is logged is for handlers of the caller's, and not for standard error without any.
logging.getLogger("reconciler").addHandler(logging.NullHandler())

# No guard of infinitely many, no wait without an end.
_MOST = 1_000_000_000


class Project(Value):
    """A project in one environment, with its manifests as they were when it was loaded."""

    project_file: ProjectFile
    loaded: Loaded

    def __repr__(self) -> str:
        """Return where it is, and what it has."""
        return f"<Project {self.root} in {self.environment}: {', '.join(self.sources)}>"

    @property
    def root(self) -> Path:
        """The absolute directory of the project file."""
        return self.project_file.root

    @property
    def environment(self) -> str:
        """The name of the environment."""
        return self.project_file.environment.name

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources that have a manifest, sorted, also of those in error."""
        return tuple(sorted(labels_of(self.loaded)))

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """The manifests without errors, by `source`: each with its `labels` and its `file`."""
        return self.loaded.manifests

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What `reconciler validate` finds: `severity`, `code`, `text`, `hint`, `file`, `line`."""
        return (*binding_faults(self.project_file, self.loaded), *self.loaded.diagnostics)


async def load(
    path: str | os.PathLike[str] = ".",
    *,
    environment: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> Project:
    """Read the project in the directory *path* and its manifests, offline.

    *environment* is one of the project file, by default its default. *variables* are for `${NAME}`
    in it, by default those of the process; each is filled in when it is needed. Faults of manifests
    are `diagnostics` of the project.

    Raises WrongUsage if there is no such environment, ManifestError with every fault of the
    project file, and ReconcilerError where there is no `reconciler.yaml`: by name
    (`environment="local"`) the emulator in process takes its place.

    >>> project = load("assets")
    >>> project.environment, project.sources
    ('local', ('disks', 'people'))
    >>> project.diagnostics
    ()
    """
    known = os.environ if variables is None else variables
    return await to_thread(_loaded, Path(path), environment, known)


async def plan(
    project: Project,
    *sources: str,
    base: str | None = None,
    allow_residual: bool = False,
    accept_loss: Mapping[str, int] | None = None,
    resend_write_only: bool = False,
    max_changes: int | None = None,
    max_change_percent: float | None = None,
    max_risk: Literal["none", "review", "data"] | None = None,
    parallelism: int = 10,
) -> Plan:
    """Read live of *sources*, names or globs, of all without any, and return what to send, and why.

    Options are those of `reconciler plan`: a limit (`max_…`, in changes, percent and risk)
    overrides that of the project's policy. *accept_loss* has, by the address of a deletion, how
    many objects or values it may lose. Changes are attributed against the commit *base*, by default
    against the last apply. At most *parallelism* sources are read at once.

    A source that cannot be read makes the plan `errored`, with the reason in its `diagnostics`;
    what cannot be sent makes it `blocked` (plans.md).

    Raises ManifestError with every diagnostic if a selected manifest or binding is in error,
    WrongUsage for a name that no source has or a number out of bounds, and ReconcilerError if git
    does not have *base*.

    >>> made = plan(load("assets"), "disks")
    >>> made.has_changes, made.blocked, made.errored
    (True, False, False)
    >>> [(source.source, str(source.action)) for source in made.sources]
    [('disks', 'create')]
    >>> made.summary.add, made.summary.risk_data
    (3, 0)
    """
    _check_selection("plan", project, sources)
    _check(1, parallelism=parallelism)
    _check(0, max_changes=max_changes, max_change_percent=max_change_percent)
    _check(0, **(accept_loss or {}))
    if max_risk is not None and max_risk not in [*Risk]:
        raise WrongUsage(f"max_risk is {max_risk!r}: it is one of {', '.join(Risk)}")
    how = PlanSettings(
        parallelism=parallelism,
        allow_residual=allow_residual,
        accept_loss=accept_loss or {},
        resend_write_only=resend_write_only,
        max_changes=max_changes,
        max_change_percent=max_change_percent,
        max_risk=max_risk,
    )
    commit = await _commit(project, base)
    desired = desired_of(project.project_file, project.loaded, Selection(names=sources))
    return await plan_now(desired, how, NoProgress(), commit)


async def apply(
    project: Project,
    plan: Plan,
    *,
    on_event: Callable[[Event], None] | None = None,
    fail_fast: bool = False,
    timeout: float = 600.0,  # noqa: ASYNC109 - for a source, and what was sent is followed
    lock_timeout: float = 60.0,
    parallelism: int = 10,
) -> ApplyReport:
    """Send what *plan* holds, byte for byte, and return how it ended; passing it is the approval.

    Before a source is sent, live, its binding and its manifest on disk are compared with what the
    plan was made from: it is `stale` if what matters has changed. Nothing that is blocked is sent.
    *on_event* is called with each event of the run (the classes of `reconciler.outcome.events`);
    what it raises is raised when the run has ended. With *fail_fast* nothing new starts once a
    source failed. *timeout* are the seconds for one source, *lock_timeout* those for which one is
    waited for that another run is applying to. At most *parallelism* sources are sent at once.

    What goes wrong for one source is in its result and keeps no other from being sent. A run that
    is cancelled, or interrupted by Ctrl-C, starts nothing new and follows what was sent for at most
    30 seconds; the second time it ends at once. The journal has what became of it, also if the
    process is killed: `reconciler apply --resume` goes on.

    Raises WrongUsage for a plan of another environment, StalePlan if a source is bound elsewhere,
    PlanError if the plan is errored or was made offline, JournalError if the journal cannot be
    written.

    >>> project = load("assets")
    >>> report = apply(project, plan(project))
    >>> str(report.ending), [(each.source, str(each.outcome)) for each in report.results]
    ('done', [('disks', 'done'), ('people', 'done')])
    >>> plan(project).has_changes
    False
    """
    _check_project("apply", project)
    check_plan("apply", plan)
    _check(1, parallelism=parallelism)
    _check(0, timeout=timeout, lock_timeout=lock_timeout)
    options = ApplyOptions(
        parallelism=parallelism, fail_fast=fail_fast, timeout=timeout, lock_timeout=lock_timeout
    )
    listener = _Listener(on_event or (lambda _: None))
    work = send_saved(project.project_file, plan, options, listener)
    report = await _stoppable(work, listener.stop)
    return listener.emit.counted(report)


async def drift(
    project: Project, *sources: str, base: str | None = None, parallelism: int = 10
) -> DriftReport:
    """Read live of *sources*, as `plan` does, and return what changed in it outside of git.

    What counts is what changed since the last apply, or differs from the commit *base*. A
    source that cannot be read, or whose manifest is in error, has an `error` in the report, which
    is then `errored`.

    Raises what `plan` raises.

    >>> project = load("assets")
    >>> ended = apply(project, plan(project))
    >>> report = drift(project)
    >>> report.alarms, report.errored, [each.source for each in report.sources]
    (False, False, ['disks', 'people'])
    """
    _check_selection("drift", project, sources)
    _check(1, parallelism=parallelism)
    request = DriftRequest(selection=Selection(names=sources), parallelism=parallelism)
    commit = await _commit(project, base)
    run = await detect_drift(project.project_file, project.loaded, request, NoProgress(), commit)
    return run.report


class _Listener:
    """Passes the events of a run on to the caller."""

    def __init__(self, on_event: Emit) -> None:
        self.emit = Traffic(on_event)
        self.on_pause = self.emit.on_pause
        self.unexpected = UnexpectedAnswers()
        self.stop = Stop()

    def watched(self) -> AbstractContextManager[Stop]:
        return nullcontext(self.stop)


async def _stoppable(work: Coroutine[Any, Any, T], stop: Stop) -> T:
    """Return the result of *work*; a cancellation of the caller requests the next stage of *stop*.

    The caller is cancelled once *work* has ended.
    """

    async def to_its_end() -> T:
        try:
            return await work
        except KeyboardInterrupt as stopped:  # before it began; it would end the caller's loop
            raise asyncio.CancelledError from stopped

    run, cancelled = asyncio.create_task(to_its_end()), None
    while not run.done():
        try:
            await asyncio.wait({run})
        except asyncio.CancelledError as error:
            cancelled = error
            stop.request()
    if cancelled is None:
        return run.result()
    raise cancelled from None if run.cancelled() else run.exception()


def _loaded(directory: Path, environment: str | None, variables: Mapping[str, str]) -> Project:
    directory = directory.absolute()  # whatever the working directory is later
    if not directory.is_dir():
        is_there = directory.exists()
        fault = "is no directory" if is_there else "does not exist"
        raise ReconcilerError(
            f"{directory} {fault}: load() takes the directory of {PROJECT_FILE}",
            hint=f"load({str(directory.parent)!r})" if is_there else None,
        )
    found = read_project(directory, environment=environment, variables=variables)
    if found.path is None and environment is None:
        raise ReconcilerError(
            f"there is no {PROJECT_FILE} in {directory}",
            hint=f'for the emulator in process: environment="{found.environment.name}"',
        )
    if found.environment.backend is BackendKind.REPLAY:
        raise WrongUsage("a recording is replayed by the commands only")
    return Project(project_file=found, loaded=load_project_manifests(found))


async def _commit(project: Project, base: str | None) -> CommitManifests | None:
    return None if base is None else await to_thread(read_commit, project.project_file, base)


def _check_selection(name: str, project: object, sources: tuple[object, ...]) -> None:
    """Raise WrongUsage if *project* is none, or one of *sources* is no name."""
    _check_project(name, project)
    for each in sources:
        if not isinstance(each, str):
            raise WrongUsage(
                f"a source is a name, and {_kind(each)} was passed",
                hint=f'{name}(project, "laptops", "people"), or {name}(project, *names)',
            )


def _check_project(name: str, project: object) -> None:
    if not isinstance(project, Project):
        raise WrongUsage(
            f"{name}() takes a project that load() returned, and {_kind(project)} was passed",
            hint=f'project = load("assets"), then {name}(project, …)',
        )


def check_plan(name: str, plan: object) -> None:
    """Raise WrongUsage if the *plan* that is passed to the function *name* is none."""
    if not isinstance(plan, Plan):
        raise WrongUsage(
            f"{name}() takes a plan that plan() or read_plan() returned, "
            f"and {_kind(plan)} was passed",
            hint='made = plan(project), or made = read_plan("plan.json")',
        )


def _kind(passed: object) -> str:
    return f"a {type(passed).__name__}"


def _check(least: float, /, **numbers: float | None) -> None:
    """Raise WrongUsage for a number that is not from *least* to a billion, or is none."""
    for name, number in numbers.items():
        if number is not None and not least <= number <= _MOST:
            raise WrongUsage(f"{name} is {number}: it is from {least:g} to {_MOST:,}")
