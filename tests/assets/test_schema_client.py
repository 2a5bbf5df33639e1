"""The client of the companion API, on the emulator in process."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from reconciler.assets.auth import basic
from reconciler.assets.embedded import EMBEDDED_BASE_URL, embedded_transport
from reconciler.assets.schema_client import AssetsSchemaBackend
from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from reconciler.errors import ReconcilerError, Rejected, Unauthorized
from reconciler.model.object_schema import ObjectSchema, SchemaContent
from tests.support.stages.companion import Companion
from tests.support.stages.emulator_site import attribute, document

T = TypeVar("T")


@pytest.fixture(scope="module")
def network() -> Companion:
    return Companion().imported()


def asked(
    companion: Companion,
    ask: Callable[[AssetsSchemaBackend], Coroutine[Any, Any, T]],
    *,
    credential: str = SCHEMA_CREDENTIAL,
    read_only: bool = True,
) -> T:
    async def scenario() -> T:
        email, _, token = credential.partition(":")
        backend = AssetsSchemaBackend(
            base_url=EMBEDDED_BASE_URL,
            credentials=lambda _: basic(email, token),
            transport=embedded_transport(companion.site.app),
            read_only=read_only,
        )
        try:
            return await ask(backend)
        finally:
            await backend.aclose()

    return asyncio.run(scenario())


def content(companion: Companion) -> SchemaContent:
    (schema,) = asked(companion, lambda b: b.object_schemas("w"))
    return asked(companion, lambda b: b.content("w", schema))


def test_an_object_schema_is_read_whole(network: Companion) -> None:
    found = content(network)
    assert (found.schema.name, found.schema.is_managed) == ("Network", True)
    types = {each.name: each for each in found.types}
    assert {name: each.objects for name, each in types.items()} == {
        "Device": 3,
        "Switch": 1,
        "Site": 2,
    }
    assert types["Switch"].parent_id == types["Device"].id
    own = {(each.owner_id, each.name): each for each in found.attributes if not each.is_system}
    at = own[types["Device"].id, "At"]
    assert (at.type, at.target_id) == ("referenced_object", types["Site"].id)
    assert own[types["Device"].id, "Tags"].maximum_cardinality == -1
    assert own[types["Device"].id, "Name"].label
    state = own[types["Device"].id, "State"]
    named = {each.id: each for each in found.statuses}
    assert [named[each].name for each in state.status_ids] == ["Broken", "Sound"]
    assert [named[each].category for each in state.status_ids] == ["inactive", "active"]


def test_objects_are_counted_though_the_client_only_reads(network: Companion) -> None:
    device = next(each.id for each in content(network).types if each.name == "Device")
    assert asked(network, lambda b: b.count("w", f"objectTypeId = {device}")) == 3
    filled = f'objectTypeId = {device} AND "State" IS NOT EMPTY'
    assert asked(network, lambda b: b.count("w", filled)) == 2


def test_what_it_cannot_ask_is_an_error(network: Companion) -> None:
    with pytest.raises(Rejected):
        asked(network, lambda b: b.count("w", 'objectTypeId = 1 AND "Nothing" IS NOT EMPTY'))
    with pytest.raises(Unauthorized):
        asked(network, lambda b: b.object_schemas("w"), credential="me:wrong")
    with pytest.raises(ReconcilerError):
        asked(network, lambda b: b.content("w", ObjectSchema(id="x" * 2_000, name="")))


def test_all_pages_of_object_schemas_are_read() -> None:
    companion = Companion()
    for number in range(120):
        where = f"/emulator/workspace/w/object-schemas/Schema {number}/types"
        made = document([{**_rack(), "name": f"Rack {number}"}], [])
        assert companion.site.call("POST", where, made).status_code == 204
    found = asked(companion, lambda b: b.object_schemas("w"))
    assert len({each.id for each in found}) == 121


def _rack() -> dict[str, Any]:
    attributes = [attribute("number", "Number", label=True)]
    return {"externalId": "rack", "description": "", "attributes": attributes}
