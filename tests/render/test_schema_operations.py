"""What a program is told of schema operations; what people see is among `test_texts`."""

import io
import itertools
import json
from typing import Any

from reconciler.manifest import schemas
from reconciler.render.apply.json import EventLines, result_json
from reconciler.render.terminal import Screen
from tests.support.samples.schema_operations import EVENTS, HALF_DONE, STOPPED

STAMP = "2026-03-01T10:20:30.000Z"


def written(write: Any) -> str:
    stream = io.StringIO()
    write(Screen(stream=stream))
    return stream.getvalue()


def test_lines_of_json() -> None:
    def write(screen: Screen) -> None:
        clock = itertools.count(2.0, 0.5)
        lines = EventLines(screen, stamp=lambda: STAMP, monotonic=clock.__next__)
        for event in EVENTS:
            lines(event)

    found = [json.loads(line) for line in written(write).splitlines()]
    for line in found:
        assert schemas.schema_faults("apply-event", line) == ()
        definition = schemas.schema("apply-event")["$defs"][line["type"]]
        assert line.keys() == definition["properties"].keys()
    assert [line["type"] for line in found if line["type"] != "progress"] == [
        "apply_start", "schema_operation", "schema_operation", "apply_errored", "apply_start",
        "apply_complete",
    ]  # fmt: skip
    ended = next(line for line in found if line["type"] == "schema_operation")
    assert ended == {
        "type": "schema_operation",
        "timestamp": STAMP,
        "source": "devices",
        "kind": "rename",
        "method": "PUT",
        "path": "objecttype/3",
        "element": "object type 'Site' (3)",
        "settles": ["devices/objectTypes[site]/name"],
        "outcome": "done",
        "message": "read back through both APIs",
    }


def test_the_report_as_json_has_each_operation_whether_it_was_sent_or_not() -> None:
    for result in (STOPPED, HALF_DONE):
        found = result_json(result)["schema_operations"]
        assert [each["outcome"] for each in found] == [
            str(each.outcome) for each in result.schema_operations
        ]
