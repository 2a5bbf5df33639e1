"""What holds for the lines and the report of every `apply`."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from reconciler.manifest import schemas

Line = dict[str, Any]


def lines_of(text: str) -> list[Line]:
    """Return the lines of a run, after checking what holds for every run."""
    lines = [json.loads(line) for line in text.splitlines()]
    definitions = schemas.schema("apply-event")["$defs"]
    diagnostic = schemas.schema("apply-report")["$defs"]["diagnostic"]
    for line in lines:
        assert schemas.schema_faults("apply-event", line) == ()
        known = definitions[line["type"]]["properties"].keys()
        if line["type"] == "diagnostic":
            known |= diagnostic["properties"].keys()
        assert line.keys() == known, "the schema names every field"
    types = [line["type"] for line in lines]
    assert types[0] == "version"
    assert types[-1] == "summary"
    assert types.count("version") == types.count("summary") == 1
    assert all(a["timestamp"] <= b["timestamp"] for a, b in pairwise(lines))
    return lines


def report_of(path: Path) -> Line:
    """Return the report in *path*, after checking it."""
    report: Line = json.loads(path.read_text(encoding="utf-8"))
    assert schemas.schema_faults("apply-report", report) == ()
    assert report.keys() == schemas.schema("apply-report")["properties"].keys()
    for source in report["sources"]:
        assert (
            source.keys() == schemas.schema("apply-report")["$defs"]["source"]["properties"].keys()
        )
    return report
