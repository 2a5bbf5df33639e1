"""The explanation of a verdict: a rule or a predicted refusal, with its manual steps."""

from collections.abc import Mapping

from reconciler.diagnostics import Confidence
from reconciler.planning.verdict.manual_steps import MANUAL_STEPS, ManualSteps
from reconciler.semantics.response import Code
from reconciler.semantics.rules import CLIENTS, COMMUNITY, Ability, RuleCode
from reconciler.value import Value


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


def refusal_rule(code: str, confidence: Confidence) -> Rule:
    """Return the rule behind the API's *code*, predicted with this *confidence*."""
    known = Code[code]
    return Rule(
        text=f"{known}: {known.sentence}",
        source=CLIENTS if confidence is Confidence.OBSERVED else COMMUNITY,
        confidence=confidence,
    )
