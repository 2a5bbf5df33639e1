"""The documentation's table of capabilities is the one that planner and emulator read."""

import os

from reconciler.planning.change import Kind
from reconciler.semantics.capabilities import CAPABILITIES, SOURCE
from reconciler.semantics.rules import Ability
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "capabilities.md"
WORDS = {Ability.YES: "yes", Ability.NO: "**no**", Ability.UNKNOWN: "unknown"}
FIELDS = {"+": "added", "-": "removed"}


def page() -> str:
    rows = [
        f"| {kind.replace('_', ' ')} | {FIELDS.get(field, field)} | {WORDS[row.ability]} "
        f"| {row.confidence} | {row.sentence} | {row.remedy or ''} |"
        for (kind, field), row in CAPABILITIES.items()
    ]
    return "\n".join(
        (
            "# What can change on a configured import source",
            "",
            "PUT creates a configuration and never replaces one; PATCH amends it. This is what",
            "PATCH can do about each difference, how well that is known, and what helps where",
            f"it cannot. Source: {SOURCE}.",
            "",
            "| element | change | PATCH | known | rule | otherwise |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            "What is unknown is attempted and verified by reading back, unless",
            "`policy.undocumented` says `block` or `skip`.",
            "",
        )
    )


def test_the_page_shows_the_table() -> None:
    """RECONCILER_UPDATE_GOLDEN=1 writes the page anew."""
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_row_is_about_something_that_a_plan_can_hold() -> None:
    assert {kind for kind, _ in CAPABILITIES} == {str(k) for k in Kind}
    assert all(row.remedy for row in CAPABILITIES.values() if row.ability is Ability.NO)
