"""Adding a code means: a row in its table, a place that raises it, a test, a line of the page.

Each law reads the syntax tree of the package or the text of the tests, so that a code that was
added in part is told by the part that is missing.
"""

import ast
import os
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

from reconciler.codes.known_code import DiagnosticCode, KnownCode
from reconciler.diagnostics import Severity
from reconciler.planning.catalogue import CATALOGUE, PAGE, Entry, Topic, entries_of
from reconciler.planning.plan import RiskCode, Verdict
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.response import Code
from reconciler.semantics.rules import RuleCode
from tests.support.paths import ROOT

SOURCES = sorted((ROOT / "reconciler").rglob("*.py"))

# Tables that say more of a code, and raise nothing.
BESIDE = {"by_hand.py", "consequences.py", "plan.py", "rules.py"}

# Whoever takes a code, and by which name.
TAKERS = {
    "Change": {"rule", "predicted_code", "risk_code"},
    "Diagnostic": {"code", "api_code"},
    "Fault": {"code"},
    "Finding": {"code"},
    "Oddity": {"code"},
    "Reason": {"code", "rule"},
    "Refusal": {"code"},
    "Rejected": {"rule"},
    "StalePlan": {"code"},
    "diagnostic": {"api_code"},
    "_judged": {"rule", "predicted_code", "risk_code"},
}


def tables(of: type[StrEnum] = KnownCode) -> Iterator[type[StrEnum]]:
    """Yield every enum of codes, those of KnownCode by its subclasses."""
    for table in of.__subclasses__():
        if len(table):
            yield table
        yield from tables(table)


ALL = (*tables(), RiskCode, RuleCode)
MEMBERS = [code for table in ALL for code in table]


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES)


@cache
def raised() -> frozenset[tuple[str, str]]:
    """Return the members that the package names, by enum and name, but to compare with them."""
    found: set[tuple[str, str]] = set()
    for path, tree in trees():
        if path.name in BESIDE:
            continue
        compared = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.Compare)
            for inner in ast.walk(node)
        }
        found.update(
            (node.value.id, node.attr)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and id(node) not in compared
        )
    return frozenset(found)


@cache
def text_of_tests() -> str:
    """Return the text of all tests but this one."""
    others = (p for p in (ROOT / "tests").rglob("*.py") if p != Path(__file__))
    return "\n".join(p.read_text(encoding="utf-8") for p in sorted(others))


def test_every_table_of_codes_is_known_here() -> None:
    """Those that no module of the catalogue imports would be missed."""
    written = {
        node.name
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and {base.id for base in node.bases if isinstance(base, ast.Name)}
        & {"KnownCode", "DiagnosticCode"}
    }
    assert written == {table.__name__ for table in tables()} | {"DiagnosticCode"}


def test_every_code_is_in_the_catalogue_with_its_meaning() -> None:
    listed = [(entry.topic, entry.code) for entry in CATALOGUE]
    assert len(set(listed)) == len(listed)
    assert {str(code) for code in (*MEMBERS, *Verdict)} == {str(code) for _, code in listed}
    for entry in CATALOGUE:
        assert entry.title, entry
        assert entry.sentence.strip(), entry
        assert entry.code in {other.code for other in entries_of(entry.code)}
    assert entries_of("no-such-code") == ()


def test_no_code_has_two_meanings_in_diagnostics_and_errors() -> None:
    """Readers compare them, and see no kind beside them."""
    codes = [str(code) for table in tables(DiagnosticCode) for code in table]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("table", [*tables()], ids=lambda table: table.__name__)
def test_what_is_wrong_has_a_remedy(table: type[KnownCode]) -> None:
    nobody_knows = {
        Code.REFERENCED_OBJECT_TYPE_CHANGED, Code.UNSUPPORTED_CHANGE, Code.MAPPING_EXISTS,
    }  # fmt: skip
    assert {c for c in table if c.severity is not Severity.INFO and not c.remedy} == (
        nobody_knows if table is Code else set()
    )


@pytest.mark.parametrize("code", MEMBERS, ids=lambda code: f"{type(code).__name__}.{code.name}")
def test_every_code_is_raised_by_something(code: StrEnum) -> None:
    assert (type(code).__name__, code.name) in raised()


