"""What a person, a program and the history are told of schema operations."""
# ruff: noqa: E501 - lines of output, each whole

import io
import itertools
import json
from typing import Any

from reconciler.manifest import schemas
from reconciler.render.apply.json import EventLines
from reconciler.render.apply.progress import PlainProgress
from reconciler.render.apply.report import write_report
from reconciler.render.journal import write_history
from reconciler.render.report import JournalEntries
from reconciler.render.terminal import Screen
from tests.support.samples.schema_operations import EVENTS, REPORT, RUN

STAMP = "2026-03-01T10:20:30.000Z"


def written(write: Any) -> str:
    stream = io.StringIO()
    write(Screen(stream=stream))
    return stream.getvalue()


def write_progress(screen: Screen) -> None:
    with PlainProgress(screen) as progress:
        for event in EVENTS:
            progress(event)


def test_the_report() -> None:
    assert written(lambda s: write_report(REPORT, s)).splitlines() == [
        "    source     action   result                                        time   attempts",
        "  ! devices    PATCH    not-converged                               11.0 s          1",
        "  - switches   PATCH    not-started                                      –          0",
        "  ✓ sites      schema   done, 1 schema operation, read back equal    1.5 s          1",
        "",
        "  ! devices: rename of attribute 'Serial Bad\\x1b[2J\\u202ename second [red]line[/red]' (12): the API reported success, but Assets shows 'Serial'; 1 of 2 schema operations done; not sent: PATCH",
        "      ✓ PUT    rename of object type 'Site' (3): done",
        "      ! PUT    rename of attribute 'Serial Bad\\x1b[2J\\u202ename\\nsecond [red]line[/red]' (12): not-converged",
        "      - PATCH  mapping: not-started",
        "  - switches: PATCH done; not sent: rename of attribute 'Ports' (15)",
        "      ✓ PATCH  mapping: done",
        "      - PUT    rename of attribute 'Ports' (15): not-started",
        "  ✓ sites: 1 schema operation, read back equal",
        "      ✓ PUT    rename of object type 'Site' (3): done",
        "",
        "Interrupted.",
        "  switches was left half done: nothing more was sent for it.",
        "Resume with:  reconciler apply --resume",
        "Apply: 3 sources: 1 applied, 1 not converged, 1 not started.",
    ]  # fmt: skip


def test_the_history() -> None:
    assert written(lambda s: write_history(JournalEntries(entries=(RUN,)), s)).splitlines() == [
        "run 1   2026-03-01 10:20:30Z   local",
        "    by ann@laptop (pid 7)",
        "    devices   PUT    objecttype/3   done   2026-03-01 10:20:34Z",
        "        rename of Site Bad\\x1b[2J\\u202ename\\nsecond [red]line[/red]",
        "        read back through both APIs",
        "    devices   PATCH   done   2026-03-01 10:20:32Z",
        "        read back equal",
        "    devices   PUT    objecttype/3   not-converged   2026-03-01 10:20:34Z",
        "        rename of Site Bad\\x1b[2J\\u202ename\\nsecond [red]line[/red]",
        "        the API reported success, but Assets shows 'Site'",
    ]  # fmt: skip


def test_the_progress() -> None:
    assert written(write_progress).splitlines() == [
        "Applying 2 operations",
        "  devices: checking that live is as planned",
        "  devices: sending PUT: rename of object type 'Site' (3)",
        "  devices: reading back",
        "  devices: rename of object type 'Site' (3): done, read back through both APIs",
        "  devices: sending PUT: rename of attribute 'Serial Bad\\x1b[2J\\u202ename\\nsecond [red]line[/red]' (12)",
        "  devices: reading back",
        "  devices: rename of attribute 'Serial Bad\\x1b[2J\\u202ename\\nsecond [red]line[/red]' (12): not-converged, the API reported success, but Assets shows 'Serial'",
        "  ! devices   PATCH   not-converged in 11.0 s, rename of attribute 'Serial Bad\\x1b[2J\\u202ename second [red]line[/red]' (12): the API reported success, but Assets shows 'Serial'; 1 of 2 schema operations done; not sent: PATCH   [1/2]",
        "  sites: checking that live is as planned",
        "  ✓ sites   schema   done in 1.5 s, 1 schema operation, read back equal   [2/2]",
    ]  # fmt: skip


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
        "phase": "before",
        "method": "PUT",
        "path": "objecttype/3",
        "element": "object type 'Site' (3)",
        "settles": ["devices/objectTypes[site]/name"],
        "outcome": "done",
        "message": "read back through both APIs",
    }
