"""The catalogue of all codes that a reader can meet, for SARIF and the documentation.

The codes themselves are enums, each in the lowest layer that raises it.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from reconciler.codes.check import CheckCode
from reconciler.codes.examples import EXAMPLES
from reconciler.codes.failure import ErrorCode, StaleCode
from reconciler.codes.file import FileCode
from reconciler.codes.known_code import DiagnosticCode, KnownCode, title
from reconciler.codes.manifest import ManifestCode
from reconciler.codes.project import ProjectCode
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Confidence, Severity
from reconciler.model.policy import Risk
from reconciler.planning.change import Verdict
from reconciler.planning.reasons import ReasonCode
from reconciler.planning.risk_codes import RiskCode
from reconciler.planning.verdict.manual_steps import MANUAL_STEPS
from reconciler.semantics.response import Code
from reconciler.semantics.rules import RuleCode
from reconciler.value import Value

PAGE = "docs/reference/codes.md"


class CodeKind(StrEnum):
    """Where a code is used. If there are two kinds, a finding has the first one's meaning."""

    RISK = "risk"
    RULE = "rule"
    REFUSAL = "refusal"
    FILE = "file"
    PROJECT = "project"
    MANIFEST = "manifest"
    RUN = "run"
    REASON = "reason"
    VERDICT = "verdict"
    STALE = "stale"
    ERROR = "error"
    CHECK = "check"

    @property
    def subject(self) -> str:
        """What a code of this kind says something of: `of a manifest`."""
        return _SUBJECTS[self]


_SUBJECTS: Mapping[CodeKind, str] = {
    CodeKind.RISK: "risk of a change",
    CodeKind.RULE: "rule of a change",
    CodeKind.REFUSAL: "answer of the API",
    CodeKind.FILE: "of a file",
    CodeKind.PROJECT: "of the project file",
    CodeKind.MANIFEST: "of a manifest",
    CodeKind.RUN: "of a run",
    CodeKind.REASON: "reason of a source's action",
    CodeKind.VERDICT: "verdict of a change",
    CodeKind.STALE: "why a plan is stale",
    CodeKind.ERROR: "that ends a run",
    CodeKind.CHECK: "of a check of doctor",
}


class Meaning(Value):
    """One code: `title` is a short name, `sentence` its meaning, `remedy` what helps.

    `grade` is how well it is known of the API, and `source` the evidence; `steps` are manual
    steps; `example` is what is wrong and how it is right. All are None or empty if there is
    nothing to say.
    """

    kind: CodeKind
    code: str
    title: str
    sentence: str
    severity: Severity | None = None
    remedy: str | None = None
    grade: Confidence | None = None
    source: str | None = None
    steps: tuple[str, ...] = ()
    example: tuple[str, str] | None = None


_KNOWN: Mapping[CodeKind, type[KnownCode]] = {
    CodeKind.FILE: FileCode,
    CodeKind.PROJECT: ProjectCode,
    CodeKind.MANIFEST: ManifestCode,
    CodeKind.RUN: RunCode,
    CodeKind.REASON: ReasonCode,
    CodeKind.STALE: StaleCode,
    CodeKind.ERROR: ErrorCode,
    CodeKind.CHECK: CheckCode,
}


def _of_kind(kind: CodeKind) -> Iterator[Meaning]:
    match kind:
        case CodeKind.RISK:
            yield from map(_of_risk, RiskCode)
        case CodeKind.RULE:
            yield from map(_of_rule, RuleCode)
        case CodeKind.REFUSAL:
            yield from map(_of_refusal, Code)
        case CodeKind.VERDICT:
            yield from map(_of_verdict, Verdict)
        case _:
            yield from (_of_known(kind, code) for code in _KNOWN[kind])


def _of_risk(code: RiskCode) -> Meaning:
    return Meaning(
        kind=CodeKind.RISK,
        code=code,
        title=_begun(code.sentence),
        sentence=code.sentence,
        severity=Severity.WARNING if code.risk is Risk.DATA else Severity.INFO,
        remedy="see what it does to data first: reconciler preview SOURCE DATA --against live",
    )


def _of_rule(rule: RuleCode) -> Meaning:
    by_hand = MANUAL_STEPS.get(rule)
    return Meaning(
        kind=CodeKind.RULE,
        code=rule,
        title=f"{_begun(rule.sentence)} ({rule.confidence}: {rule.source})",
        sentence=rule.sentence,
        remedy=rule.remedy,
        grade=rule.confidence,
        source=rule.source,
        steps=by_hand.steps if by_hand else (),
    )


def _of_refusal(code: Code) -> Meaning:
    return Meaning(
        kind=CodeKind.REFUSAL,
        code=code,
        title=f"{code}: {code.sentence}",
        sentence=code.sentence,
        severity=code.severity,
        remedy=code.remedy,
    )


def _of_verdict(verdict: Verdict) -> Meaning:
    return Meaning(
        kind=CodeKind.VERDICT, code=verdict, title=title(verdict), sentence=verdict.sentence
    )


def _of_known(kind: CodeKind, code: KnownCode) -> Meaning:
    return Meaning(
        kind=kind,
        code=code,
        title=title(code),
        sentence=code.sentence,
        severity=code.severity,
        remedy=code.remedy,
        grade=code.confidence,
        example=EXAMPLES.get(code) if isinstance(code, DiagnosticCode) else None,
    )


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


CATALOGUE: tuple[Meaning, ...] = tuple(meaning for kind in CodeKind for meaning in _of_kind(kind))


def meanings(code: str) -> tuple[Meaning, ...]:
    """Return the meanings of *code*, one per kind; none for a code of another version."""
    return tuple(meaning for meaning in CATALOGUE if meaning.code == code)


def meanings_spelt(code: str) -> tuple[Meaning, ...]:
    """Return the meanings of the codes that *code* is but for case, `-` and `_`."""
    word = _folded(code)
    return tuple(meaning for meaning in CATALOGUE if _folded(meaning.code) == word)


def _folded(code: str) -> str:
    return code.casefold().replace("_", "-")
