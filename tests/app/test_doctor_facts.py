"""`doctor` tells what facts.yaml knows of the site: how much, how old, and what is odd."""

from datetime import date
from pathlib import Path

import pytest

from reconciler.app.doctor.facts import facts
from reconciler.manifest.project.facts import (
    EMBEDDED,
    FactsFile,
    KnownSite,
    SiteKind,
    with_facts,
)
from reconciler.manifest.project.facts_text import write_facts
from reconciler.manifest.project.model import default_project
from reconciler.semantics.facts import Fact

TODAY = date(2027, 1, 20)
CLOUD = KnownSite(key="a" * 12, kind=SiteKind.CLOUD)
OTHER = KnownSite(key="b" * 12, kind=SiteKind.CLOUD)


def known(outcome: str, observed: str = "2027-01-12") -> dict[str, Fact]:
    return {"patch-label": Fact(outcome=outcome, observed=observed, version="1")}


TWO_CLOUDS = write_facts(with_facts(with_facts(FactsFile(), CLOUD, known("stays")), OTHER, {}))
# What facts.yaml holds → the level, and what the line says.
FILES: dict[str, tuple[str | None, str, str]] = {
    "none": (None, "ok", "no facts.yaml: what nobody has documented is assumed, and verified"),
    "as assumed": (
        write_facts(with_facts(FactsFile(), EMBEDDED, known("changes"))),
        "ok", "facts known, observed 2027-01-12",
    ),
    "not as assumed": (
        write_facts(with_facts(FactsFile(), EMBEDDED, known("stays"))),
        "ok", "observed 2027-01-12; 1 differs from what is assumed: patch-label is stays",
    ),
    "old": (
        write_facts(with_facts(FactsFile(), EMBEDDED, known("changes", "2026-01-12"))),
        "warn", "observed 2026-01-12, 373 days ago",
    ),
    "of others": (TWO_CLOUDS, "warn", "facts.yaml has no facts of this site"),
    "broken": ("sites: 1", "fail", "facts.yaml:1:8: "),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_what_is_known_of_the_site_is_one_line(case: str, tmp_path: Path) -> None:
    text, level, said = FILES[case]
    if text is not None:
        (tmp_path / "facts.yaml").write_text(text, encoding="utf-8")
    (line,) = facts(default_project(tmp_path), TODAY)
    assert (line.check, line.level) == ("facts", level)
    assert said in line.text
