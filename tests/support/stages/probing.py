"""A probe of a source of a stage, whose time never waits."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reconciler.probe.bodies import Bodies
from reconciler.probe.run import check_empty, object_schema_of, probe
from reconciler.probe.session import Session
from reconciler.semantics.questions import Profile, Question
from tests.support.stages.applying import Stage, source
from tests.support.stages.schema_operations import schema_backend

Outcomes = Mapping[Question, str]
TAG = "0123ab"


def probed(
    on: Stage, *, schemas: bool = True, tag: str = TAG, name: str = "s"
) -> tuple[Session, str | None]:
    """Probe the source *name*; return the session, and why it ended early, if so."""

    async def run() -> tuple[Session, str | None]:
        session = await begun(on, schemas=schemas, tag=tag, name=name)
        return session, await probe(session)

    return on.run(run())


async def begun(on: Stage, *, schemas: bool = True, tag: str = TAG, name: str = "s") -> Session:
    """Return a session that has sent nothing, of a source that was seen to be empty."""
    backend, object_schemas = on.backend(), schema_backend(on) if schemas else None
    ref = source(name)
    schema = await object_schema_of(backend, object_schemas, ref)
    session = Session(
        backend=backend,
        object_schemas=object_schemas,
        ref=ref,
        bodies=Bodies(tag=tag, schema=schema.name) if schema else Bodies(tag=tag),
        clock=on.ports(lambda _: None).clock,
        tell=lambda _: None,
        schema=schema,
    )
    await check_empty(session)
    return session


def outcomes(session: Session) -> dict[Question, str]:
    """Return what a session found."""
    return {q: f.outcome for q, f in session.findings.items() if f.outcome is not None}


def learned(profile: Profile, *, schemas: bool = True, **options: Any) -> dict[Question, str]:
    """Return what a probe finds of an emulator with *profile*."""
    with TemporaryDirectory() as folder, Stage(Path(folder), profile=profile, **options) as on:
        session, ended = probed(on, schemas=schemas)
        assert ended is None
        return outcomes(session)
