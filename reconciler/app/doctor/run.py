"""All checks in their order: the project, this machine, then the site; nothing is changed."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from reconciler.app.backends import without_schema_auth
from reconciler.app.desired import choose, known_sources
from reconciler.app.doctor import machine
from reconciler.app.doctor import project as checks
from reconciler.app.doctor.bindings import bindings
from reconciler.app.doctor.credentials import (
    CredentialKind,
    Use,
    base_kind,
    base_url_results,
    credential_kind,
    end_result,
    jwt_end,
)
from reconciler.app.doctor.facts import facts
from reconciler.app.doctor.redaction import without_secrets
from reconciler.app.doctor.site import MOST_NAMED, CredentialKinds, look_at_site
from reconciler.app.event_loop import run_async
from reconciler.app.project import open_project
from reconciler.app.recordings.secrets import secrets_of
from reconciler.app.selection import Selection
from reconciler.codes.check import CheckCode
from reconciler.errors import ManifestError
from reconciler.manifest.load import load_project_manifests
from reconciler.manifest.project.base_url import base_url
from reconciler.manifest.project.model import (
    DATA_DIRECTORY,
    EMULATOR_FILE,
    LOCAL,
    Auth,
    BackendKind,
    Project,
)
from reconciler.manifest.project.variables import Template
from reconciler.model.display import first_of
from reconciler.model.source import SourceRef
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, Diagnosis, result
from reconciler.outcome.timestamp import now


def diagnose(environment: str | None, selection: Selection) -> Diagnosis:
    """Return what is right and wrong with the sources of *selection*, without a secret.

    Raises WrongUsage for an environment or a part of the selection that there is not.
    """
    try:
        project = open_project(environment)
        loaded = load_project_manifests(project)
    except ManifestError as error:
        faults = checks.found_in_file(CheckCode.PROJECT_FILE, CheckLevel.ERROR, error)
        found = (*faults, machine.versions())
        unread = Diagnosis(created_at=now(), environment=environment or "", results=found)
        return without_secrets(unread, ())
    chosen = choose(project, loaded, selection, known_sources(project, loaded))
    names = sorted({*chosen.names, *chosen.unknown})
    needs = checks.Needs(project, names, loaded)
    url = _known_url(project, project.environment.base_url)
    refs, unbound = bindings(project, names, loaded)
    about: tuple[CheckResult, ...] = ()
    local = [
        *checks.project_file(project),
        machine.versions(),
        *needs.results(),
        *([checks.literal_secret(project)] if needs.has_literal else []),
        checks.manifests(loaded),
        *machine.file_modes(project, has_secret=needs.has_literal),
        machine.git_ignore(project),
        checks.journal(project),
        *facts(project, date.fromisoformat(now()[:10])),
    ]
    if project.environment.backend is BackendKind.EMBEDDED:
        workspace, asked = _emulator(project, refs)
    elif url is None:
        workspace, asked = None, []
    else:
        about, (workspace, asked) = _cloud(project, refs, needs, url)
    has_none = project.environment.schema_auth is None
    without = [checks.no_schema_auth(project)] if has_none else []
    diagnosis = Diagnosis(
        created_at=now(),
        environment=project.environment.name,
        base_url=url if project.environment.backend is BackendKind.CLOUD else None,
        workspace_id=workspace,
        results=(*local, *about, *unbound, *asked, *without),
    )
    return without_secrets(diagnosis, secrets_of(project))


def _known_url(project: Project, template: Template) -> str | None:
    try:
        return base_url(template, project.variables)
    except ManifestError:  # has its own result: the variables, or the project file
        return None


_Asked = tuple[str | None, list[CheckResult]]


def _emulator(project: Project, refs: Sequence[SourceRef]) -> _Asked:
    if not (project.root / DATA_DIRECTORY / EMULATOR_FILE).exists():
        text = "the emulator in process holds nothing yet: the first run makes its data"
        return None, [result(CheckCode.CONNECTION, CheckLevel.OK, text)]
    return run_async(look_at_site(project, refs, CredentialKinds(sources={}), LOCAL))


def _cloud(
    project: Project, refs: Sequence[SourceRef], needs: checks.Needs, url: str
) -> tuple[tuple[CheckResult, ...], _Asked]:
    """Return what is told of the connection and the credentials, and what the site says."""
    kinds = {n: k for n, a in needs.auths.items() if (k := _kind(a, project.variables))}
    about = [*base_url_results(url, Use.SOURCES, _grouped(kinds))]
    ends = [*_ends(project, needs.auths, kinds)]
    schema_auth, schema_kind, schema_url = project.environment.schema_auth, None, None
    if schema_auth is not None and needs.schema_auth is not None:
        own = schema_auth.base_url
        schema_url = url if own is None else _known_url(project, own)
        schema_kind = _kind(needs.schema_auth, project.variables)
        if schema_url is not None and schema_kind is not None:
            told = {schema_kind: "the object schemas"}
            about += base_url_results(schema_url, Use.SCHEMAS, told)
            name = str(Use.SCHEMAS)
            ends += _ends(project, {name: needs.schema_auth}, {name: schema_kind})
        else:
            about.append(_not_asked(Use.SCHEMAS))
            project = without_schema_auth(project)
    unknown = [r.name for r in refs if r.name in needs.auths and r.name not in kinds]
    about += [*ends, *machine.connection(url, os.environ), *map(_not_asked, unknown)]
    if any(each.level is CheckLevel.FAIL for each in about if each.check is CheckCode.CONNECTION):
        return (*about,), (None, [])
    credentials = CredentialKinds(
        sources=kinds,
        schemas=schema_kind,
        base=base_kind(url),
        schema_base=None if schema_url is None else base_kind(schema_url),
    )
    asked = [ref for ref in refs if ref.name not in unknown]
    written = project.environment.workspace_id
    workspace = None if written is None else written.known(project.variables)
    return (*about,), run_async(look_at_site(project, asked, credentials, workspace))


def _not_asked(name: str) -> CheckResult:
    text = f"{name} was not tried: its credential is not known"
    remedy = "set the variable that is named above"
    if name == Use.SCHEMAS:
        return result(CheckCode.SCHEMA_CREDENTIAL, CheckLevel.FAIL, text, remedy)
    return result(CheckCode.CREDENTIAL, CheckLevel.FAIL, text, remedy, source=name)


def _kind(auth: Auth, variables: Mapping[str, str]) -> CredentialKind | None:
    try:
        return credential_kind(auth, variables)
    except ManifestError:  # a variable that is not set has its own result
        return None


def _grouped(kinds: Mapping[str, CredentialKind]) -> dict[CredentialKind, str]:
    """Return the names of who has a credential of each kind, the first ones of many."""
    return {
        kind: first_of([name for name, each in kinds.items() if each is kind], MOST_NAMED)
        for kind in dict.fromkeys(kinds.values())
    }


def _ends(
    project: Project, auths: Mapping[str, Auth], kinds: Mapping[str, CredentialKind]
) -> Iterator[CheckResult]:
    """Yield when each token ends that says so, and of the others what is known of their kind."""
    silent: dict[str, CredentialKind] = {}
    present = datetime.now(UTC)
    for name, kind in kinds.items():
        bearer = auths[name].bearer
        token = None if bearer is None else bearer.known(project.variables)
        if token is not None and jwt_end(token) is not None:
            yield end_result(kind, name, token, present)
        else:
            silent[name] = kind
    for kind, names in _grouped(silent).items():
        yield end_result(kind, names, None, present)
