"""Reads reconciler.yaml to a Project and reports every fault of its shape at once."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reconciler.codes.project import ProjectCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError, WrongUsage
from reconciler.manifest.lint import Lint, no_lint
from reconciler.manifest.path_glob import PathGlob
from reconciler.manifest.project.base_url import base_url
from reconciler.manifest.project.model import (
    DEFAULT_BASE_URL,
    DEFAULT_JOURNAL,
    LOCAL,
    LONGEST_OPERATION,
    Auth,
    BackendKind,
    Binding,
    Environment,
    Project,
    SchemaAuth,
    default_project,
)
from reconciler.manifest.project.variables import Secret, Template
from reconciler.manifest.schemas import schema_faults
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.file import read_text, shown_path
from reconciler.manifest.text.parser import Parsed, parse
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import Pointer, read_pointer
from reconciler.manifest.wording import any_of, did_you_mean, quote
from reconciler.model.id_prefix import IdPrefix
from reconciler.model.json_form import from_json
from reconciler.model.policy import (
    Acknowledgement,
    Orphans,
    Policy,
    Risk,
    SchemaPolicy,
    Undocumented,
)
from reconciler.value import replace

__all__ = [
    "Auth",
    "BackendKind",
    "Binding",
    "Environment",
    "Project",
    "Secret",
    "default_project",
    "find_project",
    "load_project",
]

PROJECT_FILE = "reconciler.yaml"
_PROJECT_NAMES = frozenset({PROJECT_FILE, "reconciler.yml"})
_TOKENS = ("bearer", "token")
_LOOPBACK = "http://"  # no other host is sent a token to without TLS
_SEARCHED = (Path(), Path("manifests"))


def find_project(directory: Path = Path()) -> Path | None:
    """Return the project file of *directory* or of `manifests/` in it, None if none."""
    paths = (directory / searched / PROJECT_FILE for searched in _SEARCHED)
    return next((path for path in paths if os.path.lexists(path)), None)


def is_project_name(name: str) -> bool:
    """Return whether a file of this *name* is the project file, or was meant to be."""
    return name.casefold() in _PROJECT_NAMES


def misnamed_project_files(project: Project) -> tuple[Path, ...]:
    """Return the files named almost like the project file where *project* was looked for."""
    searched = _SEARCHED if project.path is None else (Path(),)
    places = (project.root / each for each in searched)
    return tuple(
        path
        for place in places
        if place.is_dir()
        for path in sorted(place.iterdir())
        if is_project_name(path.name) and path.name != PROJECT_FILE
    )


def load_project(
    path: Path,
    *,
    environment: str | None,
    variables: Mapping[str, str],
) -> Project:
    """Return the project of the file *path* with the selected environment.

    No variable is needed yet: *variables* are for what is done with it (`Template`). Raises
    ManifestError with every fault of the file, WrongUsage if the file does not have
    *environment*.
    """
    text = read_text(path, file=shown_path(path))
    return project_of(text, path, environment=environment, variables=variables)


def project_of(
    text: str, path: Path, *, environment: str | None, variables: Mapping[str, str]
) -> Project:
    """Return the project of *text*, the content of *path*, as `load_project` does."""
    file = shown_path(path)
    parsed = parse(text, file=file)
    found = [*parsed.faults, *shape_faults("project", parsed, file)]
    if found:
        raise ManifestError(found)
    name = _selected(parsed, environment, file)
    reader = _Reader(file=file, places=parsed.places, variables=variables)
    project = reader.project(path, parsed.value, name)
    if reader.found:
        raise ManifestError(reader.found)
    return project


def shape_faults(kind: str, parsed: Parsed, file: str) -> Iterator[Diagnostic]:
    """Yield every fault of *file* by the JSON Schema of its *kind*, at its place."""
    for found in schema_faults(kind, parsed.value):
        at = read_pointer(found.pointer)
        place = parsed.places.of_key(at) if found.at_key else parsed.places.of(at)
        yield fault(found.code, found.text, file=file, place=place, hint=found.hint)


def _selected(parsed: Parsed, asked: str | None, file: str) -> str:
    known = parsed.value.get("environments", {LOCAL: None})
    default = parsed.value.get("defaultEnvironment")
    if default is not None and default not in known:
        raise ManifestError(
            [
                fault(
                    ProjectCode.UNKNOWN_ENVIRONMENT,
                    f"defaultEnvironment is {quote(default)}, and environments has no such one",
                    file=file,
                    place=parsed.places.of(("defaultEnvironment",)),
                    hint=did_you_mean(default, known) or f"it has {any_of(known)}",
                )
            ]
        )
    if asked is not None:
        if asked not in known:
            raise WrongUsage(
                f"{file} has no environment {quote(asked)}",
                hint=did_you_mean(asked, known) or f"it has {any_of(known)}",
            )
        return asked
    if default is not None:
        return str(default)
    if len(known) > 1:
        raise WrongUsage(
            f"{file} has {len(known)} environments and no defaultEnvironment",
            hint=f"choose with --environment: {any_of(known)}",
        )
    return str(next(iter(known)))


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
            literal_secrets=tuple(self.literal_secrets(raw.get("environments", {}))),
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
        if isinstance(written, str):
            if not in_process:
                said = "schemaAuth is embedded, and the backend is not"
                self.fault(ProjectCode.BAD_SCHEMA_AUTH, said, at)
            return SchemaAuth()
        if in_process:
            said = "schemaAuth has a credential, and the emulator in process takes none"
            self.fault(ProjectCode.BAD_SCHEMA_AUTH, said, at)
        elif ("bearer" in written) == ("basic" in written):
            said = f"schemaAuth has {'both' if 'bearer' in written else 'neither'} bearer and basic"
            self.fault(ProjectCode.BAD_SCHEMA_AUTH, said, at)
        else:
            has_own = "baseUrl" in written
            return SchemaAuth(
                auth=self.auth(written, at),
                base_url=self.base_url(written, at) if has_own else None,
            )
        return None

    def secret(self, template: str, at: Pointer) -> Secret:
        return Secret(template, file=self.file, place=self.places.of(at))

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
