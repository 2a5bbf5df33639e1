"""Every rule that a plan names: what it says, who says so, how sure that is, what helps by hand.

The texts of what PATCH can do are those of the table of capabilities; their sources
stand here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.diagnostics import Confidence
from reconciler.planning.reasons import NOT_PATCH, NOT_PUT, PATCH_AMENDS
from reconciler.planning.verdict.judge import INEFFECTIVE, NOT_DRIFTED, PUT_RULE, UNKNOWN_KEY
from reconciler.planning.verdict.manual_steps import BY_HAND, ByHand
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.response import Code

GUIDE = "Atlassian's guide to external imports, on submitting and updating schema and mapping"
REFERENCE = "Atlassian's REST reference, importsource, PUT and PATCH mapping"
PAYLOAD = "the JSON Schema of the payload (2023-10-19), in its descriptions"
COMMUNITY = "accounts of users in Atlassian's developer community"
CLIENTS = "recorded answers, and what independent clients rely on"
READING = "nothing says so outright: our reading of the guide and the reference"
OURSELVES = "what was asked for: `drift --save`"
NOBODY = "nobody has written it down"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule, its source, how well it is known, and what helps where it says no."""

    text: str
    source: str
    confidence: Confidence
    by_hand: ByHand | None = None


_SOURCES: Mapping[str, str] = {
    "object-type-add": GUIDE,
    "object-type-delete": GUIDE,
    "object-type-description": GUIDE,
    "object-type-icon": GUIDE,
    "object-type-rename": GUIDE,
    "object-type-move": READING,
    "attribute-add": GUIDE,
    "attribute-delete": GUIDE,
    "attribute-description": GUIDE,
    "attribute-rename": GUIDE,
    "attribute-type": GUIDE,
    "attribute-reference": GUIDE,
    "attribute-label": NOBODY,
    "attribute-cardinality": NOBODY,
    "attribute-unique": NOBODY,
    "attribute-type-values": NOBODY,
    "icon-add": GUIDE,
    "icon-delete": GUIDE,
    "icon-overwrite": GUIDE,
    "status-add": PAYLOAD,
    "status-overwrite": PAYLOAD,
    "mapping-add": READING,
    "mapping-delete": READING,
    "mapping-overwrite": GUIDE,
}

_OF_CODES: Mapping[Code, str] = {
    Code.DUPLICATE_EXTERNAL_ID_ILLEGAL: "two object types of the payload share an external id",
    Code.SCHEMA_INVALID_EXTERNAL_ID: "an external id is unique over all object schemas",
    Code.EXTERNAL_ID_MISMATCH: "an object type of that name exists under another external id",
    Code.MAPPING_INVALID_EXTERNAL_ID: "a mapping is for an object type that exists here",
    Code.UNKNOWN_EXTERNAL_ID_MAPPING: "a mapping fills attributes that the import knows",
    Code.UNKNOWN_REFERENCE: "a reference's target type must be in the same payload",
    Code.REFERENCED_OBJECT_TYPE_CHANGED: "existing types that refer to each other are sent again",
    Code.UNSUPPORTED_CHANGE: "PATCH cannot make this change",
}


def _rules() -> Mapping[str, Rule]:
    rules = {
        row.rule: _rule(row.rule, row.text, _SOURCES[row.rule], row.confidence)
        for row in CAPABILITIES.values()
    }
    for row in (PUT_RULE, UNKNOWN_KEY, INEFFECTIVE):
        source = REFERENCE if row is PUT_RULE else CLIENTS
        rules[row.rule] = _rule(row.rule, row.text, source, row.confidence)
    for rejected in (NOT_PATCH, NOT_PUT):
        documented = rejected is NOT_PUT
        rules[rejected.rule] = Rule(
            text=rejected.text,
            source=REFERENCE if documented else NOBODY,
            confidence=Confidence.DOCUMENTED if documented else Confidence.UNKNOWN,
        )
    rules[NOT_DRIFTED.rule] = Rule(
        text=NOT_DRIFTED.text, source=OURSELVES, confidence=NOT_DRIFTED.confidence
    )
    rules[PATCH_AMENDS] = Rule(
        text="PATCH amends a configured source, and is the only way to change one",
        source=GUIDE,
        confidence=Confidence.DOCUMENTED,
    )
    return rules


def _rule(name: str, text: str, source: str, confidence: Confidence) -> Rule:
    return Rule(text=text, source=source, confidence=confidence, by_hand=BY_HAND.get(name))


RULES: Mapping[str, Rule] = _rules()


def refusal_rule(code: str, confidence: Confidence) -> Rule:
    """Return the rule behind the API's *code*, predicted with this *confidence*."""
    known = Code(code)
    return Rule(
        text=f"{known}: {_OF_CODES[known]}",
        source=CLIENTS if confidence is Confidence.OBSERVED else COMMUNITY,
        confidence=confidence,
    )
