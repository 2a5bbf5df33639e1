"""What an execution tells, read: the documented example whole, all else without a raise."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.outcome.imports import Count, ImportResult, TypeResult, import_result
from reconciler.render.escape import escape
from reconciler.render.ingest.result import import_result_json, write_import_result
from reconciler.render.json_line import json_line
from reconciler.render.terminal import Screen
from tests.support.samples.imports import DOCUMENTED, FAILED, LIVE, LOSSY


def test_the_documented_example() -> None:
    def of(type_id: str, name: str, number: int) -> TypeResult:
        return TypeResult(
            type_id=type_id,
            name=name,
            entries=number,
            created=number,
            updated=0,
            identical=0,
            failed=None,
            duplicates=0,
            empty_labels=0,
            empty_ids=0,
            filtered=0,
            missing_updated=0,
            missing_deleted=0,
            updated_references=1,
            unresolved_references=None,
            errors=(),
        )

    result = import_result("DONE", DOCUMENTED)
    assert result == ImportResult(
        status="DONE",
        result="OK",
        started="2023-06-15T12:13:03.952+00:00",
        ended="2023-06-15T12:13:05.124+00:00",
        entries=3,
        info="No data to import",
        types=(of("2547", "Hard Drive", 1), of("2548", "Operating System", 2)),
        errors=(),
    )
    assert result.total(Count.CREATED) == 3
    assert result.total(Count.UNRESOLVED_REFERENCES) is None


@pytest.mark.parametrize(
    ("status", "told", "ending"),
    [
        ("INGESTING", {}, None),
        ("PROCESSING", {"result": "OK"}, None),
        ("SOMETHING_NEW", {}, None),
        ("CANCELLED", {"result": "CANCELLED"}, "badly"),
        ("DONE", DOCUMENTED, "well"),
        ("DONE", LOSSY, "with errors"),
        ("DONE", LIVE, "with errors"),
        ("DONE", {"result": "OK", "errorMessages": ["no room"]}, "with errors"),
        ("DONE", {"objectTypeResultMap": {"1": {"errorCount": 0}}}, "well"),
        ("DONE", FAILED, "badly"),
        ("DONE", {"result": "PARTLY"}, "badly"),
        ("DONE", {"result": ""}, "badly"),
        ("DONE", {"result": " \t"}, "badly"),
        ("DONE", {"result": 0}, "badly"),
        ("DONE", {"result": True}, "badly"),
        ("DONE", {"result": ["OK"]}, "badly"),
        ("DONE", {"result": None}, "well"),
        ("DONE", {}, "well"),
        ("DONE", {"errorMessages": "no room"}, "badly"),
    ],
)
def test_how_it_ended(status: str, told: dict[str, Any], ending: str | None) -> None:
    result = import_result(status, told)
    assert result.is_ended == (ending is not None)
    assert result.ended_well == (ending == "well")
    assert result.is_imported == (ending in {"well", "with errors"})


@pytest.mark.parametrize(
    ("info", "told", "remark"),
    [
        ("No data to import", DOCUMENTED, None),
        ("No data to import.", LIVE, None),
        ("No data to import", {}, "No data to import"),
        ("Half of it", LIVE, "Half of it"),
    ],
)
def test_a_remark_is_not_believed_over_the_counts(
    info: str, told: dict[str, Any], remark: str | None
) -> None:
    assert import_result("DONE", told | {"infoMessage": info}).remark == remark


@pytest.mark.parametrize("odd", ["3", 3.0, True, -1, None, [3], 2**63, float("nan")])
def test_an_odd_number_is_none(odd: Any) -> None:
    told = {
        "totalNumberEntriesInImport": odd,
        "objectTypeResultMap": {"1": {"duplicateEnries": odd}},
    }
    result = import_result("DONE", told)
    assert (result.entries, result.types[0].duplicates) == (None, None)


def test_as_json_every_field_is_there() -> None:
    told = json.loads(json_line(import_result_json("disk", import_result("DONE", LOSSY))))
    assert (told["source"], told["status"], told["result"]) == ("disk", "DONE", "OK")
    assert (told["ended_well"], told["has_errors"]) == (False, True)
    assert told["totals"]["entries"] == 1212
    assert told["totals"]["updated"] is None
    owner = told["types"][2]
    assert set(owner) == {"type_id", "name", "errors", *told["totals"]}
    assert (owner["name"], owner["entries"], owner["created"]) == ("Owner", 12, None)
    assert import_result_json("disk", import_result("INGESTING", {}))["ended_well"] is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KNOWN_KEYS = st.sampled_from(sorted({*DOCUMENTED, *DOCUMENTED["objectTypeResultMap"]["2547"]}))
ODD_OBJECT = st.dictionaries(KNOWN_KEYS | st.text(), ANYTHING, max_size=8)
ODD_RESULT = st.builds(
    lambda told, types: told | {"objectTypeResultMap": types},
    ODD_OBJECT,
    st.dictionaries(st.text(), ODD_OBJECT | ANYTHING, max_size=3) | ANYTHING,
)


@given(status=st.text(), source=st.text(min_size=1), told=ODD_RESULT)
def test_whatever_is_told_is_read_and_shown_in_80_columns(
    status: str, source: str, told: dict[str, Any]
) -> None:
    result = import_result(status, told)
    stream = io.StringIO()
    write_import_result(source, result, Screen(stream=stream))
    lines = stream.getvalue().split("\n")
    assert all(len(line) <= 80 for line in lines)
    assert all(escape(line) == line for line in lines)
    assert json.loads(json_line(import_result_json(source, result)))["status"] == status
