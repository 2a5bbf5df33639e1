"""What executions make of data: objects, references, counts, whatever way the data are cut."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.emulator.faults import ADMIN_TOKEN, parse_fault
from reconciler.emulator.store import reading
from tests.support.stages.emulator_imports import KEYS, Importer, disks_and_files, told
from tests.support.stages.emulator_site import SOURCE, Site, attribute, document

Counts = dict[str, dict[str, Any]]
FILE = {"path": "/f", "owner": "me"}

# data → the counts that are not 0, and the objects
CASES: dict[str, tuple[dict[str, Any], Counts, list[str]]] = {
    "values are kept by attribute, the label apart": (
        {"disks": [{"id": "a", "name": "One", "size": 3, "tags": ["x", "y"]}]},
        {"Disk": {"entriesInSource": 1, "objectsCreated": 1}, "File": {}},
        ["DISKS-1 One Id=a Size=3 Tags=x,y"],
    ),
    "references find objects that come later, and of other types": (
        {
            "files": [{"path": "/f", "owner": "me", "on": ["two", "ONE", "none"]}],
            "disks": [{"id": "b", "name": "Two", "twin": "a"}, {"id": "a", "name": "One"}],
        },
        {
            "Disk": {"entriesInSource": 2, "objectsCreated": 2, "objectsWithUpdatedReferences": 1},
            "File": {"entriesInSource": 1, "objectsCreated": 1, "objectsWithUpdatedReferences": 1},
        },
        [
            "DISKS-1 One Id=a",
            "DISKS-2 Two Id=b Twin=DISKS-1",
            "DISKS-3 /f Owner=me On=DISKS-1,DISKS-2",
        ],
    ),
    "a reference that finds nothing stays empty and is counted": (
        {"disks": [{"id": "a", "name": "One", "twin": "z"}]},
        {
            "Disk": {"entriesInSource": 1, "objectsCreated": 1, "unresolvedReferences": 1},
            "File": {},
        },
        ["DISKS-1 One Id=a"],
    ),
    "a reference whose value may need an escape finds nothing, though its object is there": (
        {"disks": [{"id": 'a"', "name": "One"}, {"id": "b", "name": "Two", "twin": 'a"'}]},
        {
            "Disk": {"entriesInSource": 2, "objectsCreated": 2, "unresolvedReferences": 1},
            "File": {},
        },
        ['DISKS-1 One Id=a"', "DISKS-2 Two Id=b"],
    ),
    "entries without an id, a label or a mandatory value make no object": (
        {
            "disks": [{"name": "One"}, {"id": "a"}, {"id": "b", "name": ""}],
            "files": [{"path": "/f"}, {"path": "/g", "owner": "me"}],
        },
        {
            "Disk": {"entriesInSource": 3, "emptyExternalIdEntries": 1, "emptyLabelEntries": 2},
            "File": {
                "entriesInSource": 2,
                "objectsCreated": 1,
                "errorCount": 1,
                "errorMessages": "1 entry lacks a mandatory value",
            },
        },
        ["DISKS-1 /g Owner=me"],
    ),
    "of several entries with one id the smallest text wins": (
        {"disks": [{"id": "a", "name": n, "size": 1} for n in ("Two", "One", "Three")]},
        {"Disk": {"entriesInSource": 3, "objectsCreated": 1, "duplicateEnries": 2}, "File": {}},
        ["DISKS-1 One Id=a Size=1"],
    ),
    "what is no object, and roots that nobody reads, make nothing": (
        {"disks": ["a", None, 7], "others": [{"id": "a", "name": "One"}], "files": None},
        {"Disk": {}, "File": {}},
        [],
    ),
}


@pytest.mark.parametrize("sentence", CASES)
def test_data_become_objects(sentence: str, tmp_path: Path) -> None:
    data, counts, objects = CASES[sentence]
    imported = Importer(tmp_path / "e.db")
    assert imported(data) == counts
    assert told(imported.objects()) == objects


def test_the_result_of_a_type_has_the_documented_keys(tmp_path: Path) -> None:
    imported = Importer(tmp_path / "e.db")
    links = imported.start({"disks": [{"id": "a", "name": "One"}]})
    found = imported.site.call("GET", links["getExecutionStatus"]).json()["progressResult"]
    assert found["populatedObjectTypes"] == ["Disk"]
    assert {
        key: result["objectTypeId"] for key, result in found["objectTypeResultMap"].items()
    } == {
        "1": 1,
        "2": 2,
    }
    assert all(result.keys() == KEYS for result in found["objectTypeResultMap"].values())


def test_the_next_import_tells_what_is_new_changed_and_the_same(tmp_path: Path) -> None:
    imported = Importer(tmp_path / "e.db")
    one, two, three = (
        {"id": i, "name": n} for i, n in (("a", "One"), ("b", "Two"), ("c", "Three"))
    )
    imported({"disks": [one | {"size": 1, "tags": ["x"]}, two]})
    assert imported({"disks": [two, one | {"size": 1, "tags": ["x"]}]})["Disk"] == {
        "entriesInSource": 2,
        "objectsIdentical": 2,
    }
    assert imported({"disks": [one | {"size": 2}, three]})["Disk"] == {
        "entriesInSource": 2,
        "objectsCreated": 1,
        "objectsUpdated": 1,
    }
    # What is absent stays: objects, and values (both is a guess, see `objects`).
    assert told(imported.objects()) == [
        "DISKS-1 One Id=a Size=2 Tags=x",
        "DISKS-2 Two Id=b",
        "DISKS-3 Three Id=c",
    ]


def test_a_reference_finds_objects_of_imports_before(tmp_path: Path) -> None:
    imported = Importer(tmp_path / "e.db")
    imported({"disks": [{"id": "a", "name": "One", "twin": "b"}]})
    counts = {"entriesInSource": 1, "objectsCreated": 1, "objectsWithUpdatedReferences": 1}
    assert imported({"disks": [{"id": "b", "name": "Two", "twin": "a"}]})["Disk"] == counts
    # Only what is imported again looks again.
    assert told(imported.objects()) == ["DISKS-1 One Id=a", "DISKS-2 Two Id=b Twin=DISKS-1"]
    counts = {"entriesInSource": 1, "objectsIdentical": 1, "objectsWithUpdatedReferences": 1}
    assert imported({"disks": [{"id": "a", "name": "One", "twin": "b"}]})["Disk"] == counts
    assert told(imported.objects())[0] == "DISKS-1 One Id=a Twin=DISKS-2"


def test_a_reference_finds_objects_of_a_type_that_another_source_fills(tmp_path: Path) -> None:
    disk, file = (
        disks_and_files() | {"mapping": {"objectTypeMappings": [each]}}
        for each in disks_and_files()["mapping"]["objectTypeMappings"]
    )
    site = Site(tmp_path / "e.db", steps=0)
    for source in ("s", "disks"):
        site.call("PUT", f"/emulator/workspace/w/sources/{source}", {"objectSchema": "Disks"})
    site.app.state.close()
    files = Importer(tmp_path / "e.db", file)
    other = SOURCE.removesuffix("s") + "disks"
    assert files.site.call("PUT", f"{other}/mapping", disk).status_code == 204
    links = files.site.call("POST", f"{other}/executions").json()["links"]
    disks = {"data": {"disks": [{"id": "a", "name": "One"}]}, "completed": True}
    files.site.call("POST", links["submitResults"], disks)
    assert files.site.call("GET", links["getExecutionStatus"]).json()["status"] == "DONE"
    assert "unresolvedReferences" not in files({"files": [FILE | {"on": ["one"]}]})["File"]
    assert told(files.objects()) == ["DISKS-2 /f Owner=me On=DISKS-1"]


def test_a_chunk_posted_again_changes_nothing_not_even_with_other_content(tmp_path: Path) -> None:
    imported = Importer(tmp_path / "e.db")
    first = {"data": {"disks": [{"id": "a", "name": "One"}]}, "clientGeneratedId": "1"}
    other = {"data": {"disks": [{"id": "a", "name": "A"}]}, "clientGeneratedId": "1"}
    assert imported(first, first, other)["Disk"] == {"entriesInSource": 1, "objectsCreated": 1}
    assert told(imported.objects()) == ["DISKS-1 One Id=a"]
    # Of another execution it is another chunk.
    assert imported(other)["Disk"] == {"entriesInSource": 1, "objectsUpdated": 1}


def test_where_nothing_tells_objects_apart_each_entry_makes_one(tmp_path: Path) -> None:
    note = {
        "externalId": "n",
        "name": "Note",
        "description": "",
        "attributes": [attribute("t", "Text")],
    }
    filled = {"attributeExternalId": "t", "attributeName": "Text", "attributeLocators": ["text"]}
    mapping = {
        "objectTypeExternalId": "n",
        "objectTypeName": "Note",
        "selector": "notes",
        "description": "",
        "attributesMapping": [filled],
    }
    imported = Importer(tmp_path / "e.db", document([note], [mapping]))
    for _ in range(2):
        counts = imported({"notes": [{"text": "b"}, {"text": "a"}]}, {"notes": [{"text": "a"}]})
        assert counts["Note"] == {"entriesInSource": 3, "objectsCreated": 3}
    assert sorted(each.attributes["Text"] for each in imported.objects()) == [
        *([("a",)] * 4),
        *([("b",)] * 2),
    ]


def test_a_patched_mapping_is_that_of_the_next_import(tmp_path: Path) -> None:
    imported = Importer(tmp_path / "e.db")
    entry = {"disks": [{"id": "a", "name": "One", "title": "Disk One"}]}
    imported(entry)
    body = disks_and_files()
    body["mapping"]["objectTypeMappings"][0]["attributesMapping"][1]["attributeLocators"] = [
        "title"
    ]
    assert imported.site.call("PATCH", "mapping", body).status_code == 204
    assert imported(entry)["Disk"] == {"entriesInSource": 1, "objectsUpdated": 1}
    assert told(imported.objects()) == ["DISKS-1 Disk One Id=a"]


def test_a_long_import_takes_several_requests_and_goes_on_in_another_process(
    tmp_path: Path,
) -> None:
    """Each chunk is a slice of its own, and a request waits for 16 of them at most."""
    chunks = [
        {"disks": [{"id": f"{chunk}-{n}", "name": f"Disk {n}"} for n in range(500)]}
        for chunk in range(40)
    ]
    first = Importer(tmp_path / "e.db")
    links = first.start(*chunks)
    answer = first.site.call("GET", links["getExecutionStatus"]).json()
    assert answer["status"] == "PROCESSING"
    assert answer["progressResult"]["objectTypeResultMap"] == {}
    assert first.objects() == []
    first.site.app.state.close()
    second = Importer(tmp_path / "e.db")
    assert second.configured == 409
    # A mapping that is patched meanwhile does not tear the import in two.
    body = disks_and_files()
    body["mapping"]["objectTypeMappings"][0]["attributesMapping"][1]["attributeLocators"] = ["id"]
    assert second.site.call("PATCH", "mapping", body).status_code == 204
    states = []
    while "DONE" not in states:
        states.append(second.site.call("GET", links["getExecutionStatus"]).json()["status"])
    assert len(states) < 5
    assert {each.label for each in second.objects()} == {f"Disk {n}" for n in range(500)}
    assert len(second.objects()) == 20_000


def test_another_source_has_its_turn_between_the_slices(tmp_path: Path) -> None:
    """A request that comes later, for another source, is answered before the one that imports."""
    imported = Importer(tmp_path / "e.db")
    chunk = {"disks": [{"id": f"{n}", "name": "Disk"} for n in range(500)]}
    links = imported.start(chunk, chunk, chunk)
    answered: list[str] = []

    async def ask(client: httpx.AsyncClient, url: str) -> None:
        answer = await client.get(url, headers={"authorization": f"Bearer {ADMIN_TOKEN}"})
        assert answer.status_code == 200
        answered.append(url)

    async def both() -> None:
        async with imported.site.client() as client:
            await asyncio.gather(ask(client, links["getExecutionStatus"]), ask(client, other))

    other = SOURCE.replace("/s", "/other") + "/configstatus"
    asyncio.run(both())
    assert answered == [other, links["getExecutionStatus"]]


def test_cancelled_and_failed_executions_keep_no_data_and_make_nothing(tmp_path: Path) -> None:
    imported = Importer(tmp_path / "e.db")
    data = {"disks": [{"id": "a", "name": "One"}]}
    links = imported.start(data, completed=False)
    assert imported.site.call("DELETE", links["cancel"]).status_code == 200
    links = imported.start(data, completed=False)
    failed = {"failureReason": "no network"}
    path = f"{links['cancel']}/history/failed"
    assert imported.site.call("POST", path, failed).status_code == 204
    answer = imported.site.call("GET", links["getExecutionStatus"]).json()["progressResult"]
    assert answer["objectTypeResultMap"] == {}
    assert answer["populatedObjectTypes"] == []
    imported(data)
    with reading(tmp_path / "e.db") as tx:
        assert [row["data"] for row in tx.execute("SELECT data FROM chunks")] == ["", "", ""]
        assert tx.execute("SELECT count(*) FROM imported").fetchone()[0] == 0
    assert len(imported.objects()) == 1


def test_a_source_that_never_ends_imports_nothing(tmp_path: Path) -> None:
    fault = parse_fault("get-progress:never-ending")
    imported = Importer(tmp_path / "e.db", faults=(fault,))
    links = imported.start({"disks": [{"id": "a", "name": "One"}]})
    assert imported.site.call("GET", links["getExecutionStatus"]).json()["status"] == "PROCESSING"
    assert imported.objects() == []


def test_a_stranger_moves_nothing(tmp_path: Path) -> None:
    imported = Importer(tmp_path / "e.db")
    imported.start({"disks": [{"id": "a", "name": "One"}]})
    assert imported.site.call("GET", "configstatus", token="no").status_code == 401
    assert imported.objects() == []


TEXTS = st.sampled_from(["", "a", "b", "A", '"', "\\u0000", "\x00", "é\u202e", "a-1"])
DISKS = st.fixed_dictionaries(
    {},
    optional={
        "id": TEXTS,
        "name": TEXTS,
        "size": st.integers(0, 2),
        "tags": st.lists(TEXTS, max_size=2),
        "twin": TEXTS,
    },
)
FILES = st.fixed_dictionaries({"path": TEXTS, "owner": TEXTS}, optional={"on": st.lists(TEXTS)})
ENTRIES = st.lists(
    st.one_of(st.tuples(st.just("disks"), DISKS), st.tuples(st.just("files"), FILES)), max_size=12
)


@settings(max_examples=40)
@given(entries=ENTRIES, data=st.data())
def test_neither_order_nor_cutting_of_the_chunks_means_anything(
    entries: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(entries))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(entries)), max_size=3)))
    chunks = [
        shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(entries)], strict=True)
    ]
    with TemporaryDirectory() as directory:
        whole = Importer(Path(directory) / "whole.db")
        cut = Importer(Path(directory) / "cut.db")
        assert whole(_chunk(entries)) == cut(*map(_chunk, chunks))
        assert whole.objects() == cut.objects()
        again = whole(*map(_chunk, chunks))
        assert {(c.get("objectsCreated"), c.get("objectsUpdated")) for c in again.values()} == {
            (None, None)
        }
        assert whole.objects() == cut.objects()
        whole.site.app.state.close()
        cut.site.app.state.close()


def _chunk(entries: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    roots: dict[str, Any] = {}
    for root, entry in entries:
        roots.setdefault(root, []).append(entry)
    return {"data": roots}
