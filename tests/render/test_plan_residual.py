"""The text of a plan at its edges: very many orphans, odd documents, what must not be hidden."""

import io
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.planning.change import Edit, Kind, Verdict
from reconciler.planning.plan import Action, Evidence
from reconciler.render.plan.text import plan_lines
from reconciler.render.plan.tree import ManifestView
from reconciler.render.terminal import Screen, plain
from reconciler.value import replace
from tests.support.samples import plans as samples
from tests.support.samples import residual_plans as residual


def lines_of(*changes: Any, action: Action = Action.UPDATE, **given: Any) -> list[str]:
    plan = samples.plan(samples.source("hardware", action, *changes, **given))
    return [plain(line) for line in plan_lines(plan)]


def locators(before: Any, after: Any, field: str = "attributeLocators") -> list[str]:
    change = samples.change(
        f"hardware/mappings[t]/attributes[a]/{field}",
        "Type",
        "Name",
        kind=Kind.ATTRIBUTE_MAPPING,
        field=field,
        before=before,
        after=after,
    )
    lines = lines_of(change)
    at = next(n for n, line in enumerate(lines) if field in line)
    end = next(n for n, line in enumerate(lines) if "proved" in line)
    return [line[18:] for line in lines[at:end]]


def test_ten_thousand_orphans_are_counted_and_the_first_listed() -> None:
    orphans = [residual.orphaned_attribute("Laptop", f"{n}", f"Field {n}") for n in range(10_000)]
    lines = lines_of(*orphans, action=Action.NO_OP)
    assert "        ? 10,000 orphans, in live only: 10,000 attributes" in lines
    assert any(
        line.startswith("            Laptop   10,000 attributes: Field 0, ") for line in lines
    )
    assert any(line.endswith(" more") for line in lines)
    assert len(lines) < 20


def test_nothing_impossible_is_left_out_of_a_long_list() -> None:
    changes = [residual.renamed(f"t{n}", f"Old {n}", f"New {n}") for n in range(30)]
    text = "\n".join(lines_of(*changes))
    assert all(f'"Old {n}" → "New {n}"' in text for n in range(30))
    assert text.count("an object type cannot be renamed") == 1


def test_every_address_of_the_residual_is_shown() -> None:
    for plan in (residual.RESIDUAL, residual.BLOCKED_BESIDE_ORPHANS):
        stream = io.StringIO()
        Screen(stream=stream).report(plan_lines(plan, lists_all=True))
        for change in plan.sources[0].residual:
            blocking = plan.blocked and change.verdict is Verdict.IMPOSSIBLE
            assert blocking or str(change.address) in stream.getvalue()


def test_an_orphan_that_the_plan_does_not_list_as_residual_is_not_lost() -> None:
    lines = lines_of(residual.orphaned_type("Dock"), residual=())
    assert "    ? Dock  object-type/dock   in live only" in lines


def test_a_sentence_about_a_risk_is_given_once_in_each_source() -> None:
    plan = samples.plan(samples.UPDATE, replace(samples.UPDATE, source="disk-analysis"))
    text = "\n".join(plain(line) for line in plan_lines(plan))
    assert text.count("risk data: attribute-unmapped") == 4
    assert text.count("the attribute is no longer filled by imports") == 2


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        pytest.param(["a"], ["b"], ['attributeLocators   ["a"] → ["b"]'], id="one item each"),
        pytest.param(
            ["a"],
            ["a", "b"],
            ["attributeLocators", '    "a"', '  + "b"'],
            id="one comes",
        ),
        pytest.param(
            ["a", "b"],
            ["b", "a"],
            ["attributeLocators", '  + "b"', '    "a"', '  - "b"'],
            id="one moves",
        ),
        pytest.param(
            None, ["a"], ["attributeLocators   (absent) →", '  + "a"'], id="absent before"
        ),
        pytest.param(["a"], None, ["attributeLocators   → (absent)", '  - "a"'], id="absent after"),
        pytest.param([], ["a"], ["attributeLocators", '  + "a"'], id="empty before"),
        pytest.param([], None, ["attributeLocators   [] → (absent)"], id="nothing on both sides"),
        pytest.param("a", ["b"], ['attributeLocators   "a" → ["b"]'], id="no list"),
        pytest.param(
            ["a" * 90 + "1" + "a" * 90],
            ["a" * 90 + "2" + "a" * 90],
            [
                "attributeLocators",
                f'  - "{"a" * 90}1{"a" * 90}"',
                f'  + "{"a" * 90}2{"a" * 90}"',
            ],
            id="too long for one line",
        ),
        pytest.param(
            [*"abcdefgh", "x"],
            [*"abcdefgh", "y"],
            [
                "attributeLocators",
                '    "a"',
                '    "b"',
                "    (4 items unchanged)",
                '    "g"',
                '    "h"',
                '  - "x"',
                '  + "y"',
            ],
            id="many stay",
        ),
    ],
)
def test_lists_are_shown_item_by_item(before: Any, after: Any, shown: list[str]) -> None:
    assert locators(before, after) == shown


@pytest.mark.parametrize(
    "desired",
    [
        {},
        {"schema": None, "mapping": []},
        {"schema": {"objectSchema": {"objectTypes": {"a": 1}}}, "mapping": {}},
        {"schema": {"objectSchema": {"objectTypes": [1, {"name": 2, "attributes": "x"}]}}},
        {"mapping": {"objectTypeMappings": [None, {"attributesMapping": 3}]}},
    ],
)
def test_a_document_that_is_none_counts_nothing(desired: dict[str, Any]) -> None:
    view = ManifestView(replace(samples.UPDATE, evidence=Evidence(desired=desired, live=None)))
    assert not view.ids
    assert not any(view.same_attributes(c.address.owner_label) for c in samples.UPDATE.changes)


def test_what_is_removed_is_not_counted_off_what_the_manifest_has() -> None:
    view = ManifestView(samples.UPDATE)
    assert view.ids[("Hard Drive", "File")] == "object-type/file"
    assert view.same_attributes("object-type/file") == 3
    assert view.same_mapped("object-type/file") == 2


def test_an_orphan_beside_a_wanted_type_of_the_same_name_keeps_its_own_id() -> None:
    child = samples.change(
        "hardware/objectTypes[o/child]",
        "Dock",
        "Port",
        kind=Kind.OBJECT_TYPE,
        action=Edit.ADD,
        after={},
    )
    orphan = replace(
        residual.orphaned_type("Dock"), address=Address.of("hardware").object_type("o/old")
    )
    evidence = Evidence(
        desired={
            "schema": {"objectSchema": {"objectTypes": [{"name": "Dock", "externalId": "o/new"}]}}
        },
        live=None,
    )
    lines = lines_of(child, orphan, evidence=evidence, residual=())
    assert "      Dock  o/new" in lines
    assert "    ? Dock  o/old   in live only" in lines
