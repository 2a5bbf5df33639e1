"""Faults of the companion API: a write that was not done, and says so or does not."""

import json

import pytest

from reconciler.emulator.app import ConnectionCut
from reconciler.emulator.faults import parse_fault
from reconciler.semantics.operations import COMPANION_WRITES, ApiOperation
from tests.support.matrix import crossed
from tests.support.stages.companion import Companion

# What is written, with a body, and what shows afterwards that it was.
WRITES = {
    ApiOperation.PUT_OBJECT_SCHEMA: ("PUT", "objectschema/{schema}", {"name": "Other"}),
    ApiOperation.PUT_OBJECT_TYPE: ("PUT", "{site}", {"name": "Other"}),
    ApiOperation.DELETE_OBJECT_TYPE: ("DELETE", "{switch}", None),
    ApiOperation.MOVE_OBJECT_TYPE: ("POST", "{switch}/position", {"position": 0}),
    ApiOperation.PUT_ATTRIBUTE: ("PUT", "{serial}", {"label": True}),
    ApiOperation.DELETE_ATTRIBUTE: ("DELETE", "objecttypeattribute/{tags}", None),
    ApiOperation.PUT_STATUS: ("PUT", "{retired}", {"name": "Other", "category": 1}),
    ApiOperation.DELETE_STATUS: ("DELETE", "{retired}", None),
}
FAULTS = {
    "no-effect": 200,
    "refuse=NAME_TAKEN": 400,
    "429": 429,
    "500": 500,
    "503": 503,
    "status=403": 403,
    "html": 200,
    "drop-before": None,
    "504": 504,
    "drop-after": None,
    "truncated": 200,
}
DONE = {"504", "drop-after", "truncated"}


def everything(companion: Companion) -> str:
    """Return all that both APIs show."""
    shown = [
        companion.get("objectschema/list", includeCounts=True),
        companion.types(includeObjectCounts=True),
        companion.get(f"objectschema/{companion.schema}/attributes"),
        companion.statuses(),
        companion.live(),
    ]
    return json.dumps(shown, sort_keys=True)


def paths(companion: Companion) -> dict[str, str]:
    return {
        "schema": companion.schema,
        "site": companion.type("Site"),
        "switch": companion.type("Switch"),
        "serial": companion.attribute("Device", "Serial"),
        "tags": companion.attributes("Device")["Tags"]["id"],
        "retired": f"config/statustype/{companion.statuses()['Retired']['id']}",
    }


def test_each_write_is_tried() -> None:
    assert WRITES.keys() == COMPANION_WRITES


@pytest.mark.parametrize(("operation", "fault"), crossed(WRITES, FAULTS))
def test_a_fault_of_a_write_leaves_all_as_it_was_or_as_it_should_be(
    operation: str, fault: str
) -> None:
    companion = Companion(faults=(parse_fault(f"{operation}:{fault}:1"),)).imported()
    method, path, body = WRITES[ApiOperation(operation)]
    where = path.format(**paths(companion))
    before = everything(companion)
    if (status := FAULTS[fault]) is None:
        with pytest.raises(ConnectionCut):
            companion.call(method, where, body)
    else:
        assert companion.call(method, where, body).status_code == status
    assert (everything(companion) != before) is (fault in DONE)
    if fault not in DONE:
        assert companion.call(method, where, body).status_code == 200
        assert everything(companion) != before


def test_a_write_without_effect_is_answered_as_if_done() -> None:
    companion = Companion(faults=(parse_fault("put-object-type:no-effect"),))
    assert companion.put(companion.type("Site"), name="Other")["name"] == "Other"
    assert "Other" not in companion.types()


def test_a_refusal_has_the_form_of_the_companion_api() -> None:
    companion = Companion(faults=(parse_fault("get-usage:refuse=NO_LICENCE"),))
    assert companion.refusal("GET", "usage") == ["NO_LICENCE: A fault of the emulator"]


def test_a_refused_change_has_no_effect_at_all() -> None:
    companion = Companion().imported()
    before = everything(companion)
    serial = companion.attribute("Device", "Serial")
    companion.refusal("PUT", serial, description="x", suffix="x", typeValue="1", type=1, label="no")
    companion.refusal("PUT", f"objectschema/{companion.schema}", name="", description="x")
    assert everything(companion) == before
