"""Probe an import source: open its backends, hold its lease, and write what was found."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from secrets import token_hex

from reconciler import __version__
from reconciler.app.backends import Backends, backends_of
from reconciler.app.bound_sources import bound_source
from reconciler.app.doctor.redaction import cleaner
from reconciler.app.event_loop import run_async
from reconciler.app.files import check_output, replace_atomically
from reconciler.app.project import journal_of
from reconciler.app.recordings.secrets import secrets_of
from reconciler.applying.clock import Clock
from reconciler.applying.locks import Locks
from reconciler.applying.refresh import identify
from reconciler.backend.requests import Deadline
from reconciler.errors import ReconcilerError
from reconciler.journal.leases import Leases, runner_name, this_runner
from reconciler.manifest.project.bindings import embedded_id
from reconciler.manifest.project.facts import (
    FACTS_FILE,
    FactsFile,
    load_facts,
    site_of,
    with_facts,
)
from reconciler.manifest.project.facts_text import write_facts
from reconciler.manifest.project.model import LOCAL, BackendKind, Project
from reconciler.model.source import SourceRef
from reconciler.outcome.probes import Finding, ProbeReport
from reconciler.outcome.timestamp import now
from reconciler.probe.bodies import Bodies
from reconciler.probe.run import check_empty, object_schema_of, probe
from reconciler.probe.session import PROBE_SECONDS, Session, Told
from reconciler.semantics.facts import Fact
from reconciler.semantics.questions import Question
from reconciler.value import replace

_LOCK_SECONDS = 10.0


def probe_source(project: Project, source: str, tell: Told) -> ProbeReport:
    """Return what a probe of *source* found, which is in facts.yaml from then on.

    *tell* is called before each write. Raises ReconcilerError where nothing was sent: a source
    that is not empty, not at rest, or not bound.
    """
    if project.environment.backend is BackendKind.REPLAY:
        raise ReconcilerError(
            f"{project.environment.name} is a recording, which answers what was asked then",
            hint="probe the site itself, with --environment ENV",
        )
    _known_facts(project)  # what is in the way is told before anything is sent
    ref = _source(project, source)
    session, ended = run_async(_probed(project, ref, tell))
    site = site_of(project, session.ref.workspace_id)
    if site is None:
        raise ReconcilerError("the workspace of the import source is unknown")
    day = now()[:10]
    found = session.findings
    report = ProbeReport(
        created_at=now(),
        environment=project.environment.name,
        source=session.ref.name,
        site=site.key,
        site_kind=site.kind,
        findings=tuple(found[question] for question in Question if question in found),
        leftovers=tuple(session.leftovers),
        ended=ended,
    )
    made = _without_secrets(report, project)
    facts = {
        each.question: Fact(outcome=each.outcome, observed=day, version=__version__)
        for each in made.findings
        if each.outcome is not None
    }
    if facts:
        try:
            # Read anew: another probe, or somebody, may have written it meanwhile.
            known = with_facts(_known_facts(project), site, facts)
            replace_atomically(project.root / FACTS_FILE, write_facts(known))
        except ReconcilerError as error:
            made = replace(made, ended=f"{FACTS_FILE} was not written: {error}")
    return made


def _known_facts(project: Project) -> FactsFile:
    """Return what facts.yaml holds. Raises ReconcilerError where a probe could not write it."""
    known = load_facts(project.root)
    if known.is_manifest:
        raise ReconcilerError(
            f"{FACTS_FILE} is a manifest, which what a probe finds would overwrite",
            hint="give the manifest another name",
        )
    check_output(project.root / FACTS_FILE)
    return known


def _without_secrets(made: ProbeReport, project: Project) -> ProbeReport:
    """Return *made* without what a server may repeat of what it got."""
    clean = cleaner(secrets_of(project))

    def cleaned(each: Finding) -> Finding:
        attempts = (replace(a, answer=clean(a.answer) or "") for a in each.attempts)
        return replace(
            each, attempts=tuple(attempts), conclusion=clean(each.conclusion) or each.conclusion
        )

    return replace(made, findings=tuple(map(cleaned, made.findings)), ended=clean(made.ended))


def _source(project: Project, source: str) -> SourceRef:
    """Return the import source; the embedded one needs no manifest."""
    if project.environment.backend is BackendKind.EMBEDDED:
        return SourceRef(name=source, import_source_id=embedded_id(source), workspace_id=LOCAL)
    return bound_source(project, source)


async def _probed(project: Project, ref: SourceRef, tell: Told) -> tuple[Session, str | None]:
    """Return the session when it is over, and why it ended early, if it did."""
    clock = Clock()
    async with backends_of(project, connections=1) as opened:
        backends = opened.with_deadline(Deadline.after(PROBE_SECONDS, time.monotonic))
        ref = await identify(backends.sources, ref)
        async with _held(project, ref.name, clock, tell) as locks:
            session = await _begun(backends, ref, clock, tell)
            session.fence = lambda: locks.check(ref.name)
            return session, await probe(session)


async def _begun(backends: Backends, ref: SourceRef, clock: Clock, tell: Told) -> Session:
    schema = await object_schema_of(backends.sources, backends.object_schemas, ref)
    tag = token_hex(3)
    session = Session(
        backend=backends.sources,
        object_schemas=backends.object_schemas,
        ref=ref,
        bodies=Bodies(tag=tag, schema=schema.name) if schema else Bodies(tag=tag),
        clock=clock,
        tell=tell,
        schema=schema,
    )
    await check_empty(session)
    return session


@contextlib.asynccontextmanager
async def _held(project: Project, source: str, clock: Clock, tell: Told) -> AsyncIterator[Locks]:
    """Hold the lease of *source*, which apply takes too, during the block. Raises Locked."""
    with journal_of(project) as journal:
        runner = this_runner(runner_name(os.environ))
        locks = Locks(
            leases=Leases(journal.store, environment=project.environment.name, runner=runner),
            clock=clock,
            emit=lambda event: tell(f"waits for {event.holder}"),
            timeout=_LOCK_SECONDS,
        )
        keeping = asyncio.create_task(locks.renew_forever())
        try:
            async with locks.hold(source):
                yield locks
        finally:
            keeping.cancel()
