"""Imports for tests: a document with references, executions by chunks, objects and counts."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reconciler.emulator.call import Place
from reconciler.emulator.objects import objects_of
from reconciler.emulator.store import reading
from reconciler.outcome.imports import ImportedObject
from tests.support.stages.emulator_site import Site, attribute, document

# What the answers on record say of a type, and `unresolvedReferences`, which is ours.
KEYS = {
    *("id", "objectTypeName", "objectTypeId", "objectsUpdated", "objectsCreated"),
    *("objectsIdentical", "objectsMissingUpdated", "objectsMissingDeleted", "entriesInSource"),
    *("duplicateEnries", "emptyLabelEntries", "emptyExternalIdEntries"),
    *("objectsFilteredWithQlQuery", "errorMessages", "readExternalDataTimeInMs"),
    *("mapExternalDataTimeInMs", "qlQueryFilteringTimeInMs", "decidingActionsTimeInMs"),
    *("writeInsightDataTimeInMs", "postFunctionTimeInMs", "executionTimeInMs"),
    *("objectsWithUpdatedReferences", "unresolvedReferences", "errorCount"),
}


def mapped(key: str, locator: str | None = None, **keys: Any) -> dict[str, Any]:
    """Return what fills the attribute *key*."""
    locators = [locator or key.rpartition("-")[2]]
    return {"attributeExternalId": key, "attributeName": key, "attributeLocators": locators} | keys


def disks_and_files() -> dict[str, Any]:
    """Return a document: disks with a twin, and their files, each on a disk."""
    twin = {"type": "referenced_object", "referenceObjectTypeExternalId": "disk"}
    disk = {
        "externalId": "disk",
        "name": "Disk",
        "description": "",
        "attributes": [
            attribute("disk-id", "Id"),
            attribute("disk-name", "Name", label=True),
            attribute("disk-size", "Size", type="integer"),
            attribute("disk-tags", "Tags", maximumCardinality=-1),
            attribute("disk-twin", "Twin", **twin),
        ],
    }
    file = {
        "externalId": "file",
        "name": "File",
        "description": "",
        "attributes": [
            attribute("file-path", "Path", label=True, minimumCardinality=1),
            attribute("file-owner", "Owner", minimumCardinality=1),
            attribute("file-on", "On", maximumCardinality=-1, **twin),
        ],
    }
    of_disk = [
        mapped("disk-id", externalIdPart=True),
        *(mapped(key) for key in ("disk-name", "disk-size", "disk-tags")),
        mapped("disk-twin", objectMappingIQL="Id = ${twin}"),
    ]
    of_file = [
        mapped("file-path", externalIdPart=True),
        mapped("file-owner"),
        mapped("file-on", objectMappingIQL="Name IN (${on${0}})"),
    ]
    mappings = [
        {
            "objectTypeExternalId": key,
            "objectTypeName": key,
            "selector": selector,
            "description": "",
            "attributesMapping": attributes,
        }
        for key, selector, attributes in (("disk", "disks", of_disk), ("file", "files", of_file))
    ]
    whole = document([disk, file], mappings)
    whole["schema"]["objectSchema"]["name"] = "Disks of all kinds"
    return whole


class Importer:
    """A site with one configured source, and imports into it."""

    def __init__(self, db: Path, body: Any = None, **options: Any) -> None:
        """Open the site on the file *db*, and configure *body* unless the source is."""
        self.db = db
        self.site = Site(db, **{"steps": 0} | options)
        self.configured = self.site.put(body or disks_and_files()).status_code

    def start(self, *chunks: Any, completed: bool = True) -> dict[str, str]:
        """Begin an execution and post *chunks*: whole bodies, or only their data."""
        links: dict[str, str] = self.site.call("POST", "executions").json()["links"]
        for chunk in chunks:
            body = chunk if "data" in chunk else {"data": chunk}
            assert self.site.call("POST", links["submitResults"], body).status_code == 200
        if completed:
            self.site.call("POST", links["submitResults"], {"completed": True})
        return links

    def __call__(self, *chunks: Any) -> dict[str, dict[str, Any]]:
        """Import *chunks* and return the counts of each type that are not 0, by its name."""
        links = self.start(*chunks)
        while (answer := self.site.call("GET", links["getExecutionStatus"]).json())[
            "status"
        ] == "PROCESSING":
            pass
        assert answer["status"] == "DONE"
        results = answer["progressResult"]["objectTypeResultMap"]
        return {
            result["objectTypeName"]: {
                key: value
                for key, value in result.items()
                if value and key not in {"objectTypeName", "objectTypeId"}
            }
            for result in results.values()
        }

    def objects(self) -> list[ImportedObject]:
        """Return all objects, as they are listed."""
        with reading(self.db) as tx:
            return list(objects_of(tx, [Place("w", "s")]))


def told(objects: Iterable[ImportedObject]) -> list[str]:
    """Return each object on a line: key, label, attributes, references."""
    return [
        " ".join(
            [
                each.key,
                each.label,
                *(
                    f"{name}={','.join(values)}"
                    for name, values in (*each.attributes.items(), *each.references.items())
                ),
            ]
        )
        for each in objects
    ]
