"""Ask the site what only it can tell: of each source, of schemaAuth, of time and of limits.

Nothing but reading requests, each source by itself.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from reconciler.app.backends import backends_of
from reconciler.app.doctor.credentials import BaseKind, CredentialKind
from reconciler.app.doctor.faults import of_request
from reconciler.applying.refresh import identify, identify_by_token
from reconciler.backend.import_sources import Backend
from reconciler.backend.object_schemas import SchemaBackend
from reconciler.backend.requests import Exchange
from reconciler.codes.check import CheckCode
from reconciler.errors import BackendError, ReconcilerError, Unavailable
from reconciler.manifest.project.model import Project
from reconciler.model.display import first_of, quoted
from reconciler.model.object_schema import ObjectSchema
from reconciler.model.source import ConfigStatus, Description, SourceRef
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, result
from reconciler.outcome.unexpected_answers import UnexpectedAnswers
from reconciler.value import Value

_AT_ONCE = 10
_LISTED = "GET objectschema/list"
MOST_NAMED = 5
_LONGEST_HEADER = 60
# Seconds: an HTTP date has no parts of one, and an answer takes a while.
_EVEN_CLOCKS = 30.0


class CredentialKinds(Value):
    """The kinds of the credentials: of each source that has one, and of schemaAuth."""

    sources: Mapping[str, CredentialKind]
    schemas: CredentialKind | None = None
    base: BaseKind | None = None
    schema_base: BaseKind | None = None


class _Seen(Value):
    """What reading one source showed: its ids, and what it says of itself."""

    ref: SourceRef
    results: tuple[CheckResult, ...]
    description: Description | None = None


async def look_at_site(
    project: Project,
    refs: Sequence[SourceRef],
    credentials: CredentialKinds,
    workspace: str | None,
) -> tuple[str | None, list[CheckResult]]:
    """Return the id of the workspace and the results of asking the site.

    *workspace* is the id as it is bound, else a token may tell it.
    """
    exchanges: list[Exchange] = []
    unexpected = UnexpectedAnswers(quiet=True)

    def last(source: str) -> str | None:
        """Return the name of the last request for *source* that was answered."""
        return next((e.request for e in reversed(exchanges) if e.source == source), None)

    try:
        async with backends_of(
            project,
            connections=_AT_ONCE,
            read_only=True,
            reads=len(refs) + 1,
            on_exchange=exchanges.append,
            unexpected=unexpected,
        ) as backends:
            seen = await asyncio.gather(
                *(_source(backends.sources, ref, credentials, last) for ref in refs)
            )
            ids = (workspace, *(one.ref.workspace_id for one in seen))
            workspace = next(filter(None, ids), None)
            found = [each for one in seen for each in one.results]
            if backends.object_schemas is not None:
                found += await _schemas(backends.object_schemas, workspace, seen, credentials)
    except ReconcilerError as error:
        return workspace, [result(CheckCode.CONNECTION, CheckLevel.FAIL, str(error), error.hint)]
    strange = (
        result(CheckCode.UNEXPECTED_ANSWER, CheckLevel.WARN, text, source=source, request=request)
        for text, source, request in unexpected.kinds()
    )
    return workspace, [*found, *strange, *_clock(exchanges), *_limits(exchanges)]


async def _source(
    backend: Backend,
    ref: SourceRef,
    credentials: CredentialKinds,
    last: Callable[[str], str | None],
) -> _Seen:
    kind = credentials.sources.get(ref.name)
    try:
        if kind is CredentialKind.CONTAINER:
            await _check_token(backend, ref)
        ref = await identify(backend, ref)
        status = _status(ref, await backend.config_status(ref), last(ref.name))
    except ReconcilerError as error:
        fault = of_request(error, kind, credentials.base, source=ref.name, last=last(ref.name))
        return _Seen(ref=ref, results=(fault,))
    try:
        description = await backend.describe(ref)
    except BackendError as error:
        text = f"the credential of {ref.name} is accepted, but may not read the source itself"
        remedy = "nothing, if plans work: its kind and object schema are then not checked"
        unread = result(
            CheckCode.CREDENTIAL, CheckLevel.WARN, f"{text}: {error}", remedy,
            source=ref.name, request=error.request,
        )  # fmt: skip
        return _Seen(ref=ref, results=(unread, *status))
    told = [*_told(ref, description, last(ref.name))]
    for read in (backend.schema_and_mapping, backend.latest_execution):
        with suppress(BackendError):  # plans tell of it; here it is read for what nobody expects
            await read(ref)
    return _Seen(ref=ref, results=(*told, *status), description=description)


async def _check_token(backend: Backend, ref: SourceRef) -> None:
    """Raise ManifestError if the container token is another import source's than *ref*.

    Where nothing tells, the requests for the source will.
    """
    try:
        await identify_by_token(backend, ref)
    except BackendError as error:
        if isinstance(error, Unavailable) and error.status is None:
            raise  # nor would they be answered


def _told(ref: SourceRef, known: Description, request: str | None) -> Iterator[CheckResult]:
    """Yield what the source tells of itself: its name, its kind, and whether it is valid."""
    is_named = known.name not in {None, ref.import_source_id}  # the emulator knows no name
    named = f"{quoted(known.name or '')}, " if is_named else ""
    kind = "external import" if known.module and known.is_external else "import"
    schema = f", object schema {known.object_schema}" if known.object_schema else ""
    text = f"the credential of {ref.name} reaches {named}{kind} {ref.import_source_id}{schema}"
    yield result(CheckCode.CREDENTIAL, CheckLevel.OK, text, source=ref.name, request=request)
    if not known.is_external:
        text = f"{ref.name} is bound to an import of kind {quoted(known.module or '')}"
        yield result(CheckCode.SOURCE_KIND, CheckLevel.FAIL, text, source=ref.name, request=request)
    if known.fault:
        text = f"Assets says that the configuration of {ref.name} is not valid: {known.fault}"
        yield result(
            CheckCode.SOURCE_STATUS, CheckLevel.WARN, text, source=ref.name, request=request
        )


def _status(ref: SourceRef, status: ConfigStatus, request: str | None) -> tuple[CheckResult, ...]:
    match status:
        case ConfigStatus.DISABLED:
            level, text = CheckLevel.FAIL, f"{ref.name} is disabled in Assets"
            remedy = "enable it in the import settings of its object schema"
        case ConfigStatus.RUNNING:
            level, text = CheckLevel.WARN, f"an import of {ref.name} is running: live may change"
            remedy = "nothing: apply waits for its end"
        case _:
            return ()
    about = CheckCode.SOURCE_STATUS
    return (result(about, level, text, remedy, source=ref.name, request=request),)


async def _schemas(
    backend: SchemaBackend,
    workspace: str | None,
    seen: Sequence[_Seen],
    credentials: CredentialKinds,
) -> list[CheckResult]:
    if workspace is None:
        text = "schemaAuth was not tried: the workspace is not known"
        remedy = "set workspaceId in the project file"
        return [result(CheckCode.SCHEMA_CREDENTIAL, CheckLevel.ERROR, text, remedy)]
    try:
        schemas = await backend.object_schemas(workspace)
    except ReconcilerError as error:
        return [of_request(error, credentials.schemas, credentials.schema_base)]
    return [_rights(schemas), *_unmanaged(schemas, seen)]


def _rights(schemas: Sequence[ObjectSchema]) -> CheckResult:
    shown = [
        f"{each.id} {quoted(each.name)}{' (manages)' if each.is_managed else ''}"
        for each in schemas
    ]
    text = f"schemaAuth sees {first_of(shown, MOST_NAMED) or 'no object schema'}"
    level = CheckLevel.OK if schemas else CheckLevel.WARN
    return result(CheckCode.SCHEMA_CREDENTIAL, level, text, request=_LISTED)


def _unmanaged(schemas: Sequence[ObjectSchema], seen: Sequence[_Seen]) -> Iterator[CheckResult]:
    """Yield the object schemas of sources that the account does not manage, each once."""
    managed = {each.id: each.is_managed for each in schemas}
    numbers = (one.description and one.description.schema_number for one in seen)
    for number in dict.fromkeys(each for each in numbers if each):
        if managed.get(number):
            continue
        how = "does not manage" if number in managed else "does not see"
        text = f"schemaAuth {how} object schema {number}: its counts of objects are not used"
        yield result(CheckCode.SCHEMA_CREDENTIAL, CheckLevel.WARN, text, request=_LISTED)


def _clock(exchanges: Sequence[Exchange]) -> Iterator[CheckResult]:
    """Yield how far the clocks are apart: the least difference, for an answer may come late."""
    dated = [(abs((e.received - e.date).total_seconds()), e) for e in exchanges if e.date]
    if not dated:
        return
    seconds, exchange = min(dated, key=lambda each: each[0])
    if seconds <= _EVEN_CLOCKS:
        text = f"the clock is within {_EVEN_CLOCKS:.0f} s of the API's"
        yield result(CheckCode.CLOCK, CheckLevel.OK, text, request=exchange.request)
    else:
        text = f"the clock differs from the API's by {seconds:,.0f} s"
        yield result(CheckCode.CLOCK, CheckLevel.WARN, text, request=exchange.request)


def _limits(exchanges: Sequence[Exchange]) -> Iterator[CheckResult]:
    told = [each for each in exchanges if each.limits]
    if not told:
        if exchanges:
            text = "the API reports no request limit"
            yield result(CheckCode.RATE_LIMIT, CheckLevel.OK, text)
        return
    last = told[-1]
    shown = ", ".join(f"{n}: {t[:_LONGEST_HEADER]}" for n, t in sorted(last.limits.items()))
    is_over = any(n.lower().endswith("-remaining") and t == "0" for n, t in last.limits.items())
    level = CheckLevel.WARN if is_over else CheckLevel.OK
    yield result(CheckCode.RATE_LIMIT, level, shown, request=last.request)
