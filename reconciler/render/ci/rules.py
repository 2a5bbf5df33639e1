"""The rules behind findings: one for each code, with what it means and what helps."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.diagnostics import Confidence
from reconciler.planning.plan import CONSEQUENCES
from reconciler.planning.verdict.rules import RULES, refusal_rule
from reconciler.render.ci.finding import Finding, Level, by_gravity
from reconciler.semantics.response import Code

_MOST_REMEDIES = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingRule:
    """What findings of one code have in common; `level` is that of the gravest."""

    code: str
    level: Level
    text: str
    help: str


def rules_of(findings: Iterable[Finding]) -> tuple[FindingRule, ...]:
    """Return the rule of each code among *findings*, by code."""
    by_code: dict[str, list[Finding]] = {}
    for finding in by_gravity(findings):
        by_code.setdefault(finding.code, []).append(finding)
    return tuple(_rule(code, by_code[code]) for code in sorted(by_code))


def _rule(code: str, findings: list[Finding]) -> FindingRule:
    text = _meaning(code)
    remedies = list(dict.fromkeys(f.help for f in findings if f.help))[:_MOST_REMEDIES]
    return FindingRule(
        code=code,
        level=findings[0].level,
        text=text,
        help="\n".join((text, *_by_hand(code), *remedies)),
    )


def _meaning(code: str) -> str:
    if code in CONSEQUENCES:
        return _sentence(CONSEQUENCES[code])
    if code in RULES:
        rule = RULES[code]
        return f"{_sentence(rule.text)} ({rule.confidence}: {rule.source})"
    if code in Code.__members__ and code != Code.MAPPING_EXISTS:
        return _sentence(refusal_rule(code, Confidence.REPORTED).text)
    # A diagnostic's code is its sentence in short.
    return _sentence(code.replace("-", " ").replace("_", " "))


def _by_hand(code: str) -> tuple[str, ...]:
    by_hand = RULES[code].by_hand if code in RULES else None
    return by_hand.steps if by_hand else ()


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
