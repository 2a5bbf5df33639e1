"""The Python API does what the commands do, and leaves the process that calls it alone."""

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.pretty import pretty_repr

import reconciler
from reconciler import aio, errors, sync
from reconciler.outcome.events import ApplyEnded, Event, Sending, SourceEnded
from reconciler.value import replace
from tests.support.paths import ROOT
from tests.support.stages.cli_project import PROJECT, Desk


def test_importing_it_imports_nothing_until_something_is_named() -> None:
    probe = "import sys, reconciler; print(*(m for m in sys.modules if m.startswith('reconciler')))"
    run = subprocess.run(
        [sys.executable, "-c", probe],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["reconciler"]


def test_every_name_is_there_and_no_other() -> None:
    assert {*reconciler.__all__} == {*sync.__all__, "aio", "errors"}
    assert {*reconciler.__all__} <= {*dir(reconciler)}
    assert all(getattr(reconciler, name) is not None for name in reconciler.__all__)
    with pytest.raises(AttributeError, match="no attribute 'resume'"):
        _ = reconciler.resume  # type: ignore[attr-defined] # there is none


def test_it_plans_applies_and_finds_drift_as_the_commands_do(desk: Desk) -> None:
    planned = reconciler.plan(reconciler.load())
    shown = json.loads(desk("plan", "--format", "json").out)
    assert (planned.digest, planned.blocked) == (shown["digest"], shown["blocked"])
    assert desk("plan", "-o", "plan.json").code == 0
    seen: list[Event] = []
    report = reconciler.apply(
        reconciler.load(), reconciler.read_plan("plan.json"), on_event=seen.append
    )
    assert seen[-1] == ApplyEnded(report=report)
    ended = {e.result.source: e.result for e in seen if isinstance(e, SourceEnded)}
    assert ended == {each.source: each for each in report.results}
    assert desk("plan", "--detailed-exitcode").code == 0
    desk.edit("disks.yaml", "A drive", "A hard drive")
    reconciler.save_plan(reconciler.plan(reconciler.load(), "d*"), Path("saved.json"))
    assert desk("apply", "saved.json").code == 0
    assert not reconciler.drift(reconciler.load()).alarms
    assert not reconciler.drift(reconciler.load(), "people").drifted


def test_where_a_loop_runs_it_is_awaited(desk: Desk) -> None:
    async def work() -> str:
        with pytest.raises(errors.WrongUsage, match="would block the event loop") as refused:
            reconciler.load()
        assert refused.value.hint == "await reconciler.aio.load(…)"
        project = await aio.load(desk.root)
        report = await aio.apply(project, await aio.plan(project, "disks"))
        assert [each.source for each in (await aio.drift(project)).sources] == ["disks", "people"]
        return report.ending

    assert asyncio.run(work()) == "done"


def test_it_leaves_streams_signals_and_the_collector_as_they_are(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a thread, where no signal could be handled, and from whatever directory."""
    project = reconciler.load(desk.root.relative_to(Path.cwd()))
    monkeypatch.chdir("/")
    frozen = gc.get_freeze_count()
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    during: list[object] = []

    def listen(_: Event) -> None:
        during[:] = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    def work() -> None:
        reconciler.apply(project, reconciler.plan(project), on_event=listen)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert during == before
    assert not reconciler.plan(project).has_changes
    assert gc.get_freeze_count() == frozen
    assert desk.capture.readouterr() == ("", "")


def test_variables_are_those_that_are_given_and_are_shown_nowhere(desk: Desk) -> None:
    with pytest.raises(errors.ManifestError) as missing:
        reconciler.plan(reconciler.load(environment="production", variables={}), "disks")
    assert "UNSET_WORKSPACE_ID" in str(missing.value.diagnostics)
    given = {"UNSET_WORKSPACE_ID": "w", "UNSET_TOKEN": "planted-token"}
    project = reconciler.load(desk.root, environment="production", variables=given)
    parts = project, project.project_file, project.loaded
    assert "planted" not in "".join((*map(repr, parts), *map(pretty_repr, parts)))


def test_faults_of_manifests_are_told_by_load_and_end_a_plan(desk: Desk) -> None:
    desk.edit("disks.yaml", "type: text", "type: texd")
    project = reconciler.load()
    assert [(str(d.severity), d.source) for d in project.diagnostics] == [("error", "disks")]
    assert project.sources == ("disks", "people")
    with pytest.raises(errors.ManifestError):
        reconciler.plan(project)
    assert reconciler.plan(project, "people").has_changes
    report = reconciler.drift(project)
    assert report.errored
    assert [each.source for each in report.sources if each.error] == ["disks"]


def project() -> reconciler.Project:
    return reconciler.load()


REFUSED: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "no project": (lambda: reconciler.load("/"), errors.ReconcilerError, "no reconciler.yaml in /"),
    "no directory": (lambda: reconciler.load("nosuch"), errors.ReconcilerError, "does not exist"),
    "a file": (
        lambda: reconciler.load("reconciler.yaml"),
        errors.ReconcilerError,
        "is no directory",
    ),
    "a path, no project": (
        lambda: reconciler.plan("assets"),  # type: ignore[arg-type] # on purpose
        errors.WrongUsage,
        r"plan\(\) takes a project that load\(\) returned, and a str was",
    ),
    "a file, no plan": (
        lambda: reconciler.apply(project(), "plan.json"),  # type: ignore[arg-type] # on purpose
        errors.WrongUsage,
        r"apply\(\) takes a plan that plan\(\) or read_plan\(\) returned",
    ),
    "a list of sources": (
        lambda: reconciler.drift(project(), ["disks"]),  # type: ignore[arg-type] # on purpose
        errors.WrongUsage,
        "a source is a name, and a list was passed",
    ),
    "no file": (
        lambda: reconciler.read_plan("nosuch.json"),
        errors.ManifestError,
        "nosuch.json does not",
    ),
    "no environment": (lambda: reconciler.load(environment="x"), errors.WrongUsage, '"x"'),
    "a recording": (lambda: reconciler.load(environment="old"), errors.WrongUsage, "replayed by"),
    "no source": (lambda: reconciler.plan(project(), "disk"), errors.WrongUsage, "disk"),
    "no lane": (lambda: reconciler.drift(project(), parallelism=0), errors.WrongUsage, "from 1 to"),
    "no guard": (
        lambda: reconciler.plan(project(), max_change_percent=float("nan")),
        errors.WrongUsage,
        "max_change_percent is nan",
    ),
    "no end": (
        lambda: reconciler.apply(project(), reconciler.plan(project()), timeout=float("inf")),
        errors.WrongUsage,
        "timeout is inf",
    ),
    "no risk": (
        lambda: reconciler.plan(project(), max_risk="some"),  # type: ignore[arg-type] # on purpose
        errors.WrongUsage,
        "one of none, review, data",
    ),
    "no commit": (lambda: reconciler.plan(project(), base="x"), errors.ReconcilerError, "git"),
    "no plan": (lambda: reconciler.parse_plan("{}"), errors.PlanFileError, "not a plan"),
    "no JSON": (lambda: reconciler.parse_plan("{"), errors.ManifestError, "JSON"),
    "altered": (
        lambda: reconciler.parse_plan(
            reconciler.dump_plan(reconciler.plan(project())).replace("A drive", "A ride")
        ),
        errors.AlteredPlan,
        "altered",
    ),
    "errored": (
        lambda: reconciler.save_plan(replace(reconciler.plan(project()), errored=True), "x.json"),
        errors.PlanError,
        "made with errors",
    ),
    "elsewhere": (
        lambda: reconciler.apply(
            project(), replace(reconciler.plan(project()), environment="production")
        ),
        errors.WrongUsage,
        'for the environment "production", not "local"',
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_an_error_with_a_sentence(case: str, desk: Desk) -> None:
    desk.write("reconciler.yaml", f"{PROJECT}  old: {{backend: {{replay: old.json}}}}\n")
    desk.write("old.json", "{}")
    work, error, text = REFUSED[case]
    with pytest.raises(error, match=text) as raised:
        work()
    assert isinstance(raised.value, errors.ReconcilerError)
    assert not (desk.root / "x.json").exists()


@pytest.mark.usefixtures("desk")
def test_a_listener_that_raises_ends_no_source() -> None:
    def listen(_: Event) -> None:
        raise LookupError("it is broken")

    with pytest.raises(LookupError, match="it is broken"):
        reconciler.apply(project(), reconciler.plan(project()), on_event=listen)
    assert not reconciler.plan(project()).has_changes


def test_a_run_that_is_cancelled_follows_what_it_sent_and_starts_nothing_new(desk: Desk) -> None:
    seen: list[Event] = []

    async def work() -> None:
        found = await aio.load()
        task = asyncio.current_task()
        assert task is not None

        def cancel(event: Event) -> None:
            seen.append(event)
            if isinstance(event, Sending):
                task.cancel()

        await aio.apply(found, await aio.plan(found), on_event=cancel, parallelism=1)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(work())
    assert isinstance(seen[-1], ApplyEnded)
    assert [str(each.outcome) for each in seen[-1].report.results] == ["done", "not-started"]
    assert desk("apply", "--resume").code == 0
    assert not reconciler.plan(project()).has_changes