def test_every_code_is_in_a_test() -> None:
    """Those of files and errors are raised one by one in test_codes_raised, others where they are.

    test_capabilities_hold has a body for each capability.
    """
    elsewhere = {*CAPABILITIES.values()}
    said = text_of_tests()
    untold = [
        f"{type(code).__name__}.{code.name}"
        for code in MEMBERS
        if code not in elsewhere
        and not re.search(rf"[\"`\[]{code}[\"`\]]|{type(code).__name__}\.{code.name}\b", said)
    ]
    assert untold == []


def test_every_verdict_is_given_by_somebody() -> None:
    """But for write-only: what live does not show is one remark, and no change (design.md#write-only)."""
    given = {name for kind, name in raised() if kind == "Verdict"}
    judged = {v for v in Verdict if v.name in given} - {Verdict.WRITE_ONLY}
    assert judged == set(Verdict) - {Verdict.WRITE_ONLY}


def texts_in(value: ast.expr) -> Iterator[ast.expr]:
    """Yield the literal texts that *value* may be; keys that it is looked up by are none."""
    match value:
        case ast.JoinedStr() | ast.Constant(value=str()):
            yield value
        case ast.IfExp(body=one, orelse=other):
            yield from (*texts_in(one), *texts_in(other))
        case ast.BoolOp(values=values):
            yield from (text for each in values for text in texts_in(each))


def called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def test_no_code_is_raised_as_text() -> None:
    """The type checker sees members where a field is an enum; where it is text, this does."""
    as_text = [
        f"{path.relative_to(ROOT)}:{text.lineno}"
        for path, tree in trees()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg in TAKERS.get(called(call), ())
        for text in texts_in(keyword.value)
    ]
    assert as_text == []


def test_diagnostics_are_made_by_their_code_alone() -> None:
    makers = {
        path.name
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "Diagnostic"
    }
    assert makers == {"known_code.py"}


def test_a_code_that_is_not_in_its_table_cannot_be_had() -> None:
    for table in ALL:
        with pytest.raises(AttributeError):
            getattr(table, "NO_SUCH_CODE")  # noqa: B009 - it is not there for the type checker
        with pytest.raises(KeyError):
            table["NO_SUCH_CODE"]
    with pytest.raises(TypeError):
        StrEnum.__call__(KnownCode, "a code without its row")


HEAD = """\
# Codes

What each code means that a diagnostic, a finding, a plan or an error can have, and what helps.
Texts of a case stand beside it; here is what all cases of a code have in common. Codes stay:
scripts may compare them. *Known* is how well a fact about the API is known: documented, observed,
reported, inferred, unknown.
"""
TITLES = {
    Topic.RISK: "Risk to data: `risk_code` of a change",
    Topic.RULE: "Rules: `rule` of a change, of a verb, and in `certificate.rests_on`",
    Topic.REFUSAL: "Refusals of the API: `predicted_code` of a change, `api_code` of a diagnostic",
    Topic.FILE: "Diagnostics of any file",
    Topic.PROJECT: "Diagnostics of the project file",
    Topic.MANIFEST: "Diagnostics of manifests",
    Topic.RUN: "Diagnostics of a run",
    Topic.REASON: "Why a source gets its action: `reason.code`",
    Topic.VERDICT: "Verdicts: `verdict` of a change",
    Topic.STALE: "Why a plan is stale: `error.code` of apply and of comment --verify",
    Topic.ERROR: "Errors: `error.code`, and the diagnostic of a report that could not be made",
}


def page() -> str:
    return HEAD + "".join(f"\n## {TITLES[topic]}\n\n{table_of(topic)}" for topic in Topic)


def table_of(topic: Topic) -> str:
    rows = [cells(entry) for entry in CATALOGUE if entry.topic is topic]
    names = [name for name in rows[0] if any(row[name] for row in rows)]
    lines = [names, ["---"] * len(names), *([row[name] for name in names] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cells(entry: Entry) -> dict[str, str]:
    anchor = entry.anchor.partition("#")[2]
    steps = " ".join(f"{n}. {step}" for n, step in enumerate(entry.steps, start=1))
    return {
        "Code": f'<a id="{anchor}"></a>`{entry.code}`',
        "Severity": entry.severity or "",
        "Known": entry.grade or "",
        "Meaning": entry.sentence,
        "What helps": entry.remedy or "",
        "By hand": steps,
        "Source": entry.source or "",
    }


def test_the_page_shows_the_catalogue() -> None:
    """RECONCILER_UPDATE_GOLDEN=1 writes the page anew."""
    file = ROOT / PAGE
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page()
    assert not re.search(r"\|[^|\n]*(?<!\\)\|\|", page()), "no cell is empty by accident"
