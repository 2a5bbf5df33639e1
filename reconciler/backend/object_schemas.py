"""The object schemas of a site as the core sees them."""

from collections.abc import Mapping
from typing import Protocol

from reconciler.backend.requests import BeforeSending, Deadline, Fence, no_fence, nothing_before
from reconciler.model.object_schema import ListedSource, ObjectSchema, SchemaContent
from reconciler.planning.object_schema.object_values import ObjectValues, ValuesQuery
from reconciler.planning.object_schema.operation import SchemaOperation


class SchemaBackend(Protocol):
    """The object schemas of a site, by the companion API (api.md#companion-credentials).

    It needs a credential of its own (`schemaAuth`), which goes to its own base URL only.
    """

    def with_deadline(self, deadline: Deadline) -> "SchemaBackend":
        """Return this backend with calls that end by *deadline*."""
        ...

    async def object_schemas(self, workspace_id: str) -> tuple[ObjectSchema, ...]:
        """Return the object schemas that the credential's owner sees."""
        ...

    async def object_schema(self, workspace_id: str, schema_id: str) -> ObjectSchema:
        """Return the object schema *schema_id*. Raises NotFound if it is not there."""
        ...

    async def import_sources(self, workspace_id: str, schema_id: str) -> tuple[ListedSource, ...]:
        """Return the import sources of the object schema *schema_id*: an undocumented call."""
        ...

    async def content(self, workspace_id: str, schema: ObjectSchema) -> SchemaContent:
        """Return the elements of *schema*, each type with the number of its objects."""
        ...

    async def count(self, workspace_id: str, aql: str) -> int:
        """Return how many objects *aql* finds, of those that the credential's owner sees."""
        ...

    async def has_objects(self, workspace_id: str, aql: str) -> bool:
        """Return whether a page of objects that *aql* finds has any: a second witness of 0."""
        ...

    async def object_values(
        self, workspace_id: str, query: ValuesQuery
    ) -> Mapping[str, ObjectValues]:
        """Return what the objects that *query* finds hold of each of its attributes, by id.

        Raises BackendError also where there are more of them than are read.
        """
        ...

    async def send(
        self,
        workspace_id: str,
        operation: SchemaOperation,
        *,
        fence: Fence = no_fence,
        before: BeforeSending = nothing_before,
    ) -> int:
        """Send *operation* once, and return the status of its answer, a 2xx, which proves nothing.

        It is sent again only where there was no connection: a 429 is raised as RateLimited, and
        who wants to repeat it looks first. *before* and *fence* are as in `Backend.submit`.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
