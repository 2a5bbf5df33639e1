"""Reads the values of reconciler.yaml to a Project, and reports what no JSON Schema can tell."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reconciler.codes.project import ProjectCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError
from reconciler.manifest.lint import Lint, no_lint
from reconciler.manifest.path_glob import PathGlob
from reconciler.manifest.project.base_url import base_url
from reconciler.manifest.project.model import (
    DEFAULT_BASE_URL,
    DEFAULT_JOURNAL,
    LONGEST_OPERATION,
    SCHEMA_AUTH,
    Auth,
    BackendKind,
    Binding,
    Environment,
    Project,
    SchemaAuth,
)
from reconciler.manifest.project.variables import Secret, Template
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.file import shown_path
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.wording import quote
from reconciler.model.id_prefix import IdPrefix
from reconciler.model.json_form import from_json
from reconciler.model.policy import (
    Acknowledgement,
    Orphans,
    Permission,
    Policy,
    Risk,
    SchemaPolicy,
    Undocumented,
)
from reconciler.value import replace

_TOKENS = ("bearer", "token")
_LOOPBACK = "http://"  # no other host is sent a token to without TLS


def read_project(
    path: Path, raw: Mapping[str, Any], name: str, *, places: Places, variables: Mapping[str, str]
) -> Project:
    """Return the project of *raw*, the valid JSON of *path*, with the environment *name*.

    Raises ManifestError with every fault.
    """
    reader = _Reader(file=shown_path(path), places=places, variables=variables)
    project = reader.project(path, raw, name)
    if reader.found:
        raise ManifestError(reader.found)
    return project


class _Reader:
    """Reads values from the valid JSON of a project file; collects faults of URLs and dates."""

    def __init__(self, *, file: str, places: Places, variables: Mapping[str, str]) -> None:
        self.file = file
        self.places = places
        self.variables = variables
        self.found: list[Diagnostic] = []

    def project(self, path: Path, raw: Mapping[str, Any], name: str) -> Project:
        return Project(
            root=path.parent,
            path=path,
            environment=replace(
                self.environment(raw.get("environments", {}).get(name), name),
                same_site=tuple(self.same_site(raw.get("environments", {}), name)),
            ),
            policy=_policy(raw.get("policy", {})),
            journal=self.template(raw, (), "journal") or DEFAULT_JOURNAL,
            remarks=(
                *self.literal_secrets(raw.get("environments", {})),
                *self.policy_without_credential(raw, name),
            ),
            variables=self.variables,
            manifest_globs=tuple(self.globs(raw["manifests"])) if "manifests" in raw else None,
            ignore=tuple(self.acknowledgements(raw.get("ignore", ()))),
            lint=self.lint(raw.get("lint", {})),
            overlays=MappingProxyType(
                {
                    each: environment.get("overlays")
                    for each, environment in raw.get("environments", {}).items()
                }
            ),
        )

    def literal_secrets(self, environments: Mapping[str, Any]) -> Iterator[Diagnostic]:
        """Yield a warning for each; the token of an emulator on this machine is no secret."""
        for name, environment in environments.items():
            if not str((environment or {}).get("baseUrl", "")).startswith(_LOOPBACK):
                for at in _literals(environment, ("environments", name)):
                    # Without its place: the line that a place is of may be shown.
                    text = f"{self.file} has a secret itself, as {'.'.join(map(str, at))}"
                    yield ProjectCode.LITERAL_SECRET.diagnostic(text, file=self.file)

    def policy_without_credential(self, raw: Mapping[str, Any], name: str) -> Iterator[Diagnostic]:
        """Yield the warning that policy.schema allows what environment *name* cannot do."""
        environment = raw.get("environments", {}).get(name) or {"backend": BackendKind.EMBEDDED}
        written = raw.get("policy", {}).get("schema", {})
        kinds = [kind for kind, said in written.items() if said == Permission.ALLOW]
        if not kinds or "schemaAuth" in environment or _backend(environment) is BackendKind.REPLAY:
            return
        credential = SCHEMA_AUTH[_backend(environment)]
        yield ProjectCode.SCHEMA_POLICY_UNUSED.diagnostic(
            f"policy.schema allows {', '.join(kinds)}, and environment {quote(name)} has no "
            "schemaAuth: no schema operation is planned",
            file=self.file,
            place=self.places.of_key(("policy", "schema", kinds[0])),
            hint=f"add environments.{name}.{credential}",
        )

    def same_site(self, raw: Mapping[str, Any], name: str) -> Iterator[str]:
        """Yield the other environments whose ids would meet those of *name* (design.md#the-site).

        Whether two are one workspace is told by what is written where a variable is not set.
        """
        where = {
            each: (
                self.known(environment.get("baseUrl")),
                self.known(environment["workspaceId"]),
                environment.get("externalIdPrefix", ""),
            )
            for each, environment in raw.items()
            if environment is not None and "workspaceId" in environment
        }
        yield from (each for each in where if each != name and where[each] == where.get(name))

    def known(self, text: str | None) -> str | None:
        """Return *text* with its variables filled in, as it is written if one is not set."""
        if text is None:
            return None
        template = Template(text=text, key="", file=self.file)
        return template.known(self.variables) or text

    def globs(self, raw: Sequence[str]) -> Iterator[PathGlob]:
        for index, text in enumerate(raw):
            try:
                yield PathGlob.of(text)
            except ValueError as error:
                said = f"manifests: {quote(text)} {error}"
                self.fault(ProjectCode.BAD_GLOB, said, ("manifests", index))

    def acknowledgements(self, raw: Sequence[Mapping[str, Any]]) -> Iterator[Acknowledgement]:
        for index, entry in enumerate(raw):
            at = ("ignore", index)
            try:
                expires = date.fromisoformat(entry["expires"])
            except ValueError:
                text = f"{quote(entry['expires'])} is not a day of the calendar"
                self.fault(ProjectCode.NO_SUCH_DAY, text, (*at, "expires"))
                continue
            yield Acknowledgement(
                address=entry["address"],
                reason=entry["reason"],
                owner=entry["owner"],
                expires=expires,
                value=(entry["value"],) if "value" in entry else (),
                place=self.places.of(at),
            )

    def lint(self, raw: Mapping[str, Sequence[str]]) -> Lint:
        for key, codes in raw.items():
            for index, code in enumerate(codes):
                at = ("lint", key, index)
                if (why := no_lint(code)) is not None:
                    self.fault(ProjectCode.BAD_LINT, why[0], at, hint=why[1])
                elif key == "error" and code in raw.get("ignore", ()):
                    self.fault(ProjectCode.BAD_LINT, f"lint ignores {code}, too", at)
        ignore = raw.get("ignore", ())
        return Lint(
            file=self.file,
            ignore={code: self.places.of(("lint", "ignore", n)) for n, code in enumerate(ignore)},
            error=frozenset(raw.get("error", ())),
        )

    def environment(self, raw: Mapping[str, Any] | None, name: str) -> Environment:
        if raw is None:
            return Environment(name=name, backend=BackendKind.EMBEDDED)
        at = ("environments", name)
        bindings = {
            source: self.binding(binding, (*at, "sources", source))
            for source, binding in raw.get("sources", {}).items()
        }
        return Environment(
            name=name,
            backend=_backend(raw),
            replay=raw["backend"]["replay"] if isinstance(raw["backend"], dict) else None,
            base_url=self.base_url(raw, at),
            workspace_id=self.template(raw, at, "workspaceId"),
            auth=self.auth(raw.get("auth"), (*at, "auth")),
            schema_auth=self.schema_auth(raw, at),
            longest_operation=raw.get("longestOperation", LONGEST_OPERATION),
            id_prefix=IdPrefix(raw.get("externalIdPrefix", "")),
            overlays=raw.get("overlays"),
            sources=MappingProxyType(bindings),
        )

    def binding(self, raw: Mapping[str, Any], at: Pointer) -> Binding:
        return Binding(
            import_source_id=self.template(raw, at, "importSourceId"),
            auth=self.auth(raw.get("auth"), (*at, "auth")),
            place=self.places.of((*at, "importSourceId")),
        )

    def auth(self, raw: Mapping[str, Any] | None, at: Pointer) -> Auth | None:
        if raw is None:
            return None
        if (bearer := raw.get("bearer")) is not None:
            return Auth(bearer=self.secret(bearer, (*at, "bearer")))
        basic = raw["basic"]
        return Auth(
            basic_email=self.secret(basic["email"], (*at, "basic", "email")),
            basic_token=self.secret(basic["token"], (*at, "basic", "token")),
        )

    def schema_auth(self, raw: Mapping[str, Any], at: Pointer) -> SchemaAuth | None:
        if (written := raw.get("schemaAuth")) is None:
            return None
        at, kind = (*at, "schemaAuth"), _backend(raw)
        if kind is BackendKind.REPLAY:
            return SchemaAuth()  # whatever it is, a recording asks for none
        in_process = kind is BackendKind.EMBEDDED
        hint = f"write {SCHEMA_AUTH[kind]}"
        if isinstance(written, str):
            if not in_process:
                said = "schemaAuth is embedded, and the backend is not"
                self.fault(ProjectCode.BAD_SCHEMA_AUTH, said, at, hint=hint)
            return SchemaAuth()
        if in_process:
            said = "schemaAuth has a credential, and the emulator in process takes none"
            self.fault(ProjectCode.BAD_SCHEMA_AUTH, said, at, hint=hint)
        elif ("bearer" in written) == ("basic" in written):
            said = f"schemaAuth has {'both' if 'bearer' in written else 'neither'} bearer and basic"
            self.fault(ProjectCode.BAD_SCHEMA_AUTH, said, at, hint=hint)
        else:
            has_own = "baseUrl" in written
            return SchemaAuth(
                auth=self.auth(written, at),
                base_url=self.base_url(written, at) if has_own else None,
            )
        return None

    def secret(self, template: str, at: Pointer) -> Secret:
        return Secret(text=template, file=self.file, place=self.places.of(at))

    def template(self, raw: Mapping[str, Any], at: Pointer, key: str) -> Template | None:
        if (text := raw.get(key)) is None:
            return None
        return Template(text=text, key=key, file=self.file, place=self.places.of((*at, key)))

    def base_url(self, raw: Mapping[str, Any], at: Pointer) -> Template:
        url = self.template(raw, at, "baseUrl") or DEFAULT_BASE_URL
        if url.known(self.variables) is not None:
            try:
                base_url(url, self.variables)
            except ManifestError as error:
                self.found += error.diagnostics
        return url

    def fault(self, code: ProjectCode, text: str, at: Pointer, *, hint: str | None = None) -> None:
        place = self.places.of(at)
        self.found.append(fault(code, text, file=self.file, place=place, hint=hint))


def _literals(raw: Any, at: Pointer) -> Iterator[Pointer]:
    """Yield where *raw* has a token that names no variable."""
    for key, value in raw.items() if isinstance(raw, dict) else ():
        if key in _TOKENS and isinstance(value, str) and "${" not in value:
            yield (*at, key)
        yield from _literals(value, (*at, key))


def _backend(raw: Mapping[str, Any]) -> BackendKind:
    backend = raw["backend"]
    return BackendKind.REPLAY if isinstance(backend, dict) else BackendKind(backend)


def _policy(raw: Mapping[str, Any]) -> Policy:
    return Policy(
        orphans=Orphans(raw.get("orphans", Orphans.REPORT)),
        undocumented=Undocumented(raw.get("undocumented", Undocumented.ATTEMPT)),
        max_changes=raw.get("maxChanges"),
        max_change_percent=raw.get("maxChangePercent"),
        max_risk=Risk(most) if (most := raw.get("maxRisk")) is not None else None,
        requests_per_minute=raw.get("requestsPerMinute"),
        schema=from_json(raw.get("schema", {}), SchemaPolicy),
    )
