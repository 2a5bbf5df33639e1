"""An environment in the cloud: its import source, by a token or chosen, and its manifest."""

import asyncio
import os
import re
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from reconciler.app.backends import backend_of, backends_of
from reconciler.app.event_loop import run_async
from reconciler.app.init.files import cloud_project
from reconciler.app.init.questions import Questions
from reconciler.app.plan import read_sources
from reconciler.app.progress import Progress
from reconciler.app.pull.result import PullResult, pull_into
from reconciler.app.pull.target import Target
from reconciler.applying.refresh import Refreshed, described, identify_by_token
from reconciler.backend.object_schemas import SchemaBackend
from reconciler.errors import BackendError, ReconcilerError
from reconciler.manifest.load import Loaded
from reconciler.manifest.project.file import PROJECT_FILE, project_of
from reconciler.manifest.project.model import Project
from reconciler.manifest.text.yaml_writer import flow, scalar
from reconciler.mapping.inference.names import slug
from reconciler.model.display import unquoted
from reconciler.model.object_schema import ListedSource, ObjectSchema
from reconciler.model.source import SourceRef
from reconciler.outcome.command_results import PulledManifest
from reconciler.regex import regex
from reconciler.value import Value, replace

TOKEN, EMAIL, API_TOKEN = "ASSETS_TOKEN", "ASSETS_EMAIL", "ASSETS_API_TOKEN"
WORKSPACE = "ASSETS_WORKSPACE_ID"
_ID = regex(r"[\w.:-]{1,200}", re.ASCII)
_NAME = regex(r"\w[\w.-]{0,99}", re.ASCII)
_AT_ONCE = 8
_MOST_SCHEMAS = 500
_NOT_ALLOWED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_KINDS = {
    "token": "the token of one import source, which Assets shows once (ATCTT…)",
    "account": "e-mail and API token of an account, to choose a source from a list",
}


class CloudAccess(Value):
    """How the cloud is reached: `kind` of credential, and variables that have the secrets."""

    kind: str
    environment: str
    base_url: str | None
    variables: Mapping[str, str]
    workspace: str | None = None

    @property
    def is_account(self) -> bool:
        """Whether it is that of a person, not of a source."""
        return self.kind == "account"

    def project_text(self, ref: SourceRef | None = None, *, as_account: bool = True) -> str:
        """Return the text of the project file with *ref* bound; secrets are variables.

        Import sources are reached with the token of one if not *as_account*.
        """
        basic = f'{{basic: {{email: "${{{EMAIL}}}", token: "${{{API_TOKEN}}}"}}}}'
        auth = basic if self.is_account and as_account else f'{{bearer: "${{{TOKEN}}}"}}'
        workspace = self.workspace if ref is None else ref.workspace_id
        lines = [
            f"  {scalar(self.environment)}:",
            "    backend: cloud",
            *([f"    baseUrl: {scalar(self.base_url)}"] if self.base_url else ()),
            *([f"    workspaceId: {scalar(workspace)}"] if workspace else ()),
            f"    auth: {auth}",
            *([f"    schemaAuth: {basic}"] if self.is_account else ()),
        ]
        if ref is not None:
            bound = flow({"importSourceId": ref.import_source_id})
            lines += ["    sources:", f"      {scalar(ref.name)}: {bound}"]
        return cloud_project(self.environment, "".join(f"{line}\n" for line in lines))

    def project(self, ref: SourceRef | None = None) -> Project:
        """Return the project that reaches the cloud, with *ref* bound."""
        path, text = Path(PROJECT_FILE), self.project_text(ref)
        return project_of(text, path, environment=None, variables=self.variables)


class CloudSource(Value):
    """The import source that was found, and its manifest; `remark` says why there is none."""

    ref: SourceRef
    access: CloudAccess
    pulled: PulledManifest | None = None
    remark: str | None = None
    reads_as_account: bool = True

    @property
    def project_text(self) -> str:
        """The text of the project file that has it."""
        return self.access.project_text(self.ref, as_account=self.reads_as_account)


def cloud_access(environment: str, base_url: str | None, ask: Questions) -> CloudAccess:
    """Return the credential that the variables have, else what a person answers."""
    variables = dict(os.environ)
    if variables.get(TOKEN):
        kind = "token"
    elif variables.get(EMAIL) and variables.get(API_TOKEN):
        kind = "account"
    else:
        flag = f"set {TOKEN}, or {EMAIL} and {API_TOKEN}"
        kind = ask.choose("Which credential?", _KINDS, flag=flag, default=None)
        if kind == "token":
            variables[TOKEN] = ask.secret("The token", flag=f"set {TOKEN}")
        else:
            variables[EMAIL] = ask.text("The e-mail address", flag=f"set {EMAIL}")
            variables[API_TOKEN] = ask.secret("Its API token", flag=f"set {API_TOKEN}")
    workspace = None
    if kind == "account":
        workspace = variables.get(WORKSPACE) or ask.text(
            "The id of the workspace", flag=f"set {WORKSPACE}"
        )
    return CloudAccess(
        kind=kind,
        environment=environment,
        base_url=base_url,
        variables=variables,
        workspace=workspace,
    )


