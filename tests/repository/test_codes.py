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
from reconciler.planning.catalogue import CATALOGUE, PAGE, CodeKind, Meaning, meanings
from reconciler.planning.change import Verdict
from reconciler.planning.risk_codes import RiskCode
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.response import Code
from reconciler.semantics.rules import RuleCode
from tests.support.package import trees
from tests.support.paths import ROOT

# Tables that say more of a code, and raise nothing.
BESIDE = {"manual_steps.py", "plan.py", "risk_codes.py", "rules.py"}

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


ALL: tuple[type[StrEnum], ...] = (*tables(), RiskCode, RuleCode)
MEMBERS = [code for table in ALL for code in table]


@cache
def raised() -> frozenset[tuple[str, str]]:
    """Return the members that the package names, by enum and name, but to compare with them."""
    found: set[tuple[str, str]] = set()
    for path, tree in trees().items():
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
        for _, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and {base.id for base in node.bases if isinstance(base, ast.Name)}
        & {"KnownCode", "DiagnosticCode"}
    }
    assert written == {table.__name__ for table in tables()} | {"DiagnosticCode"}


def test_every_code_is_in_the_catalogue_with_its_meaning() -> None:
    listed = [(meaning.kind, meaning.code) for meaning in CATALOGUE]
    assert len(set(listed)) == len(listed)
    assert {str(code) for code in (*MEMBERS, *Verdict)} == {str(code) for _, code in listed}
    for meaning in CATALOGUE:
        assert meaning.title, meaning
        assert meaning.sentence.strip(), meaning
        assert meaning.code in {other.code for other in meanings(meaning.code)}
    assert meanings("no-such-code") == ()


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


def test_each_row_of_a_warning_states_whether_it_leaves_the_outcome_open() -> None:
    """By its grade, if only None: `unknown` takes the proof away from its source's plan."""
    rows = {
        (definition.name, ast.unparse(row.targets[0])): row.value.elts
        for _, tree in trees().items()
        for definition in ast.walk(tree)
        if isinstance(definition, ast.ClassDef)
        and "DiagnosticCode" in map(ast.unparse, definition.bases)
        for row in definition.body
        if isinstance(row, ast.Assign) and isinstance(row.value, ast.Tuple)
    }
    assert len(rows) == sum(map(len, tables(DiagnosticCode)))
    assert [
        name for name, row in rows.items() if ast.unparse(row[1]) != "_ERROR" and not row[4:]
    ] == []


def test_every_code_is_raised_by_something() -> None:
    assert {(type(code).__name__, code.name) for code in MEMBERS} - raised() == set()


def test_every_code_is_in_a_test() -> None:
    """Those of files and errors are raised one by one in test_codes_raised, others where they are.

    test_capabilities_hold has a body for each capability.
    """
    elsewhere = {*CAPABILITIES.values()}
    said = set(
        re.findall(r"""(?<=["`\[])[\w.-]+(?=["`\]])|\b[A-Z]\w+\.[A-Z_0-9]+\b""", text_of_tests())
    )
    names = {
        code: f"{type(code).__name__}.{code.name}" for code in MEMBERS if code not in elsewhere
    }
    assert [name for code, name in names.items() if not {str(code), name} & said] == []


def test_every_verdict_is_given_by_somebody() -> None:
    """But for write-only: what live does not show is one remark, and no change."""
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
        for path, tree in trees().items()
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
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "Diagnostic"
    }
    assert makers == {"known_code.py"}


HEAD = """\
# Codes

What each code means that a diagnostic, a finding, a plan or an error can have, and what helps.
Texts of a case stand beside it; here is what all cases of a code have in common. Codes stay:
scripts may compare them. *Known* is how well a fact about the API is known: documented, observed,
reported, inferred, unknown.
"""
TITLES = {
    CodeKind.RISK: "Risk to data: `risk_code` of a change",
    CodeKind.RULE: "Rules: `rule` of a change, of a verb, and in `certificate.rests_on`",
    CodeKind.REFUSAL: "Refusals: `predicted_code` of a change, `api_code` of a diagnostic",
    CodeKind.FILE: "Diagnostics of any file",
    CodeKind.PROJECT: "Diagnostics of the project file",
    CodeKind.MANIFEST: "Diagnostics of manifests",
    CodeKind.RUN: "Diagnostics of a run",
    CodeKind.REASON: "Why a source gets its action: `reason.code`",
    CodeKind.VERDICT: "Verdicts: `verdict` of a change",
    CodeKind.STALE: "Why a plan is stale: `error.code` of apply and of comment --verify",
    CodeKind.ERROR: "Errors: `error.code`, and the diagnostic of a report that could not be made",
    CodeKind.CHECK: "Checks of `doctor`: `check` of a result",
}


def page() -> str:
    """Return the page: each code has a heading, so that its anchor is the code."""
    return HEAD + "".join(f"\n## {TITLES[kind]}\n{''.join(of_kind(kind))}" for kind in CodeKind)


def of_kind(kind: CodeKind) -> Iterator[str]:
    for meaning in CATALOGUE:
        if meaning.kind is kind:
            yield "\n" + "\n\n".join((f"### `{meaning.code}`", *paragraphs(meaning))) + "\n"


def paragraphs(meaning: Meaning) -> Iterator[str]:
    severity = f"*{meaning.severity}*: " if meaning.severity else ""
    yield f"{severity}{meaning.sentence}"
    if meaning.remedy:
        yield f"What helps: {meaning.remedy}"
    if meaning.steps:
        yield "By hand:"
        yield "\n".join(f"{n}. {step}" for n, step in enumerate(meaning.steps, start=1))
    if meaning.example:
        for title, text in zip(("Wrong:", "Right:"), meaning.example, strict=True):
            yield title
            yield f"```yaml\n{text}\n```"
    if meaning.grade:
        yield f"Known: {meaning.grade}{f' ({meaning.source})' if meaning.source else ''}"


def test_the_page_shows_the_catalogue() -> None:
    """RECONCILER_UPDATE_GOLDEN=1 writes the page anew."""
    file = ROOT / PAGE
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page()
