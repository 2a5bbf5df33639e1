"""The documentation's rules of mapping are those that the engine states, with their grades."""

import os

from reconciler.diagnostics import Confidence
from reconciler.mapping.grades import RULES
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "mapping.md"


def page() -> str:
    rows = [f"| {r.name} | {r.confidence} | {r.text} |" for r in RULES.values()]
    return "\n".join(
        (
            "# What a mapping makes of data",
            "",
            "`reconciler preview` shows beforehand what Assets would make of data, and the",
            "emulator imports by the same rules. Much of it is not documented; each report",
            "lists the rules that it rests on and that are not documented.",
            "",
            "| rule | known | what it says |",
            "|---|---|---|",
            *rows,
            "",
            "*documented*: in Atlassian's guide to imports, its REST reference or its pages on",
            "placeholders. *observed*: in documents that run in the field. *inferred*: what",
            "follows from those, or from how Assets behaves elsewhere. *unknown*: a choice was",
            "to be made.",
            "",
        )
    )


def test_the_page_shows_the_rules() -> None:
    """RECONCILER_UPDATE_GOLDEN=1 writes them anew; what follows them is written by hand."""
    rules, heading, rest = PAGE.read_text(encoding="utf-8").partition("\n## How large")
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        PAGE.write_text(page() + heading + rest, encoding="utf-8")
        rules = page()
    assert rules == page()


def test_every_rule_is_graded() -> None:
    assert {r.confidence for r in RULES.values()} <= set(Confidence)
    assert all(r.text and r.name == name for name, r in RULES.items())
