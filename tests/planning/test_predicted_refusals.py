"""A refusal predicted: where it stands, what it blocks, and that an emulator says the same."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from reconciler.diagnostics import Severity
from reconciler.planning.change import Verdict
from reconciler.planning.plan import Action, Convergence
from reconciler.planning.verdict.refusal_remedy import refusal_remedy
from reconciler.semantics.response import Code
from tests.support.documents.predicted import Scene
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    drop_attribute,
    drop_type,
    map_attribute,
    map_type,
    move_type,
    refer,
    set_attribute,
    set_type,
)
from tests.support.stages.emulator_site import tagged

TYPES = "/schema/objectSchema/objectTypes"
MAPPINGS = "/mapping/objectTypeMappings"
# What is possible beside it, and is sent with --allow-residual.
BESIDE = set_type("drive", description="new")
ANOTHER_FILE = (drop_type("file"), add_type("file-2", "File", under="drive"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """Edits of the manifest, and what is told of them.

    `told`: code, confidence, pointer into the body, pointer to the manifest's element.
    `refused`: the changes that are impossible for it, with their predicted codes.
    """

    edits: tuple[Edit, ...]
    told: tuple[tuple[str, str, str, str], ...]
    refused: dict[str, str]
    live: tuple[Edit, ...] = ()
    other: Json | None = None


IN_USE, MISMATCH = "SCHEMA_INVALID_EXTERNAL_ID", "EXTERNAL_ID_MISMATCH"
UNMAPPABLE, UNTOLD = "UNKNOWN_EXTERNAL_ID_MAPPING", "UNKNOWN_REFERENCE"
TWICE, NO_TYPE = "DUPLICATE_EXTERNAL_ID_ILLEGAL", "MAPPING_INVALID_EXTERNAL_ID"

# Seen in live alone: `validate` cannot know these.
BY_LIVE: dict[str, Case] = {
    "a type with the id of another source's type": Case(
        edits=(add_type("taken", "Taken"), map_type("taken", "Taken")),
        other=tagged("taken"),
        told=((IN_USE, "reported", f"{TYPES}/1", f"{TYPES}/2"),),
        refused={"s/objectTypes[taken]": IN_USE, "s/mappings[taken]": IN_USE},
    ),
    "an attribute with the id of another source's attribute": Case(
        edits=(add_attribute("os", "taken-name", "Taken"),),
        other=tagged("taken"),
        told=((IN_USE, "inferred", f"{TYPES}/1/attributes/0", f"{TYPES}/1/attributes/1"),),
        refused={"s/objectTypes[os]/attributes[taken-name]": IN_USE},
    ),
    "an attribute with the id of another type's attribute, which the manifest dropped": Case(
        edits=(drop_attribute("size"), add_attribute("os", "size", "Size")),
        told=((IN_USE, "inferred", f"{TYPES}/1/attributes/0", f"{TYPES}/1/attributes/1"),),
        refused={"s/objectTypes[os]/attributes[size]": IN_USE},
    ),
    "an attribute with the id of a type that the manifest dropped": Case(
        edits=(drop_type("file"), add_attribute("os", "file", "File")),
        told=((IN_USE, "inferred", f"{TYPES}/1/attributes/0", f"{TYPES}/1/attributes/1"),),
        refused={"s/objectTypes[os]/attributes[file]": IN_USE},
    ),
    "a type with the id of an attribute that the manifest dropped": Case(
        edits=(drop_attribute("size"), add_type("size", "Size")),
        told=((IN_USE, "inferred", f"{TYPES}/1", f"{TYPES}/2"),),
        refused={"s/objectTypes[size]": IN_USE},
    ),
    "a type with the name of a live one under the same parent": Case(
        edits=(*ANOTHER_FILE, map_type("file-2", "File")),
        told=((MISMATCH, "reported", f"{TYPES}/0/children/0", f"{TYPES}/0/children/0"),),
        refused={"s/objectTypes[file-2]": MISMATCH, "s/mappings[file-2]": MISMATCH},
    ),
    "an attribute with the name of a live one in its type": Case(
        edits=(
            drop_attribute("size"),
            add_attribute("file", "size-2", "Size"),
            map_attribute("file", "size-2", "Size", "x"),
        ),
        told=(
            (
                MISMATCH,
                "inferred",
                f"{TYPES}/0/children/0/attributes/0",
                f"{TYPES}/0/children/0/attributes/1",
            ),
        ),
        refused={
            "s/objectTypes[file]/attributes[size-2]": MISMATCH,
            "s/mappings[file]/attributes[size-2]": MISMATCH,
        },
    ),
    "a mapping of an inherited attribute, and live has the type elsewhere": Case(
        edits=(map_attribute("file", "duid", "DUID", "x"),),
        live=(move_type("file", under=None),),
        told=(
            (
                UNMAPPABLE,
                "observed",
                f"{MAPPINGS}/0/attributesMapping/0",
                f"{MAPPINGS}/1/attributesMapping/1",
            ),
        ),
        refused={"s/mappings[file]/attributes[duid]": UNMAPPABLE},
    ),
    "a type with the name of a live one, and below it what lives": Case(
        edits=(
            *ANOTHER_FILE,
            add_type("inner", "Inner", under="file-2"),
            add_attribute("inner", "new", "New"),
            set_attribute("os-ref", referenceObjectTypeExternalId="file-2"),
            add_type("called by the other's id", "file-2"),
        ),
        live=(add_type("inner", "Inner", under="file"),),
        told=((MISMATCH, "reported", f"{TYPES}/1/children/1", f"{TYPES}/0/children/0"),),
        refused={
            "s/objectTypes[file-2]": MISMATCH,
            "s/objectTypes[inner]/parent": MISMATCH,
            "s/objectTypes[drive]/attributes[os-ref]/referenceObjectTypeExternalId": MISMATCH,
        },
    ),
    "a reference to a new type that is itself refused, and one to a type in that": Case(
        edits=(
            *ANOTHER_FILE,
            add_type("inner", "Inner", under="file-2"),
            refer("os", "outer", "Outer", to="file-2"),
            refer("os", "inward", "Inward", to="inner"),
        ),
        told=((MISMATCH, "reported", f"{TYPES}/0/children/0", f"{TYPES}/0/children/0"),),
        refused={
            "s/objectTypes[file-2]": MISMATCH,
            "s/objectTypes[inner]": MISMATCH,
            "s/objectTypes[os]/attributes[inward]": MISMATCH,
            "s/objectTypes[os]/attributes[outer]": MISMATCH,
        },
    ),
}

# In the manifest for all to see: `validate` refuses these first, a plan would too.
BY_MANIFEST: dict[str, Case] = {
    "a reference to a type that only lives": Case(
        edits=(drop_type("file"), refer("os", "held", "Held", to="file")),
        told=((UNTOLD, "reported", f"{TYPES}/1/attributes/0", f"{TYPES}/1/attributes/1"),),
        refused={"s/objectTypes[os]/attributes[held]": UNTOLD},
    ),
    "a mapping of an attribute that its type does not have": Case(
        edits=(map_attribute("file", "siez", "Size", "x"),),
        told=(
            (
                UNMAPPABLE,
                "observed",
                f"{MAPPINGS}/0/attributesMapping/1",
                f"{MAPPINGS}/1/attributesMapping/1",
            ),
        ),
        refused={"s/mappings[file]/attributes[siez]": UNMAPPABLE},
    ),
    "a mapping of a type that nobody defines": Case(
        edits=(map_type("fiel", "Fiel"),),
        told=((NO_TYPE, "reported", f"{MAPPINGS}/0", f"{MAPPINGS}/2"),),
        refused={"s/mappings[fiel]": NO_TYPE},
    ),
    "two attributes with one id": Case(
        edits=(add_attribute("os", "new", "New"), add_attribute("file", "new", "New")),
        told=(
            (
                TWICE,
                "inferred",
                f"{TYPES}/0/children/0/attributes/0",
                f"{TYPES}/0/children/0/attributes/2",
            ),
            (TWICE, "inferred", f"{TYPES}/1/attributes/0", f"{TYPES}/1/attributes/1"),
        ),
        refused={
            "s/objectTypes[file]/attributes[new]": TWICE,
            "s/objectTypes[os]/attributes[new]": TWICE,
        },
    ),
}
CASES = BY_LIVE | BY_MANIFEST


def scene(case: str) -> Scene:
    given = CASES[case]
    return Scene.of(*given.edits, BESIDE, live=given.live, other=given.other)


def bare(remedy: str | None) -> str:
    """The remedy without the id that lives, which is in the sentence beside it."""
    return re.sub(r"(existing external id) \S+ \(.+?\)", r"\1", remedy or "")


def told(found: Scene, **options: Any) -> dict[tuple[str, str, str, Any, str], Severity]:
    """The predictions as the table has them, with the place instead of the pointer to it."""
    return {
        (d.api_code or "", d.confidence or "", d.pointer or "", (d.line, d.column), bare(d.hint)): (
            d.severity
        )
        for d in found.told("predicted-refusal", **options)
        if d.source == "s" and d.file == "s.json"
    }


def expected(case: str, found: Scene) -> set[tuple[str, str, str, Any, str]]:
    return {
        (code, confidence, pointer, found.place(at), refusal_remedy(Code[code], "s") or "")
        for code, confidence, pointer, at in CASES[case].told
    }


@pytest.mark.parametrize("case", CASES)
def test_it_blocks_the_source_and_names_code_pointer_place_grade_and_remedy(case: str) -> None:
    found = scene(case)
    planned = found.planned()
    assert (planned.action, planned.operation) == (Action.BLOCKED, None)
    refused = {str(c.address): c for c in planned.changes if c.predicted_code}
    assert {a: c.predicted_code for a, c in refused.items()} == CASES[case].refused
    assert {c.verdict for c in refused.values()} == {Verdict.IMPOSSIBLE}
    for change in refused.values():
        assert bare(change.remedy) == refusal_remedy(Code[change.predicted_code or ""], "s")
    assert told(found) == dict.fromkeys(expected(case, found), Severity.ERROR)


@pytest.mark.parametrize("case", CASES)
def test_with_allow_residual_it_is_left_out_with_a_warning_and_the_rest_is_taken(case: str) -> None:
    found = scene(case)
    planned = found.planned(allow_residual=True)
    assert planned.action is Action.UPDATE
    assert planned.convergence is Convergence.PARTIAL
    assert {str(c.address) for c in planned.residual} >= CASES[case].refused.keys()
    assert told(found, allow_residual=True) == dict.fromkeys(
        expected(case, found), Severity.WARNING
    )
    assert planned.operation is not None
    assert found.answer(planned.operation.body) == (204, [])
    again = found.planned(allow_residual=True)
    assert again.action is Action.NO_OP
    assert {c.address for c in again.residual} == {c.address for c in planned.residual}


@pytest.mark.parametrize("case", CASES)
def test_the_emulator_refuses_the_body_with_those_very_codes(case: str) -> None:
    found = scene(case)
    tries = found.tries()
    answers = [found.answer(body) for body, _ in tries]
    assert answers == [(400 if predicted else 204, predicted) for _, predicted in tries]
    codes = {code for _, predicted in tries for code, _ in predicted}
    assert codes >= set(CASES[case].refused.values())
    assert answers[-1] == (204, []), "what is left of it is taken"


def test_a_name_is_free_under_another_parent() -> None:
    """EXTERNAL_ID_MISMATCH looks at names under the same parent (api.md#refusal-codes)."""
    found = Scene.of(add_type("file-2", "File", under="os"))
    planned = found.planned()
    assert planned.action is Action.UPDATE
    assert planned.operation is not None
    assert found.answer(planned.operation.body) == (204, [])
