"""An import source: its reference, its config status, and what was read of it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from reconciler.model.normalise import LiveDocument
from reconciler.value import Value, field


class ConfigStatus(StrEnum):
    """The API's configstatus (api.md#config-status)."""

    IDLE = "IDLE"
    DISABLED = "DISABLED"
    MISSING_MAPPING = "MISSING_MAPPING"
    RUNNING = "RUNNING"


def id_key(import_source_id: str) -> str:
    """Return what is the same for ids that a server may take for one: case and outer blanks."""
    return import_source_id.strip().casefold()


# The one kind of source that takes this API (api.md#put-creates).
EXTERNAL = "rlabs-import-type-external"


class SourceRef(Value, eq=False):
    """An import source as the environment binds it; the ids are None if discovery finds them.

    `taken` are the ids of other sources, by `id_key`, with their names: discovery must not find
    one of them.
    """

    name: str
    import_source_id: str | None
    workspace_id: str | None
    taken: Mapping[str, str] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        """Return whether *other* is bound alike, whatever ids are taken."""
        return isinstance(other, SourceRef) and self._bound == other._bound

    def __ne__(self, other: object) -> bool:
        """Return whether *other* is bound otherwise: a struct has an answer of its own."""
        return not self == other

    def __hash__(self) -> int:
        """Return the hash of how it is bound."""
        return hash(self._bound)

    @property
    def _bound(self) -> tuple[str | None, ...]:
        return self.name, self.import_source_id, self.workspace_id

    def __str__(self) -> str:
        """Return where it is, in words."""
        source, workspace = self.import_source_id, self.workspace_id
        return (
            f"{f'import source {source}' if source else 'an unknown import source'} of "
            f"{f'workspace {workspace}' if workspace else 'an unknown workspace'}"
        )


class Description(Value):
    """What `GET importsource/{id}` tells of an import source; None where it does not.

    `object_schema` is the id of its object schema in whatever form, `schema_number` the number that
    the companion API takes. `settings` are what the UI has of its mappings, by the name of the
    object type (api.md#ui-settings-that-a-patch-may-reset); those that have none are left out.
    `filled` are the ids of the object types that it fills, by the selector of the mapping. `fault`
    is why its configuration is not valid, `schedule` how often it runs and when next.
    """

    name: str | None = None
    object_schema: str | None = None
    schema_number: str | None = None
    module: str | None = None
    settings: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    filled: Mapping[str, frozenset[str]] = MappingProxyType({})
    fault: str | None = None
    schedule: str | None = None

    @property
    def is_external(self) -> bool:
        """Whether it takes a schema and mapping, as far as its kind is known."""
        return self.module in {None, EXTERNAL}


class Live(Value):
    """The result of a refresh: `document` is None where there is nothing to show.

    A source without a mapping shows the types of its object schema
    (api.md#a-source-without-a-mapping). `status` and `description` are None for an offline plan
    (`plan --live`), the latter also where the source cannot be read.
    """

    status: ConfigStatus | None
    document: LiveDocument | None
    description: Description | None = None
