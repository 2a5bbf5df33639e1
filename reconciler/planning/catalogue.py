"""Every code that a reader can meet, with its meaning: what SARIF and the documentation read.

The codes themselves are enums, each in the lowest floor that raises it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from reconciler.codes.failure import ErrorCode, StaleCode
from reconciler.codes.file import FileCode
from reconciler.codes.known_code import KnownCode, title
from reconciler.codes.manifest import ManifestCode
from reconciler.codes.project import ProjectCode
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Confidence, Severity
from reconciler.model.policy import Risk
from reconciler.planning.plan import RiskCode, Verdict
from reconciler.planning.reasons import ReasonCode
from reconciler.planning.verdict.manual_steps import BY_HAND
from reconciler.semantics.response import Code
from reconciler.semantics.rules import RuleCode

PAGE = "docs/reference/codes.md"


class Topic(StrEnum):
    """What a code is about. Of a code of two topics the first one is what a finding means."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One code: `title` is it in short, `sentence` what it means, `remedy` what helps.

    `grade` is how well that is known of the API, and `source` who says so; `steps` are what
    to do by hand. All are None or empty where they say nothing of the code.
    """

    topic: Topic
    code: str
    title: str
    sentence: str
    severity: Severity | None = None
    remedy: str | None = None
    grade: Confidence | None = None
    source: str | None = None
    steps: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where the documentation has it."""
        return f"{PAGE}#{self.topic}-{self.code}"


_KNOWN: Mapping[Topic, type[KnownCode]] = {
    Topic.FILE: FileCode,
    Topic.PROJECT: ProjectCode,
    Topic.MANIFEST: ManifestCode,
    Topic.RUN: RunCode,
    Topic.REASON: ReasonCode,
    Topic.STALE: StaleCode,
    Topic.ERROR: ErrorCode,
}


def _entries(topic: Topic) -> Iterator[Entry]:
    match topic:
        case Topic.RISK:
            yield from map(_of_risk, RiskCode)
        case Topic.RULE:
            yield from map(_of_rule, RuleCode)
        case Topic.REFUSAL:
            yield from map(_of_refusal, Code)
        case Topic.VERDICT:
            yield from map(_of_verdict, Verdict)
        case _:
            yield from (_of_known(topic, code) for code in _KNOWN[topic])


def _of_risk(code: RiskCode) -> Entry:
    return Entry(
        topic=Topic.RISK,
        code=code,
        title=_begun(code.sentence),
        sentence=code.sentence,
        severity=Severity.WARNING if code.risk is Risk.DATA else Severity.INFO,
        remedy="see what it does to data first: reconciler preview SOURCE DATA --against live",
    )


def _of_rule(rule: RuleCode) -> Entry:
    by_hand = BY_HAND.get(rule)
    return Entry(
        topic=Topic.RULE,
        code=rule,
        title=f"{_begun(rule.sentence)} ({rule.confidence}: {rule.source})",
        sentence=rule.sentence,
        remedy=rule.remedy,
        grade=rule.confidence,
        source=rule.source,
        steps=by_hand.steps if by_hand else (),
    )


def _of_refusal(code: Code) -> Entry:
    return Entry(
        topic=Topic.REFUSAL,
        code=code,
        title=f"{code}: {code.sentence}",
        sentence=code.sentence,
        severity=code.severity,
        remedy=code.remedy,
    )


def _of_verdict(verdict: Verdict) -> Entry:
    return Entry(topic=Topic.VERDICT, code=verdict, title=title(verdict), sentence=verdict.sentence)


def _of_known(topic: Topic, code: KnownCode) -> Entry:
    return Entry(
        topic=topic,
        code=code,
        title=title(code),
        sentence=code.sentence,
        severity=code.severity,
        remedy=code.remedy,
        grade=code.confidence,
    )


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


CATALOGUE: tuple[Entry, ...] = tuple(entry for topic in Topic for entry in _entries(topic))


def entries_of(code: str) -> tuple[Entry, ...]:
    """Return what *code* means, one entry for each topic; none for a code of another version."""
    return tuple(entry for entry in CATALOGUE if entry.code == code)
