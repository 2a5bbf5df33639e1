"""What validate says of selectors, locators and expressions, and of what identifies objects."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from reconciler.codes.manifest import ManifestCode
from reconciler.manifest.load import check_text
from reconciler.manifest.wording import quote
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    document,
    map_attribute,
    set_attribute,
    set_mapping,
    set_type,
)
from tests.support.paths import CORPUS, ROOT

CODES = {
    ManifestCode.UNREADABLE_PATH,
    ManifestCode.UNREADABLE_IQL,
    ManifestCode.UNKNOWN_IQL_ATTRIBUTE,
    ManifestCode.NO_EXTERNAL_ID_PART,
}
A_PATH = "write the name of the field, with dots where it lies deeper: owner.name"
MAPPED = "/mapping/objectTypeMappings/0"


def told(made: Json) -> list[tuple[str, str, str, str | None]]:
    found = check_text(json.dumps(made, indent=1), file="disks.json")
    ours = [d for d in found if d.code in CODES]
    assert all(d.line and d.column and d.severity == "warning" for d in ours)
    return [(d.code, d.pointer or "", d.text, d.hint) for d in ours]


def entry(made: Json, number: int) -> Json:
    found: Json = made["mapping"]["objectTypeMappings"][0]["attributesMapping"][number]
    return found


# The path → why it is none, and the hint.
PATHS: dict[str, tuple[str, str]] = {
    "": ("is empty", A_PATH),
    " ": ("is blank", A_PATH),
    " x ": ("has blanks at its ends", 'did you mean "x"?'),
    "$.x[*]": ("is written as a JSONPath", 'did you mean "x"?'),
    "$.x[*].y[*]": ("is written as a JSONPath", 'did you mean "x.y"?'),
    "$['a b'].c": ("is written as a JSONPath", 'did you mean "a b.c"?'),
    "x[0].y": ("is written as a JSONPath", A_PATH),
    "x[?(@.y)]": ("is written as a JSONPath", A_PATH),
    "x..y": ("is written as a JSONPath", A_PATH),
    ".items[].name": ("is written as a JSONPath", 'did you mean "items.name"?'),
    ".x": ("begins with a dot", 'did you mean "x"?'),
    "/x/y": ("is written as a JSON Pointer", 'did you mean "x.y"?'),
    "${x}": ("is a placeholder, which only objectMappingIQL takes", 'did you mean "x"?'),
    "x${0": ("is a placeholder, which only objectMappingIQL takes", 'did you mean "x"?'),
    "${x${0}}": ("is a placeholder, which only objectMappingIQL takes", 'did you mean "x"?'),
    "x.": ("ends with a dot", 'did you mean "x"?'),
    "x.y.": ("ends with a dot", 'did you mean "x.y"?'),
    '"x"': ("stands in quotation marks", 'did you mean "x"?'),
    "'x y'": ("stands in quotation marks", 'did you mean "x y"?'),
    "$": ("is written as a JSONPath", A_PATH),
    "@": ("is written as a JSONPath", A_PATH),
    "*": ("is written as a JSONPath", A_PATH),
    "x.*": ("is written as a JSONPath", A_PATH),
    "x}": ("has one brace without the other", 'did you mean "x"?'),
    "{x": ("has one brace without the other", 'did you mean "x"?'),
    "x\u200b": ("holds a character that nobody sees", 'did you mean "x"?'),
}


@pytest.mark.parametrize("path", PATHS)
def test_what_is_no_dotted_path_is_told_at_its_place(path: str) -> None:
    why, hint = PATHS[path]
    shown = f", {quote(path)}," if path else ""
    made = document(set_mapping("drive", selector=path))
    subject = f'the selector of the mapping of "Hard Drive"{shown}'
    assert told(made) == [("unreadable-path", f"{MAPPED}/selector", f"{subject} {why}", hint)]
    made = document(lambda d: entry(d, 0).update(attributeLocators=["ok", path]))
    at = f"{MAPPED}/attributesMapping/0/attributeLocators/1"
    subject = f'a locator of attribute "DUID"{shown}'
    assert told(made) == [("unreadable-path", at, f"{subject} {why}", hint)]


# The expression → the code, what is said, and the hint.
EXPRESSIONS: dict[str, tuple[str, str, str | None]] = {
    "": ("unreadable-iql", "cannot be read: the expression is empty", None),
    '""': ("unreadable-iql", "cannot be read: it compares nothing", None),
    "Name": ("unreadable-iql", "cannot be read: it compares nothing", None),
    "${os}": ("unreadable-iql", "cannot be read: it compares nothing", None),
    "Name foo ${os}": ("unreadable-iql", "cannot be read: it compares nothing", None),
    "Name =": ("unreadable-iql", 'cannot be read: nothing stands behind "="', None),
    "Name IN": ("unreadable-iql", 'cannot be read: nothing stands behind "IN"', None),
    "= ${os}": ("unreadable-iql", 'cannot be read: nothing stands before "="', None),
    "Name = ${os} AND": ("unreadable-iql", 'cannot be read: nothing stands behind "AND"', None),
    "Name = OR Name = ${os}": (
        "unreadable-iql", 'cannot be read: nothing stands behind "="', None),
    "Name = ${os": ("unreadable-iql", 'cannot be read: a "${" has no "}"', None),
    "Name = ${}": ("unreadable-iql", 'cannot be read: a "${}" names no locator', None),
    'Name = "${os}': ("unreadable-iql", "cannot be read: a quotation mark is not closed", None),
    "Name IN (${os}": ("unreadable-iql", 'cannot be read: a "(" has no ")"', None),
    "Name = ${os})": ("unreadable-iql", 'cannot be read: a ")" has no "("', None),
    "Kernel Version = ${os}": (
        "unreadable-iql",
        'cannot be read: a name of several words has to stand in quotes: "Kernel Version"', None),
    "Name = ${$.os}": (
        "unreadable-path", 'a placeholder of attribute "OS", "$.os", is written as a JSONPath',
        'did you mean "os"?'),
    "Kernle = ${os}": (
        "unknown-iql-attribute",
        'compares "Kernle", which object type "Operating System" does not have',
        'did you mean "Kernel"?'),
    'Name = ${os} AND NOT "State" != "Old"': (
        "unknown-iql-attribute",
        'compares "State", which object type "Operating System" does not have',
        "it must be present in Assets already"),
}  # fmt: skip


@pytest.mark.parametrize("iql", EXPRESSIONS)
def test_what_is_wrong_with_an_expression_is_told_at_its_place(iql: str) -> None:
    code, said, hint = EXPRESSIONS[iql]
    kernel = add_attribute("os", "os-kernel", "Kernel")
    made = document(kernel, lambda d: entry(d, 1).update(objectMappingIQL=iql))
    ((found, at, text, near),) = told(made)
    assert (found, at) == (code, f"{MAPPED}/attributesMapping/1/objectMappingIQL")
    assert (said in text, near) == (True, hint)


def test_a_mapping_that_identifies_nothing_is_told() -> None:
    made = document(lambda d: entry(d, 0).pop("externalIdPart"))
    ((code, at, text, _),) = told(made)
    assert (code, at) == ("no-external-id-part", MAPPED)
    assert text == 'the mapping of "Hard Drive" has no externalIdPart'


def test_a_number_is_neither_a_label_nor_part_of_an_identity() -> None:
    made = document(lambda d: entry(d, 0).update(externalIdPart=1), set_attribute("duid", label=1))
    codes = {each.code for each in check_text(json.dumps(made), file="disks.json")}
    assert codes == {"wrong-type", "no-external-id-part", "no-label"}


def refers(type_id: str, external_id: str, target: str, **more: str) -> Edit:
    """Let a type have an attribute that refers to *target*."""
    stated = {"type": "referenced_object", "referenceObjectTypeExternalId": target, **more}
    return add_attribute(type_id, external_id, external_id, **stated)


# Two attributes "a" and "b" with the same expression, which is right for the first of them.
ALIKE: dict[str, tuple[Edit, ...]] = {
    "an id that another attribute has": (
        refers("drive", "a", "os"), refers("file", "a", "drive"), refers("drive", "b", "drive")),
    "an unknown id beside a name": (
        refers("drive", "a", "?", referenceObjectTypeName="Operating System"),
        refers("drive", "b", "?", referenceObjectTypeName="Hard Drive")),
}  # fmt: skip


@pytest.mark.parametrize("case", ALIKE)
def test_an_expression_is_judged_by_what_its_own_attribute_refers_to(case: str) -> None:
    mapped = [map_attribute("drive", name, name, "x") for name in ("a", "b")]
    made = document(add_attribute("os", "kernel", "Kernel"), *ALIKE[case], *mapped)
    for number in (-2, -1):
        entry(made, number)["objectMappingIQL"] = "Kernel = ${x}"
    ((code, at, text, _),) = told(made)
    assert (code, at) == ("unknown-iql-attribute", f"{MAPPED}/attributesMapping/3/objectMappingIQL")
    assert 'of attribute "b" compares "Kernel", which object type "Hard Drive"' in text


def locators(*paths: str) -> Edit:
    return lambda made: entry(made, 0).update(attributeLocators=list(paths))


def expression(iql: str) -> Edit:
    return lambda made: entry(made, 1).update(objectMappingIQL=iql)


SILENT: dict[str, Edit] = {
    "names as they are in data": locators(
        "@odata.id", "#text", "$id", "item.$.id", "Serial No.", "size [GB]", "Approx. size", "a/b",
        "No.", '3.5"', "{1f-2e}", "a*b"),
    "the label, in any case": expression("LABEL = ${os} OR name Like ${os}"),
    "what Assets gives": expression('Key = ${os} AND objectType IN ("x") AND Created > "2024"'),
    "an attribute of another object": expression("Vendor.Country = ${os}"),
    "what is not": expression("Name IS NOT EMPTY AND (NOT Name = ${os} OR Name NOT IN ())"),
    "attributes in a function": expression("object HAVING outboundReferences(Colour = ${os})"),
    "a list of each, and an escape": expression('Name IN (${os.all${0}}, "a \\"b\\"")'),
    "a target of which only the name is written": lambda made: [
        edit(made) for edit in (set_type("os", attributes=[]), expression("Kernel = ${os}"))
    ].clear(),
}  # fmt: skip


@pytest.mark.parametrize("case", SILENT)
def test_nothing_is_said_of(case: str) -> None:
    assert told(document(SILENT[case])) == []


# Public documents whose mappings identify objects by nothing, or by their label.
WITHOUT_A_PART = {"ihub-entra-user-group.json", "ihub-intune-managed-device.json"}


def written_badly(paths: Iterable[Path]) -> set[tuple[str, str]]:
    return {
        (path.name, each.code)
        for path in paths
        for each in check_text(path.read_text("utf-8"), file=path.name)
        if each.code in CODES
    }


def test_our_examples_are_written_well() -> None:
    ours = [*(ROOT / "manifests").glob("*-*.*")]
    assert ours
    assert written_badly(ours) == set()


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not there")
def test_public_documents_are_written_well() -> None:
    found = written_badly(CORPUS.glob("*.json"))
    assert found == {(name, ManifestCode.NO_EXTERNAL_ID_PART) for name in WITHOUT_A_PART}
