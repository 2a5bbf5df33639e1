"""The operations of the companion API (api.md#companion-credentials) that reconciler needs."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import httpx

from reconciler.assets import schema_answers
from reconciler.assets.answers import Answer, check_complete
from reconciler.assets.call import Call
from reconciler.assets.connection import Connection
from reconciler.assets.links import segment
from reconciler.backend.requests import BeforeSending, Fence, no_fence, nothing_before
from reconciler.errors import BackendError
from reconciler.model.canonical import canonical_json
from reconciler.model.object_schema import ListedSource, ObjectSchema, SchemaContent
from reconciler.planning.object_schema.object_values import MOST_OBJECTS, ObjectValues, ValuesQuery
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.regex import regex

# What a request is for, in messages: it is no source's.
SITE = "schemaAuth"
# Fewer on a page are no end (api.md#companion-ids-and-counts), and no site has more pages.
_PAGE, _MOST_PAGES = 100, 100
_NO_QUERY: Mapping[str, Any] = MappingProxyType({})
_METHODS = frozenset({"POST", "PUT", "DELETE"})
# Words and ids: nothing that leads out of the workspace.
_PATH = regex(r"[a-z]+(/[A-Za-z0-9_-]+)+")


_MANAGE = "check schemaAuth: its account must manage the object schema"
_HINTS = {401: f"{_MANAGE}, and its token be valid", 403: _MANAGE, 404: _MANAGE}


class AssetsSchemaBackend(Connection):
    """The object schemas of a site over HTTP: `reconciler.backend.SchemaBackend`."""

    BASE_URL = "schemaAuth.baseUrl"

    async def object_schemas(self, workspace_id: str) -> tuple[ObjectSchema, ...]:
        """Return the object schemas that the credential's owner sees."""
        found: list[ObjectSchema] = []
        for _ in range(_MOST_PAGES):
            query = {"startAt": len(found), "maxResults": _PAGE}
            page, is_last = schema_answers.schemas_page(
                await self._get(workspace_id, "objectschema/list", query)
            )
            found += page
            if is_last:
                break
        return tuple(found)

    async def object_schema(self, workspace_id: str, schema_id: str) -> ObjectSchema:
        """Return the object schema *schema_id*. Raises NotFound if it is not there."""
        tail = f"objectschema/{segment(schema_id)}"
        return schema_answers.object_schema(await self._get(workspace_id, tail))

    async def import_sources(self, workspace_id: str, schema_id: str) -> tuple[ListedSource, ...]:
        """Return the import sources of *schema_id*.

        (api.md#several-sources-on-one-object-schema)
        """
        tail = f"importsource/objectschema/{segment(schema_id)}"
        return schema_answers.import_sources(await self._get(workspace_id, tail))

    async def content(self, workspace_id: str, schema: ObjectSchema) -> SchemaContent:
        """Return the elements of *schema*, each type with the number of its objects."""
        below, get = f"objectschema/{segment(schema.id)}", partial(self._get, workspace_id)
        counted = await get(f"{below}/objecttypes/flat", {"includeObjectCounts": "true"})
        extended = await get(f"{below}/attributes", {"extended": "true"})
        own = await get("config/statustype", {"objectSchemaId": schema.id})
        of_site = await get("config/statustype")
        return SchemaContent(
            schema=schema,
            types=schema_answers.object_types(counted),
            attributes=schema_answers.attributes(extended),
            statuses=(*schema_answers.statuses(own), *schema_answers.statuses(of_site)),
        )

    async def count(self, workspace_id: str, aql: str) -> int:
        """Return how many objects *aql* finds, of those that the credential's owner sees."""
        return schema_answers.total(await self._ask(workspace_id, "object/aql/totalcount", aql))

    async def has_objects(self, workspace_id: str, aql: str) -> bool:
        """Return whether a page of objects that *aql* finds has any: a second witness of 0."""
        query = {"startAt": 0, "maxResults": 1, "includeAttributes": "false"}
        return schema_answers.has_values(await self._ask(workspace_id, "object/aql", aql, query))

    async def object_values(
        self, workspace_id: str, query: ValuesQuery
    ) -> Mapping[str, ObjectValues]:
        """Return what the objects that *query* finds hold of each of its attributes, by id.

        Raises BackendError also where there are more of them than are read.
        """
        held: dict[str, list[Sequence[str]]] = {each: [] for each in query.attributes}
        read = 0
        while read <= MOST_OBJECTS:
            asked = {"startAt": read, "maxResults": _PAGE, "includeAttributes": "true"}
            answer = await self._ask(workspace_id, "object/aql", query.aql, asked)
            page, is_last = schema_answers.values_page(answer)
            for each in page:
                for attribute, values in held.items():
                    values.append(each.get(attribute, ()))
            read += len(page)
            if is_last:
                return {each: ObjectValues.of(values) for each, values in held.items()}
        raise BackendError(
            f"there are more than {MOST_OBJECTS:,} objects, whose values are not read",
            request="POST object/aql",
        )

    async def send(
        self,
        workspace_id: str,
        operation: SchemaOperation,
        *,
        fence: Fence = no_fence,
        before: BeforeSending = nothing_before,
    ) -> int:
        """Send *operation* once, and return the status of its answer, a 2xx, which proves nothing.

        Raises BackendErrors whose `sent` tells whether it may have acted; a 429 is RateLimited.
        """
        if operation.method not in _METHODS or not _PATH.fullmatch(operation.path):
            raise BackendError(
                f"{operation.method} {operation.path} is no operation on an object schema; "
                "nothing was sent",
                request=f"{operation.method} {operation.path}",
                hint="plan again",
            )
        call = Call(
            source=SITE,
            method=operation.method,
            url=self._url(workspace_id, operation.path),
            body=None if operation.body is None else canonical_json(operation.body),
            once=True,
            fence=fence,
            before=before,
        )
        answer = await self._answer(call)
        check_complete(answer)
        return answer.reply.status

    async def _get(
        self, workspace_id: str, tail: str, query: Mapping[str, Any] = _NO_QUERY
    ) -> Answer:
        url = self._url(workspace_id, tail).copy_merge_params(query)
        return await self._answer(Call(source=SITE, method="GET", url=url))

    async def _ask(
        self, workspace_id: str, tail: str, aql: str, query: Mapping[str, Any] = _NO_QUERY
    ) -> Answer:
        url = self._url(workspace_id, tail).copy_merge_params(query)
        body = canonical_json({"qlQuery": aql})
        return await self._answer(Call(source=SITE, method="POST", url=url, body=body, asks=True))

    async def _answer(self, call: Call) -> Answer:
        """Return the answer to *call*; what is said of a token is not about this credential."""
        try:
            return await self.channel.send(call)
        except BackendError as error:
            error.hint = _HINTS.get(error.status or 0, error.hint)
            raise

    def _url(self, workspace_id: str, tail: str) -> httpx.URL:
        return self.site.at(f"workspace/{segment(workspace_id)}/v1/{tail}")
