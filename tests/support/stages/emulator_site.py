"""A site for tests: an emulator in process, called as a client would, and a small document."""

import asyncio
import copy
import weakref
from pathlib import Path
from typing import Any

import httpx

from reconciler.emulator.app import create_app
from reconciler.emulator.faults import ADMIN_TOKEN, EmulatorOptions

ORIGIN = "http://emulator"
SOURCE = "/jsm/assets/workspace/w/v1/importsource/s"


def attribute(external_id: str, name: str, **keys: Any) -> dict[str, Any]:
    """Return an attribute of type text, or what *keys* make of it."""
    return {"externalId": external_id, "name": name, "description": "", "type": "text"} | keys


DISKS: dict[str, Any] = {
    "$schema": "https://example.com/2023_10_19",
    "schema": {
        "objectSchema": {
            "name": "Disks",
            "description": "All disks",
            "objectTypes": [
                {
                    "externalId": "disk",
                    "name": "Disk",
                    "description": "A disk",
                    "iconKey": "disk",
                    "attributes": [
                        attribute("id", "Id", label=True),
                        attribute("state", "State", type="status", typeValues=["Sound"]),
                        attribute(
                            "twin",
                            "Twin",
                            type="referenced_object",
                            referenceObjectTypeExternalId="disk",
                        ),
                    ],
                    "children": [
                        {
                            "externalId": "file",
                            "name": "File",
                            "description": "A file",
                            "attributes": [
                                attribute("path", "Path"),
                                attribute("size", "Size", type="integer"),
                            ],
                        }
                    ],
                }
            ],
        },
        "iconSchema": {"icons": [{"key": "disk", "name": "Disk", "png48": "iVBORw0KGgo="}]},
        "statusSchema": {"statuses": [{"name": "Sound", "description": "", "category": "active"}]},
    },
    "mapping": {
        "objectTypeMappings": [
            {
                "objectTypeExternalId": "disk",
                "objectTypeName": "Disk",
                "selector": "disks",
                "description": "",
                "attributesMapping": [
                    {
                        "attributeExternalId": "id",
                        "attributeName": "Id",
                        "attributeLocators": ["b", "a"],
                        "externalIdPart": True,
                    }
                ],
            },
            {
                "objectTypeName": "File",
                "selector": "disks.files",
                "description": "Files",
                "attributesMapping": [
                    {"attributeName": "Path", "attributeLocators": ["path"]},
                    {
                        "attributeExternalId": "size",
                        "attributeName": "Size",
                        "attributeLocators": ["size"],
                    },
                ],
            },
        ]
    },
}


def disks(**text: str) -> dict[str, Any]:
    """Return the document, with the Disk type's keys *text* changed."""
    changed = copy.deepcopy(DISKS)
    changed["schema"]["objectSchema"]["objectTypes"][0] |= text
    return changed


def tagged(tag: str) -> dict[str, Any]:
    """Return a small document whose external ids are all *tag*'s own."""
    object_type = {
        "externalId": tag,
        "name": "Thing",
        "description": "",
        "attributes": [attribute(f"{tag}-name", "Name", label=True)],
    }
    entry = {
        "attributeExternalId": f"{tag}-name",
        "attributeName": "Name",
        "attributeLocators": ["name"],
        "externalIdPart": True,
    }
    mapping = {
        "objectTypeExternalId": tag,
        "objectTypeName": "Thing",
        "selector": "things",
        "description": "",
        "attributesMapping": [entry],
    }
    return document([object_type], [mapping])


def document(types: list[Any], mappings: list[Any]) -> dict[str, Any]:
    """Return a document of *types* and *mappings*."""
    schema = {"objectSchema": {"name": "", "description": "", "objectTypes": types}}
    return {"schema": schema, "mapping": {"objectTypeMappings": mappings}}


class Clock:
    """Time that moves when told to."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Sleep at once: the emulator's waits take no time of the test's."""
        self.seconds += seconds


class Site:
    """An emulator and a client of it; paths are those below the source s of workspace w."""

    def __init__(
        self, db: Path | None = None, *, clock: Clock | None = None, **options: Any
    ) -> None:
        self.clock = clock or Clock()
        self.app = create_app(
            db or ":memory:", EmulatorOptions(**options), now=self.clock, sleep=self.clock.sleep
        )
        # Tests hold a site as long as they need it, and none of them need say so.
        weakref.finalize(self, self.app.state.close)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = ADMIN_TOKEN,
        **headers: Any,
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} | headers
        url = path if path.startswith(("/", "http")) else f"{SOURCE}/{path}"
        content = {"content": body} if isinstance(body, bytes) else {"json": body}

        async def send() -> httpx.Response:
            async with self.client() as client:
                return await client.request(method, url, headers=headers, **content)

        return asyncio.run(send())

    def put(self, body: Any = DISKS) -> httpx.Response:
        return self.call("PUT", "mapping", body)

    def live(self) -> Any:
        """Return what GET schema-and-mapping shows."""
        answer = self.call("GET", "schema-and-mapping")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def count(self, operation: str) -> int:
        """Return how many requests of *operation* there were."""
        found = self.call("GET", "/emulator/requests").json()["requests"]
        return sum(row["count"] for row in found if row["operation"] == operation)
