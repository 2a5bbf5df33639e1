"""The explanation of a verdict: a rule or a predicted refusal, with its manual steps."""

from collections.abc import Mapping

from reconciler.diagnostics import Confidence
from reconciler.planning.change import Change
from reconciler.planning.verdict.manual_steps import MANUAL_STEPS, ManualSteps
from reconciler.semantics.response import Code
from reconciler.semantics.rules import CLIENTS, COMMUNITY, ON_SITE, Ability, RuleCode
from reconciler.value import Value, replace


class Rule(Value):
    """One rule, its source, how well it is known, and what helps if it rules out a change."""

    text: str
    source: str
    confidence: Confidence
    ability: Ability = Ability.NO
    remedy: str | None = None
    manual_steps: ManualSteps | None = None


RULES: Mapping[str, Rule] = {
    rule: Rule(
        text=rule.sentence,
        source=rule.source,
        confidence=rule.confidence,
        ability=rule.ability,
        remedy=rule.remedy,
        manual_steps=MANUAL_STEPS.get(rule),
    )
    for rule in RuleCode
}


def rule_of(change: Change) -> Rule:
    """Return the rule of *change*; one that was observed on its site says when."""
    rule = RULES[change.rule]
    if change.observed is None:
        return rule
    return replace(rule, text=rule.text.replace(ON_SITE, f"{ON_SITE} {change.observed}", 1))


def refusal_rule(code: str, confidence: Confidence) -> Rule:
    """Return the rule behind the API's *code*, predicted with this *confidence*."""
    known = Code[code]
    return Rule(
        text=f"{known}: {known.sentence}",
        source=CLIENTS if confidence is Confidence.OBSERVED else COMMUNITY,
        confidence=confidence,
    )
