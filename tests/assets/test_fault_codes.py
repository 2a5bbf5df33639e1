"""Codes are found wherever a 400 body has them (api.md#body-of-a-400)."""

import json
from typing import Any

import pytest

from reconciler.assets.failures import faults_in
from reconciler.errors import ApiFault

CASES = {
    "the recorded shape": (
        {"dataValidationErrors": [{"code": "UNKNOWN_EXTERNAL_ID_MAPPING"}]},
        [("UNKNOWN_EXTERNAL_ID_MAPPING", None)],
    ),
    "with a message": (
        {"dataValidationErrors": [{"code": "EXTERNAL_ID_MISMATCH", "message": "Disk"}]},
        [("EXTERNAL_ID_MISMATCH", "Disk")],
    ),
    "other keys of an entry are its text": (
        {"dataValidationErrors": [{"code": "X_Y", "externalId": "a", "line": 3, "more": {}}]},
        [("X_Y", "externalId: a, line: 3")],
    ),
    "errorCode at the top": (
        {"result": "error", "errorCode": "DISABLED"},
        [("DISABLED", "result: error")],
    ),
    "in the order of the body": (
        {"errors": [{"code": "B_B"}, {"inner": [{"code": "A_A"}]}], "code": "C_C"},
        [("C_C", None), ("B_B", None), ("A_A", None)],
    ),
    "each once": ([{"code": "A_A"}, {"code": "A_A"}], [("A_A", None)]),
    "a number repeats the status": ({"code": 401, "message": "Unauthorized"}, []),
    "so does one in a string": ({"code": "400"}, []),
    "codes as bare words": ({"errors": ["UNKNOWN_REFERENCE: Disk"]}, [("UNKNOWN_REFERENCE", None)]),
    "plain text": (
        "Failed: SCHEMA_INVALID_EXTERNAL_ID for x",
        [("SCHEMA_INVALID_EXTERNAL_ID", None)],
    ),
    "prose without codes": ({"message": "Bad request"}, []),
    "nothing": ("", []),
    "HTML": ("<html><body>Bad Request</body></html>", []),
    "JSON that is null": ("null", []),
    "nested too deeply to read": ("[" * 100_000, []),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_faults_in(body: Any, expected: Any) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    assert list(faults_in(text)) == [ApiFault(code=c, text=t) for c, t in expected]


def test_a_flood_is_cut() -> None:
    assert len(faults_in(json.dumps([{"code": f"C_{n}"} for n in range(1000)]))) == 100
