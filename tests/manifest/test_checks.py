"""Cross references and rules beside the JSON Schema: severity, code, place, and the API's code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.manifest.load import load_manifests
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    attribute,
    document,
    drop_mapping,
    drop_type,
    map_attribute,
    map_type,
    move_type,
    set_attribute,
    set_mapping,
    set_type,
    types,
    without_ids,
)


def judged(tmp_path: Path, **documents: Json) -> tuple[Diagnostic, ...]:
    paths = []
    for name, made in documents.items():
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(made, indent=1), encoding="utf-8")
        paths.append(path)
    return load_manifests(paths).diagnostics


def label(type_id: str, external_id: str, name: str) -> Edit:
    return add_attribute(type_id, external_id, name, label=True)


def first_type(made: Json) -> Json:
    found: Json = made["schema"]["objectSchema"]["objectTypes"][0]
    return found


def first_mapping(made: Json) -> Json:
    found: Json = made["mapping"]["objectTypeMappings"][0]
    return found


def reference(made: Json) -> Json:
    found: Json = next(a for a in first_type(made)["attributes"] if a["name"] == "OS")
    return found


def entry(made: Json, i: int, j: int) -> Json:
    found: Json = made["mapping"]["objectTypeMappings"][i]["attributesMapping"][j]
    return found


ICON = {"key": "disk", "name": "Disk", "png48": "bm8="}

CASES: dict[str, tuple[list[Edit], str, str, str | None]] = {
    "a reference to nowhere": (
        [set_attribute("os-ref", referenceObjectTypeExternalId="so")],
        "error", "unknown-reference", "UNKNOWN_REFERENCE",
    ),
    "a type's id in a mapping of a manifest without ids": (
        [without_ids, lambda d: first_mapping(d).update(objectTypeExternalId="file")],
        "error", "unknown-object-type", "MAPPING_INVALID_EXTERNAL_ID",
    ),
    "an attribute's id in a mapping of a manifest without ids": (
        [without_ids, lambda d: entry(d, 0, 0).update(attributeExternalId="duid")],
        "error", "unknown-attribute", "UNKNOWN_EXTERNAL_ID_MAPPING",
    ),
    "an id in a reference of a manifest without ids": (
        [without_ids, lambda d: reference(d).update(referenceObjectTypeExternalId="os")],
        "error", "unknown-reference", "UNKNOWN_REFERENCE",
    ),
    "a mapping of an unknown type": (
        [map_type("fiel", "File")],
        "error", "unknown-object-type", "MAPPING_INVALID_EXTERNAL_ID",
    ),
    "a mapping of an unknown attribute": (
        [map_attribute("file", "siez", "Size", "x")],
        "error", "unknown-attribute", "UNKNOWN_EXTERNAL_ID_MAPPING",
    ),
    "an external id twice in one manifest": (
        [add_type("os", "Another"), label("os", "another-label", "Name 2")],
        "error", "duplicate-external-id", "DUPLICATE_EXTERNAL_ID_ILLEGAL",
    ),
    "an attribute without an external id among others that have one": (
        [lambda d: first_type(d)["attributes"][0].pop("externalId")],
        "error", "mixed-external-ids", None,
    ),
    "two types of one name under one parent": (
        [add_type("os-2", "Operating System"), label("os-2", "os-2-label", "Name")],
        "error", "duplicate-name", "EXTERNAL_ID_MISMATCH",
    ),
    "two attributes of one name in a type": (
        [add_attribute("file", "size-2", "Size")],
        "error", "duplicate-name", "EXTERNAL_ID_MISMATCH",
    ),
    "two attributes of one name without external ids": (
        [add_attribute("file", "size-2", "Size"), without_ids],
        "error", "duplicate-name", None,
    ),
    "a reference key on what is no reference": (
        [set_attribute("size", referenceObjectTypeExternalId="nowhere")],
        "warning", "stray-reference", None,
    ),
    "two mappings of one type": ([map_type("file", "File")], "error", "duplicate-mapping", None),
    "one attribute mapped twice": (
        [map_attribute("file", "path", "Path", "x")],
        "error", "duplicate-attribute-mapping", None,
    ),
    "more at least than at most": (
        [set_attribute("size", minimumCardinality=3, maximumCardinality=2)],
        "error", "cardinality-range", None,
    ),
    "at most nothing": (
        [set_attribute("size", maximumCardinality=0)], "error", "cardinality-zero", None,
    ),
    "no label": ([set_attribute("os-name", label=False)], "warning", "no-label", None),
    "two labels": ([set_attribute("size", label=True)], "warning", "two-labels", None),
    "cardinality without external ids": (
        [without_ids, lambda d: first_type(d)["attributes"][0].update(maximumCardinality=2)],
        "warning", "needs-external-ids", None,
    ),
    "a name in a mapping that is not the schema's": (
        [set_mapping("file", objectTypeName="Files")], "warning", "name-mismatch", None,
    ),
    "an attribute's name in a mapping that is not the schema's": (
        [lambda d: entry(d, 0, 0).update(attributeName="Id")], "warning", "name-mismatch", None,
    ),
    "a renamed status that statusSchema still defines": (
        [lambda d: d.update(renamedStatuses={"Active": "Running"})],
        "error", "status-rename", None,
    ),
    "a status renamed to what statusSchema lacks": (
        [lambda d: d.update(renamedStatuses={"Old": "Actve"})], "error", "status-rename", None,
    ),
    "a status renamed to itself": (
        [lambda d: d.update(renamedStatuses={"Active": "Active"})],
        "error", "status-rename", None,
    ),
    "two statuses renamed to one": (
        [lambda d: d.update(renamedStatuses={"Old": "Active", "Older": "Active"})],
        "error", "status-rename", None,
    ),
    "a status that statusSchema lacks": (
        [set_attribute("state", typeValues=["Actve"])], "warning", "unknown-status", None,
    ),
    "an icon that iconSchema lacks": (
        [set_type("os", iconKey="os")], "warning", "unknown-icon", None,
    ),
    "a misspelt key": ([set_type("os", descripton="x")], "warning", "unknown-key", None),
    "an image that is no PNG": (
        [lambda d: d["schema"].update(iconSchema={"icons": [ICON]})],
        "warning", "icon-image", None,
    ),
    "a name with a blank at its end": (
        [set_type("os", name="Operating System ")], "warning", "unseen-characters", None,
    ),
    "an empty name": ([set_type("os", name="")], "warning", "empty-name", None),
    "an empty external id": ([set_attribute("size", externalId="")], "warning", "empty-name", None),
    "a name with accents apart from their letters": (
        [set_attribute("size", name="Gro\u0308\u00dfe")], "warning", "unseen-characters", None,
    ),
    "a name with NUL": ([set_attribute("size", name="S\0")], "warning", "unseen-characters", None),
    "a name with a zero width blank": (
        [set_attribute("size", name="Si\u200bze")], "warning", "unseen-characters", None,
    ),
    "an object schema's name with a joiner after a Latin letter": (
        [lambda d: d["schema"]["objectSchema"].update(name="Disks\u200d")],
        "warning", "unseen-characters", None,
    ),
    "an external id with a no-break space": (
        [set_attribute("size", externalId="size\xa0")], "warning", "unseen-characters", None,
    ),
    "two attributes whose names differ in case": (
        [add_attribute("file", "size-2", "SIZE")], "warning", "similar-names", None,
    ),
    "two attributes whose names differ in a blank": (
        [add_attribute("file", "size-2", "Size\xa0")], "warning", "similar-names", None,
    ),
    "two types whose names differ in case": (
        [add_type("os-2", "operating system"), label("os-2", "os-2-label", "Name")],
        "warning", "similar-names", None,
    ),
    "a name-only mapping of an attribute that may live only in Assets": (
        [without_ids, lambda d: entry(d, 0, 0).update(attributeName="Display Name")],
        "warning", "unknown-attribute", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_rule_is_told_with_its_place(case: str, tmp_path: Path) -> None:
    edits, severity, code, api_code = CASES[case]
    found = judged(tmp_path, disks=document(*edits))
    told = [d for d in found if d.code == code]
    assert told, found
    assert {(d.severity, d.api_code) for d in told} == {(severity, api_code)}
    assert all(d.line is not None and d.column is not None and d.file for d in told)
    assert bool(errors_in(found)) is (severity == "error")


def test_the_document_itself_has_no_fault(tmp_path: Path) -> None:
    assert judged(tmp_path, disks=document()) == ()
    assert judged(tmp_path, disks=document(without_ids)) == ()


SILENT: dict[str, list[Edit]] = {
    "keys that answers were seen with": [
        set_type("os", inheritance=False), set_mapping("file", unknownValues="ADD"),
    ],
    "the system Key mapped by name": [
        lambda d: d["mapping"]["objectTypeMappings"][0]["attributesMapping"].append(
            {"attributeName": "Key", "attributeLocators": ["key"]}
        )
    ],
    "names of many languages": [
        add_attribute("file", f"a{i}", name)
        for i, name in enumerate(
            [
                *("Größe", "Maße", "Masse", "Café № 1", "サイズ\u3000大", "می\u200cخواهم"),
                *("का", "각", "👩\u200d💻 ❤\ufe0f 1\ufe0f\u20e3", 'C:\\ "x"'),
            ]
        )
    ],
    "the system Key without an id, and mapped": [
        lambda d: types(d)["os"]["attributes"].append(
            {"name": "Key", "description": "", "type": "text"}
        )
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", SILENT)
def test_nothing_is_said_of(case: str, tmp_path: Path) -> None:
    assert judged(tmp_path, disks=document(*SILENT[case])) == ()


def test_an_unseen_character_is_shown_and_so_is_the_name_without_it(tmp_path: Path) -> None:
    edits = set_attribute("size", name=" Si\u200bze\x1b"), add_attribute("file", "s2", "size")
    unseen, alike = judged(tmp_path, disks=document(*edits))
    assert unseen.text == (
        'attribute "\\x20Si\\u200bze\\x1b" has blanks at its ends and holds the control character '
        "\\x1b and holds \\u200b, which nobody sees"
    )
    assert unseen.hint == 'write "Size", or keep it if live has it so'
    assert re.fullmatch(r'attribute "size" differs from ".*" \(line \d+\) only in case', alike.text)


ACROSS = {
    "duplicate-external-id",
    "duplicate-name",
    "conflicting-definitions",
    "child-mapped-twice",
}


def refer_by_name(made: Json) -> None:
    """Name what "os-ref" refers to instead of its id."""
    attribute(made, "os-ref").update(referenceObjectTypeName="Operating System")
    del attribute(made, "os-ref")["referenceObjectTypeExternalId"]


def with_more(made: Json) -> None:
    """Define an icon, and a status attribute of two statuses."""
    made["schema"]["iconSchema"] = {"icons": [dict(ICON)]}
    set_attribute("state", typeValues=["Active", "Retired"])(made)


def set_icon(**fields: Any) -> Edit:
    return lambda made: made["schema"]["iconSchema"]["icons"][0].update(fields)


def set_status(**fields: Any) -> Edit:
    return lambda made: made["schema"]["statusSchema"]["statuses"][0].update(fields)


# A second manifest beside the document → the codes of what is said.
BESIDE: dict[str, tuple[tuple[Edit, ...], set[str]]] = {
    "the same root type": ((drop_type("file"), drop_type("os")), set()),
    "a child type that is mapped once": ((drop_mapping("file"),), set()),
    "a child type that both map": ((), {"child-mapped-twice"}),
    "a type described otherwise": (
        (drop_mapping("file"), set_type("os", description="Theirs")), {"conflicting-definitions"}),
    "an attribute of another type": (
        (drop_mapping("file"), set_attribute("size", type="text")), {"conflicting-definitions"}),
    "the default stated, and statuses in another order": (
        (drop_mapping("file"), set_attribute("os-name", minimumCardinality=1),
         set_attribute("state", typeValues=["Retired", "Active"])), set()),
    "an icon of another name": (
        (drop_mapping("file"), set_icon(name="Theirs")), {"conflicting-definitions"}),
    "a status of another category": (
        (drop_mapping("file"), set_status(category="pending")), {"conflicting-definitions"}),
    "an icon and a status of what may be another object schema": (
        (drop_type("drive"), drop_type("os"), set_icon(name="Theirs"),
         set_status(category="pending")), set()),
    "a type of another name": (
        (drop_mapping("file"), set_type("os", name="Theirs")), {"duplicate-external-id"}),
    "a type under another parent": (
        (drop_mapping("file"), move_type("file", under="os")), {"duplicate-external-id"}),
    "an attribute of that name under another id": (
        (drop_mapping("file"), set_attribute("os-name", externalId="theirs")), {"duplicate-name"}),
    "a child of that name under another id": (
        (drop_type("file"), add_type("theirs", "File", under="drive")), {"duplicate-name"}),
    "a reference by the type's name": (
        (drop_mapping("file"), refer_by_name), set()),
    "an attribute of another name": (
        (drop_mapping("file"), set_attribute("size", name="Theirs")), {"duplicate-external-id"}),
}  # fmt: skip


@pytest.mark.parametrize("case", BESIDE)
def test_an_external_id_in_two_manifests_is_one_element_or_a_fault(
    case: str, tmp_path: Path
) -> None:
    edits, expected = BESIDE[case]
    found = [
        d
        for d in judged(tmp_path, disks=document(with_more), others=document(with_more, *edits))
        if d.code in ACROSS
    ]
    assert {d.code for d in found} == expected
    assert all("disks.json:" in d.text for d in found), "the other place"


def test_two_manifests_of_one_source_are_an_error(tmp_path: Path) -> None:
    both = [document(without_ids) | {"source": "same"} for _ in range(2)]
    found = judged(tmp_path, one=both[0], two=both[1])
    assert "duplicate-source" in {d.code for d in errors_in(found)}


def test_did_you_mean_names_the_line(tmp_path: Path) -> None:
    edit = set_attribute("os-ref", referenceObjectTypeExternalId="oss")
    (found,) = judged(tmp_path, disks=document(edit, set_type("os", externalId="os")))
    assert found.hint is not None
    assert 'did you mean "os"' in found.hint
    assert "line" in found.hint


@pytest.mark.parametrize(
    ("word", "meant"),
    {
        "string": '"text"',
        "bool": '"boolean"',
        "Int": '"integer"',
        "number": '"integer" or "double"',
        "float": '"double"',
        "datetime": '"date_time"',
        "enum": '"select"',
        "object": '"referenced_object"',
        "reference": '"referenced_object"',
    }.items(),
)
def test_a_type_by_another_name_is_understood(word: str, meant: str, tmp_path: Path) -> None:
    (found,) = judged(tmp_path, disks=document(set_attribute("os-ref", type=word)))[:1]
    assert found.hint == f"did you mean {meant}?"


def test_no_advice_on_ids_where_the_list_of_object_types_is_not_found(tmp_path: Path) -> None:
    whole = document()
    object_schema = whole["schema"]["objectSchema"]
    object_schema["objectType"] = object_schema.pop("objectTypes")
    found = judged(tmp_path, disks=whole)
    assert 'did you mean "objectTypes"?' in {d.hint for d in found}
    assert not [d for d in found if "no external ids" in (d.hint or "")]


def test_all_faults_of_all_files_come_in_one_go(tmp_path: Path) -> None:
    bad: dict[str, Any] = {
        "a": document(set_attribute("size", maximumCardinality=0)),
        "b": {"schema": {}, "mapping": {}},
        "c": document(without_ids, lambda d: d["mapping"].pop("objectTypeMappings")),
    }
    found = errors_in(judged(tmp_path, **bad))
    assert {Path(d.file or "").name for d in found} == {"a.json", "b.json", "c.json"}
