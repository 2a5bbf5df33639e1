"""Answers of executions: documented (api.md#results), observed, failed, hostile."""

from typing import Any

from tests.support.samples.plans import HOSTILE

DOCUMENTED: dict[str, Any] = {
    "type": "IMPORT",
    "id": 438,
    "started": "2023-06-15T12:13:03.952+00:00",
    "ended": "2023-06-15T12:13:05.124+00:00",
    "objectSchemaId": 266,
    "result": "OK",
    "status": "FINISHED",
    "infoMessage": "No data to import",
    "jobId": "241d9437-eb25-4008-a346-8daafbb91026",
    "importSourceId": "3e9f17a6-61db-4bdd-a313-6dd38c81bfca",
    "populatedObjectTypes": ["Operating System", "Hard Drive"],
    "onlyExecutedForObjectTypes": [],
    "objectTypeResultMap": {
        type_id: {
            "id": None,
            "objectTypeName": name,
            "objectTypeId": int(type_id),
            "objectsUpdated": 0,
            "objectsCreated": created,
            "objectsIdentical": 0,
            "objectsMissingUpdated": 0,
            "objectsMissingDeleted": 0,
            "entriesInSource": created,
            "duplicateEnries": 0,
            "emptyLabelEntries": 0,
            "emptyExternalIdEntries": 0,
            "objectsFilteredWithQlQuery": 0,
            "errorMessages": None,
            "executionTimeInMs": 375,
            "objectsWithUpdatedReferences": 1,
        }
        for type_id, name, created in (
            ("2548", "Operating System", 2),
            ("2547", "Hard Drive", 1),
        )
    },
    "errorMessages": None,
    "totalNumberEntriesInImport": 3,
}
# All that one live answer held of its types; its `errorCount` was 0.
LIVE: dict[str, Any] = {
    "type": "IMPORT",
    "started": "2026-09-18T18:17:25.835+00:00",
    "ended": "2026-09-18T18:17:38.584+00:00",
    "result": "OK",
    "status": "FINISHED",
    "infoMessage": "No data to import",
    "objectTypeResultMap": {
        "1081": {
            "objectTypeName": "Laptop",
            "objectsUpdated": 290,
            "objectsCreated": 561,
            "errorCount": 17,
        }
    },
}
LOSSY: dict[str, Any] = DOCUMENTED | {
    "infoMessage": None,
    "objectTypeResultMap": {
        "7": {
            "objectTypeName": f"Files of a {HOSTILE} name that does not end",
            "entriesInSource": 1200,
            "objectsCreated": 1000,
            "duplicateEnries": 150,
            "emptyLabelEntries": 1,
            "emptyExternalIdEntries": 49,
            "objectsFilteredWithQlQuery": 3,
            "objectsMissingUpdated": 1,
            "objectsMissingDeleted": 12,
            "unresolvedReferences": 2,
            "errorMessages": "49 entries lack a mandatory value",
        },
        "8": {"objectTypeName": "Owner", "entriesInSource": 12},
        "9": "odd",
    },
}
FAILED: dict[str, Any] = {
    "started": "2023-06-15T12:13:03",
    "ended": f"later {HOSTILE}",
    "result": "ERROR",
    "objectTypeResultMap": {},
    "errorMessages": [
        f"The file ended {HOSTILE} where an entry should begin; no 80 columns hold this sentence",
        {"code": 7},
        "x" * 500,
        "four",
        "five",
        "six",
        None,
    ],
    "totalNumberEntriesInImport": 12,
}