def cloud_source(
    access: CloudAccess, name: str | None, ask: Questions, progress: Progress
) -> CloudSource:
    """Return the source that *access* leads to, with its manifest if it has a mapping.

    Of several it is the one called *name*, or chosen. Raises BackendError where the API does not
    answer, and ReconcilerError if there is no source.
    """
    ref = _chosen(access, name, ask) if access.is_account else _discovered(access, name)
    for each in (ref.workspace_id, ref.import_source_id):
        if not _ID.fullmatch(each or ""):
            raise ReconcilerError(f"the API calls it {unquoted(each or 'nothing')}: that is no id")
    found = CloudSource(ref=ref, access=access)
    refreshed = _read(access, ref, progress)
    file = f"{ref.name}.yaml"
    target = Target(path=Path(file), file=file)
    nothing = Loaded(manifests=(), faulty=(), diagnostics=(), skipped={})
    result = pull_into({ref.name: target}, refreshed, nothing)
    return _concluded(found, result)


def _concluded(found: CloudSource, result: PullResult) -> CloudSource:
    name = found.ref.name
    if (error := result.failed.get(name)) is not None:
        status = error.status if isinstance(error, BackendError) else None
        if not found.access.is_account or status not in _NOT_ALLOWED:
            raise error
        text = (
            f"the account may not read {name}: set {TOKEN} to the source's own token "
            "(in Assets, in the settings of the import)"
        )
        return replace(found, remark=text, reads_as_account=False)
    for why in result.not_configured.values():
        return replace(found, remark=f"{name}: {why}")
    (pulled,) = result.pulled
    return replace(found, pulled=pulled)


def _discovered(access: CloudAccess, name: str | None) -> SourceRef:
    project = access.project()

    async def read() -> tuple[SourceRef, str]:
        async with backend_of(project, connections=1, read_only=True, reads=1) as backend:
            unknown = SourceRef(name="source", import_source_id=None, workspace_id=None)
            ref = await identify_by_token(backend, unknown)
            description = await described(backend, ref)
            return ref, (description and description.name) or "source"

    ref, called = run_async(read())
    return replace(ref, name=_plain(name or called))


def _chosen(access: CloudAccess, name: str | None, ask: Questions) -> SourceRef:
    """Return the external import source that is called *name*, or that a person chooses."""
    found = run_async(_listed(access))
    if name is not None:
        found = [each for each in found if name in {each[1].name, _plain(each[1].name), each[1].id}]
    if not found:
        called = f" called {unquoted(name)}" if name else ""
        raise ReconcilerError(
            f"the account sees no external import source{called}",
            hint="open the object schema in Assets and add an import of the type External import",
        )
    number = 0
    if len(found) > 1:
        options = {
            str(n): f"{unquoted(source.name)} of {unquoted(schema.name)}"
            for n, (schema, source) in enumerate(found, start=1)
        }
        named = ", ".join(sorted({_plain(source.name) for _, source in found})[:_AT_ONCE])
        number = int(ask.choose("Which source?", options, flag=f"--source NAME ({named})")) - 1
    _, source = found[number]
    return SourceRef(
        name=_plain(source.name), import_source_id=source.id, workspace_id=access.workspace
    )


async def _listed(access: CloudAccess) -> list[tuple[ObjectSchema, ListedSource]]:
    """Return the external import sources that the account sees, with their object schemas."""
    workspace = access.workspace or ""
    async with backends_of(
        access.project(), connections=_AT_ONCE, read_only=True, reads=_MOST_SCHEMAS
    ) as backends:
        assets = backends.object_schemas
        assert assets is not None  # noqa: S101 - the project has schemaAuth
        schemas = (await assets.object_schemas(workspace))[:_MOST_SCHEMAS]
        free = asyncio.Semaphore(_AT_ONCE)
        sources = await asyncio.gather(*(_of(assets, workspace, each, free) for each in schemas))
    pairs = zip(schemas, sources, strict=True)
    return [(schema, one) for schema, each in pairs for one in each if one.is_external]


async def _of(
    assets: SchemaBackend, workspace: str, schema: ObjectSchema, free: asyncio.Semaphore
) -> tuple[ListedSource, ...]:
    async with free:
        try:
            return await assets.import_sources(workspace, schema.id)
        except BackendError as error:
            if error.status in _NOT_ALLOWED:  # somebody else's
                return ()
            raise


def _read(access: CloudAccess, ref: SourceRef, progress: Progress) -> dict[str, Refreshed]:
    async def read() -> dict[str, Refreshed]:
        async with backend_of(
            access.project(ref), connections=1, read_only=True, reads=1
        ) as backend:
            return await read_sources(backend, [ref], parallelism=1, progress=progress)

    return run_async(read())


def _plain(name: str) -> str:
    return name if _NAME.fullmatch(name) else slug(name)
