"""An object schema as the companion API shows it: its elements, with the ids that Assets gave.

No answer of that API has an external id (api.md#companion-ids-and-counts): which element is which
of an import source's is told by `planning.object_schema.join`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from reconciler.model.source import EXTERNAL
from reconciler.value import Value, field

# What importsource may hide of live, and the companion API shows.
FROM_ASSETS = frozenset({"statuses", "typeValues"})


class ObjectSchema(Value):
    """The object schema itself. `is_managed` is whether the credential's owner manages it.

    It is None where nothing says so: then no count of objects is to be believed.
    """

    id: str
    name: str
    description: str = ""
    is_managed: bool | None = None


class ListedSource(Value):
    """An import source as the list of those of one object schema has it."""

    id: str
    name: str
    module: str | None = None

    @property
    def is_external(self) -> bool:
        """Whether it takes a schema and mapping, as far as its kind is known."""
        return self.module in {None, EXTERNAL}


class SchemaType(Value):
    """An object type. `objects` counts its own, not those of the types below."""

    id: str
    name: str
    parent_id: str | None = None
    description: str = ""
    is_inherited: bool = False
    objects: int = 0


class SchemaAttribute(Value):
    """An attribute of the type with the id `owner_id`.

    `type` is importsource's name of its type, None for one that importsource does not have;
    `target_id` the id of the type that it refers to, `status_ids` those of the statuses that it
    takes. `definition` is its whole JSON.
    """

    id: str
    owner_id: str
    name: str
    type: str | None
    target_id: str | None = None
    description: str = ""
    label: bool = False
    unique: bool = False
    minimum_cardinality: int = 0
    maximum_cardinality: int = 1
    status_ids: tuple[str, ...] = ()
    is_editable: bool = True
    is_removable: bool = True
    is_system: bool = False
    definition: Mapping[str, Any] = field(default=MappingProxyType({}))


class SchemaStatus(Value):
    """A status; one without `schema_id` is the site's, and every object schema has it."""

    id: str
    name: str
    category: str | None = None
    description: str = ""
    schema_id: str | None = None


class SchemaContent(Value):
    """All that was read of one object schema."""

    schema: ObjectSchema
    types: tuple[SchemaType, ...] = ()
    attributes: tuple[SchemaAttribute, ...] = ()
    statuses: tuple[SchemaStatus, ...] = ()
