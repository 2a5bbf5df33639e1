"""The project as values: environments, policy, journal (design.md#the-project-file)."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reconciler.diagnostics import Diagnostic
from reconciler.manifest.lint import Lint
from reconciler.manifest.path_glob import PathGlob
from reconciler.manifest.project.variables import Secret, Template
from reconciler.manifest.text.tree import Place
from reconciler.model.id_prefix import NO_PREFIX, IdPrefix
from reconciler.model.policy import Acknowledgement, Policy
from reconciler.value import Value, field

DEFAULT_BASE_URL = Template(
    text="https://api.atlassian.com/jsm/assets", key="baseUrl", file="reconciler.yaml"
)
DATA_DIRECTORY = ".reconciler"
# In it, the data of the emulator in process.
EMULATOR_FILE = "emulator.db"
DEFAULT_JOURNAL = Template(
    text=f"sqlite:///{DATA_DIRECTORY}/journal.db", key="journal", file="reconciler.yaml"
)
LOCAL = "local"
# After so many seconds an operation can have no more effect (design.md#unknown-outcomes).
LONGEST_OPERATION = 900


class BackendKind(StrEnum):
    """What answers for an environment's import sources: the emulator in process, the cloud, a file.

    The file is a recording of the cloud or of the emulator.
    """

    EMBEDDED = "embedded"
    CLOUD = "cloud"
    REPLAY = "replay"


_CREDENTIAL = "schemaAuth: {basic: {email: …, token: …}}"
# What to write into an environment for schema operations.
SCHEMA_AUTH = {
    BackendKind.EMBEDDED: "schemaAuth: embedded",
    BackendKind.CLOUD: _CREDENTIAL,
    BackendKind.REPLAY: _CREDENTIAL,
}


class Auth(Value):
    """The authentication: a bearer token or an account, as templates of the secrets."""

    bearer: Secret | None = None
    basic_email: Secret | None = None
    basic_token: Secret | None = None


class SchemaAuth(Value):
    """The credential for the companion API; `auth` is None for the emulator in process.

    `base_url` is None where it is the environment's.
    """

    auth: Auth | None = None
    base_url: Template | None = None


class Binding(Value):
    """The binding of a source in one environment; `place` is its place in the project file."""

    import_source_id: Template | None = None
    auth: Auth | None = None
    place: Place | None = None


class Environment(Value):
    """One environment. `workspace_id` is None if the container token determines it.

    `schema_auth` is None where nothing but import sources can be reached.
    `longest_operation` is in seconds. `id_prefix` is put before each external id of a document.
    `overlays` is the folder of its overlays, and `replay` its recording, relative to the project's.
    """

    name: str
    backend: BackendKind
    replay: str | None = None
    base_url: Template = DEFAULT_BASE_URL
    workspace_id: Template | None = None
    auth: Auth | None = None
    schema_auth: SchemaAuth | None = None
    longest_operation: int = LONGEST_OPERATION
    id_prefix: IdPrefix = NO_PREFIX
    overlays: str | None = None
    sources: Mapping[str, Binding] = MappingProxyType({})
    same_site: tuple[str, ...] = ()

    def auth_of(self, source: str) -> Auth | None:
        """Return the authentication for *source*: its binding's, else the environment's."""
        binding = self.sources.get(source)
        return self.auth if binding is None or binding.auth is None else binding.auth


class Project(Value):
    """The project with its selected environment.

    `root` is the directory of the project file `path`, which is None without one. `variables`
    fill in the templates; they may hold secrets and are left out of the repr. `overlays` has the
    folder of overlays of each environment, None without one. `remarks` are the warnings
    about the file itself: secrets that are written in it, what policy allows and nothing can do.
    """

    root: Path
    path: Path | None
    environment: Environment
    policy: Policy = field(default_factory=Policy)
    journal: Template = DEFAULT_JOURNAL
    manifest_globs: tuple[PathGlob, ...] | None = None
    ignore: tuple[Acknowledgement, ...] = ()
    lint: Lint = field(default_factory=Lint)
    overlays: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    remarks: tuple[Diagnostic, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return where it is: its variables are secrets."""
        return f"Project(root={self.root!r}, environment={self.environment.name!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Return what may be shown of it, by name."""
        return [("root", self.root), ("environment", self.environment.name)]


def default_project(root: Path) -> Project:
    """Return the project of a directory without a project file: embedded, with all defaults."""
    return Project(
        root=root,
        path=None,
        environment=Environment(name=LOCAL, backend=BackendKind.EMBEDDED),
    )
