"""The client of the companion API, on the emulator in process."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import httpx
import pytest

from reconciler.assets.auth import basic
from reconciler.assets.embedded import EMBEDDED_BASE_URL, embedded_transport
from reconciler.assets.schema_client import AssetsSchemaBackend
from reconciler.diagnostics import Confidence
from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from reconciler.errors import BackendError, RateLimited, ReconcilerError, Rejected, Unauthorized
from reconciler.model.object_schema import ObjectSchema, SchemaContent
from reconciler.planning.object_schema.object_values import ObjectValues, ValuesQuery
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Phase,
    SchemaElement,
    SchemaKind,
    SchemaOperation,
)
from reconciler.value import replace
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


def test_an_object_schema_is_found_by_its_id(network: Companion) -> None:
    (listed,) = asked(network, lambda b: b.object_schemas("w"))
    found = asked(network, lambda b: b.object_schema("w", listed.id))
    assert found == replace(listed, is_managed=None), "the list alone says who manages it"


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


def test_what_objects_hold_is_read_of_several_attributes_at_once(network: Companion) -> None:
    read = content(network)
    device = next(each.id for each in read.types if each.name == "Device")
    ids = {each.name: each.id for each in read.attributes if each.owner_id == device}
    query = ValuesQuery(
        aql=f"objectTypeId = {device}", attributes=frozenset({ids["Name"], ids["State"]})
    )
    held = asked(network, lambda b: b.object_values("w", query))
    assert held[ids["Name"]] == ObjectValues(objects=3, fewest=1, most=1, shared=1)
    assert held[ids["State"]] == ObjectValues(objects=3, fewest=0, most=1, shared=0)


def test_all_pages_of_objects_are_read() -> None:
    rows = [{"serial": f"d{n}", "name": f"device {n}"} for n in range(120)]
    companion = Companion().imported({"devices": rows})
    read = content(companion)
    device = next(each.id for each in read.types if each.name == "Device")
    (name,) = (a.id for a in read.attributes if (a.owner_id, a.name) == (device, "Name"))
    query = ValuesQuery(aql=f"objectTypeId = {device}", attributes=frozenset({name}))
    held = asked(companion, lambda b: b.object_values("w", query))
    assert held[name].objects == 120


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


def renaming(path: str, **changes: Any) -> SchemaOperation:
    """Return the operation that gives the name Place to what is at *path*."""
    found = SchemaOperation(
        kind=SchemaKind.RENAME,
        phase=Phase.BEFORE,
        method="PUT",
        path=path,
        body={"name": "Place"},
        body_digest=None,
        settles=(),
        object=SchemaElement(kind=ElementKind.OBJECT_TYPE, id="3", name="Site", schema_id="1"),
        join="confirmed",
        requires=(),
        grade=Confidence.OBSERVED,
        verify="",
    )
    return replace(found, **changes)


def test_an_operation_is_sent_with_its_body() -> None:
    companion = Companion()
    operation = renaming(companion.type("Site"))
    assert asked(companion, lambda b: b.send("w", operation), read_only=False) == 200
    assert "Place" in companion.types()


def test_a_client_that_only_reads_sends_none(network: Companion) -> None:
    with pytest.raises(ReconcilerError, match="this command only reads"):
        asked(network, lambda b: b.send("w", renaming("objecttype/3")))


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "../../../elsewhere"},
        {"path": "objecttype/../../v1/x"},
        {"path": "//elsewhere.invalid/x"},
        {"path": "https://elsewhere.invalid/"},
        {"path": "objecttype/3?x=1"},
        {"path": "objecttype/%2e%2e/3"},
        {"path": ""},
        {"method": "GET"},
    ],
)
def test_what_leads_out_of_the_workspace_is_not_sent(changes: dict[str, Any]) -> None:
    wire = _Wire(lambda _: httpx.Response(200))
    with pytest.raises(BackendError, match="nothing was sent"):
        wire.send(replace(renaming("objecttype/3"), **changes))
    assert wire.requests == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_credential_goes_to_its_own_origin_alone(status: int) -> None:
    """Whatever the answer says: it is not followed."""
    elsewhere = {"Location": "https://elsewhere.invalid/jsm/assets/x"}
    wire = _Wire(lambda _: httpx.Response(status, headers=elsewhere))
    with pytest.raises(BackendError) as caught:
        wire.send(renaming("objecttype/3"))
    assert caught.value.sent
    assert [each.url.host for each in wire.requests] == ["own.example"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 408])
def test_it_goes_out_once_whatever_the_answer_is(status: int) -> None:
    wire = _Wire(lambda _: httpx.Response(status, headers={"Retry-After": "7"}))
    with pytest.raises(BackendError) as caught:
        wire.send(renaming("objecttype/3"))
    assert len(wire.requests) == 1
    assert caught.value.sent is (status != 429)
    if isinstance(caught.value, RateLimited):
        assert caught.value.asked == 7.0


def test_the_fence_and_what_comes_before_keep_it_back() -> None:
    wire = _Wire(lambda _: httpx.Response(200))

    def closed() -> None:
        raise ReconcilerError("the lease was lost")

    with pytest.raises(ReconcilerError, match="the lease was lost"):
        wire.send(renaming("objecttype/3"), fence=closed)
    assert wire.requests == []


def test_without_a_body_none_is_sent() -> None:
    wire = _Wire(lambda _: httpx.Response(200))
    wire.send(renaming("objecttypeattribute/12", method="DELETE", body=None))
    (request,) = wire.requests
    assert (request.method, request.content) == ("DELETE", b"")


class _Wire:
    """A client whose other end is a function; it keeps what was asked."""

    def __init__(self, server: Callable[[httpx.Request], httpx.Response]) -> None:
        self.server = server
        self.requests: list[httpx.Request] = []

    def send(self, operation: SchemaOperation, **how: Any) -> int:
        async def scenario() -> int:
            backend = AssetsSchemaBackend(
                base_url="https://own.example/jsm/assets",
                credentials=lambda _: basic("me", "secret"),
                transport=httpx.MockTransport(self._answer),
            )
            try:
                return await backend.send("w", operation, **how)
            finally:
                await backend.aclose()

        return asyncio.run(scenario())

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.server(request)
