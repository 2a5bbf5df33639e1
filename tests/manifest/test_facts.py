"""facts.yaml: read strictly, with places; what a version does not know is a warning."""

from pathlib import Path

import pytest

from reconciler.errors import ManifestError
from reconciler.manifest.project.facts import (
    EMBEDDED,
    FactsFile,
    KnownSite,
    SiteKind,
    load_facts,
    site_of,
    with_facts,
)
from reconciler.manifest.project.facts_text import write_facts
from reconciler.manifest.project.file import load_project
from reconciler.semantics.facts import Fact, profile_of
from reconciler.semantics.questions import Question

CLOUD = KnownSite(key="0123456789ab", kind=SiteKind.CLOUD)
ONE = Fact(outcome="202", observed="2027-01-12", version="1.0")
TEXT = """\
sites:
  0123456789ab:
    kind: cloud
    facts:
      {question}: {{outcome: {outcome}, observed: "2027-01-12", version: "1.0"}}
"""


def read(root: Path, text: str) -> FactsFile:
    (root / "facts.yaml").write_text(text, encoding="utf-8")
    return load_facts(root)


def test_what_is_written_is_read_again_beside_what_was_there(tmp_path: Path) -> None:
    first = with_facts(FactsFile(), CLOUD, {"async-answer": ONE})
    both = with_facts(first, CLOUD, {"patch-label": Fact(**{**_dict(ONE), "outcome": "stays"})})
    both = with_facts(both, EMBEDDED, {"async-answer": ONE})
    assert read(tmp_path, write_facts(both)) == both
    assert [*both.of(CLOUD)] == ["async-answer", "patch-label"]


def _dict(fact: Fact) -> dict[str, str]:
    return {"outcome": fact.outcome, "observed": fact.observed, "version": fact.version}


# What is written of a question → what is said of it, and where.
UNKNOWN = {
    ("patch-labels", "stays"): ('"patch-labels" is not a question: it is left out', 5, 7),
    ("patch-label", "vanishes"): ('"vanishes" is not an outcome of patch-label: it is', 5, 30),
}


@pytest.mark.parametrize("case", UNKNOWN, ids=" ".join)
def test_what_this_version_does_not_know_is_a_warning(
    case: tuple[str, str], tmp_path: Path
) -> None:
    question, outcome = case
    file = read(tmp_path, TEXT.format(question=question, outcome=outcome))
    (warning,) = file.diagnostics
    text, line, column = UNKNOWN[case]
    assert warning.text.startswith(text)
    assert (warning.code, warning.severity) == ("unknown-fact", "warning")
    assert (warning.line, warning.column) == (line, column)
    assert not file.of(CLOUD)


def test_a_day_that_the_calendar_does_not_have_is_none(tmp_path: Path) -> None:
    text = TEXT.format(question="patch-label", outcome="stays").replace("01-12", "02-31")
    file = read(tmp_path, text)
    assert [d.code for d in file.diagnostics] == ["unknown-fact"]
    assert not file.of(CLOUD)


BROKEN = {
    "no YAML": "sites: [",
    "no object": "- 1",
    "another key": "sites: {}\nfact: 1",
    "no outcome": "sites: {0123456789ab: {kind: cloud, facts: {patch-label: {}}}}",
    "a day that is none": TEXT.format(question="patch-label", outcome="stays").replace("-12", "-1"),
    "an outcome that is a number": TEXT.format(question="async-answer", outcome="303"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_an_error_with_its_place(case: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as raised:
        read(tmp_path, BROKEN[case])
    assert all("facts.yaml" in (each.file or "") for each in raised.value.diagnostics)


def test_a_manifest_of_that_name_is_none_of_facts(tmp_path: Path) -> None:
    assert not read(tmp_path, "schema: {}\nmapping: {}\n").sites


def test_a_site_is_its_workspace_and_whether_it_is_an_emulator(tmp_path: Path) -> None:
    def site(url: str, workspace: str | None) -> KnownSite | None:
        (tmp_path / "reconciler.yaml").write_text(
            f"environments: {{e: {{backend: cloud, baseUrl: '{url}'}}}}\n", encoding="utf-8"
        )
        project = load_project(tmp_path / "reconciler.yaml", environment=None, variables={})
        return site_of(project, workspace)

    one = site("https://api.atlassian.com/jsm/assets", "w")
    assert one == site("https://api.atlassian.com/ex/jira/c/jsm/assets", "w")
    assert one != site("https://api.atlassian.com/jsm/assets", "v")
    served = site("http://127.0.0.1:8080/jsm/assets", "w")
    assert served is not None
    assert served.kind is SiteKind.EMULATOR
    assert served != one
    assert site("https://api.atlassian.com/jsm/assets", None) is None


def test_the_emulator_in_process_rehearses_the_one_cloud_that_is_known(tmp_path: Path) -> None:
    file = read(tmp_path, TEXT.format(question="async-answer", outcome='"202"'))
    assert profile_of(file.of(EMBEDDED)).of(Question.ASYNC_ANSWER) == "202"
    two = with_facts(file, KnownSite(key="b" * 12, kind=SiteKind.CLOUD), {})
    assert not two.of(EMBEDDED)
    assert with_facts(two, EMBEDDED, {"async-answer": ONE}).of(EMBEDDED) == {"async-answer": ONE}
