"""How well each rule of the engine is known: one table for reports and documentation.

`documented`: in Atlassian's guide to imports, its REST reference, or its pages on AQL
placeholders. `observed`: in documents that run in production. `inferred`: follows from
those, or from how Assets behaves elsewhere. `unknown`: we had to make a choice.
"""

from collections.abc import Iterator, Sequence

from reconciler.diagnostics import Confidence
from reconciler.mapping.iql import read_iql
from reconciler.mapping.preview import Assumption, DataFinding, FindingCount, TypeCount
from reconciler.mapping.spec import REFERENCE, AttributeSpec, Identity, TypeSpec
from reconciler.value import Value


class EngineRule(Value):
    """One rule of the engine as a sentence, and how well it is known."""

    name: str
    confidence: Confidence
    text: str


_DOCUMENTED, _OBSERVED = Confidence.DOCUMENTED, Confidence.OBSERVED
_INFERRED, _UNKNOWN = Confidence.INFERRED, Confidence.UNKNOWN


def _rule(name: str, confidence: Confidence, text: str) -> EngineRule:
    return EngineRule(name=name, confidence=confidence, text=text)


RULES: dict[str, EngineRule] = {
    rule.name: rule
    for rule in (
        _rule("selector", _DOCUMENTED,
              "a selector is a dotted path from the top of the data to the entries of a type, and "
              "lists on the way are taken element by element"),
        _rule("entry-is-no-object", _INFERRED,
              "what a selector selects must be an object: a text or a number there makes nothing"),
        _rule("locator", _DOCUMENTED, "a locator names a member of the entry"),
        _rule("dotted-locator", _OBSERVED,
              "a dotted locator steps into objects, and takes all elements of a list on its way"),
        _rule("dotted-name", _UNKNOWN,
              "where a member's own name has dots, the longest name that is there wins"),
        _rule("empty", _INFERRED, "`null`, an empty text and a missing member are no value"),
        _rule("several-locators", _INFERRED,
              "the values of several locators are joined with a space: Assets calls that the "
              "concatenator, and the document has no place for another one"),
        _rule("external-id", _DOCUMENTED,
              "the values of the attributes with externalIdPart, together, identify an object from "
              "import to import"),
        _rule("partial-external-id", _UNKNOWN,
              "an external id of several parts holds if one of them has a value"),
        _rule("external-id-case", _UNKNOWN,
              "external ids are compared with regard to case: Assets has a setting for it in the "
              "import's object type mapping, which the document does not show"),
        _rule("no-external-id", _INFERRED, "an entry whose external id is empty makes no object"),
        _rule("duplicate-external-id", _INFERRED,
              "entries of one type with the same external id make one object, and Assets counts "
              "the others as duplicates"),
        _rule("identity-by-label", _INFERRED,
              "where no attribute is an externalIdPart, the label identifies an object"),
        _rule("identity-unknown", _UNKNOWN,
              "where there is neither an externalIdPart nor a known label, each entry makes an "
              "object"),
        _rule("label", _DOCUMENTED,
              "the attribute with label is what Assets shows as the object's name"),
        _rule("label-by-name", _INFERRED,
              "where no attribute has label, the one called Name is the label"),
        _rule("no-label", _INFERRED, "an entry whose label is empty makes no object"),
        _rule("mandatory", _INFERRED,
              "an entry without a value for an attribute of minimum cardinality 1 makes no object"),
        _rule("inheritance", _UNKNOWN,
              "what a parent type demands of its attributes holds for a child type only where the "
              "child's mapping fills them"),
        _rule("wrong-type", _INFERRED,
              "a value that is not of its attribute's type is left out, and the rest of the object "
              "is imported"),
        _rule("number", _INFERRED,
              "a number in quotation marks is a number, a number with a fraction, as 12.0, is no "
              "integer; nothing limits how large either may be"),
        _rule("boolean", _INFERRED,
              "true and false in any case are booleans, 0, 1 and yes are not"),
        _rule("date", _INFERRED,
              "dates and times are written as in ISO 8601: 2024-01-31, 09:30:00, and both joined "
              "by T or a space, with or without a zone; numbers are not"),
        _rule("address", _INFERRED,
              "a URL has a scheme, an e-mail address one @, an IP address is one of version 4 or 6 "
              "without a mask"),
        _rule("select", _INFERRED, "an attribute of type select takes any text"),
        _rule("status", _INFERRED,
              "an attribute of type status takes the names in its typeValues, in their case; any "
              "where it has none"),
        _rule("object-as-value", _UNKNOWN, "an object where a locator wants a value is no value"),
        _rule("cardinality", _INFERRED,
              "an attribute takes as many values as its maximum cardinality says, 1 where it says "
              "nothing; what happens to more is unknown"),
        _rule("unique", _INFERRED,
              "no two objects of a type share a value of a unique attribute, with regard to case; "
              "what happens to the second is unknown"),
        _rule("undefined-attribute", _UNKNOWN,
              "an attribute that only Assets knows takes any number of any values"),
        _rule("reference-target", _DOCUMENTED,
              "a reference finds objects of its object type, and of the types below that one"),
        _rule("reference-without-iql", _INFERRED,
              "a reference without objectMappingIQL finds objects by their label"),
        _rule("placeholder", _DOCUMENTED,
              "`${x}` stands for the value of the locator x, `${x${0}}` for each of its values, "
              "`${x${n}}` for the n-th"),
        _rule("placeholder-in-list", _OBSERVED,
              "within IN (…) `${x}` stands for each of its values too"),
        _rule("empty-placeholder", _INFERRED,
              "a reference whose placeholder has no value refers to nothing"),
        _rule("placeholder-in-quotes", _INFERRED,
              "within quotation marks of the expression `${x}` is the value without marks of its "
              "own"),
        _rule("placeholder-escape", _UNKNOWN,
              'AQL writes a quotation mark in a text as `\\"`, and whether Assets does so with '
              "the value of a placeholder is not known: what a reference finds whose value holds "
              "a quotation mark, a backslash, a control character or `${` is reported, not judged"),
        _rule("iql-case", _INFERRED, "`=`, `IN` and `Like` compare without regard to case"),
        _rule("iql-like", _INFERRED, "`Like` finds texts that hold the other anywhere"),
        _rule("iql-name", _INFERRED,
              "where the object type has no attribute of that name, Name means the label"),
        _rule("reference-elsewhere", _INFERRED,
              "a reference finds objects of earlier imports too, which are not among these data"),
        _rule("unjudged-iql", _UNKNOWN,
              "expressions other than one simple comparison are reported, not judged"),
    )
}  # fmt: skip

_OF_TYPE: dict[str | None, str] = {
    "integer": "number",
    "double": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "date",
    "date_time": "date",
    "url": "address",
    "email": "address",
    "ipaddress": "address",
    "select": "select",
    "status": "status",
    None: "undefined-attribute",
}
_OF_FINDING = {
    DataFinding.DUPLICATE: ("duplicate-external-id",),
    DataFinding.NO_ID: ("no-external-id",),
    DataFinding.NO_LABEL: ("no-label",),
    DataFinding.MISSING: ("mandatory",),
    DataFinding.WRONG_TYPE: ("wrong-type",),
    DataFinding.TOO_MANY: ("cardinality",),
    DataFinding.NOT_UNIQUE: ("unique",),
    DataFinding.UNRESOLVED: ("reference-elsewhere",),
    DataFinding.UNJUDGED: ("unjudged-iql",),
    DataFinding.NOT_ESCAPED: ("placeholder-escape",),
    DataFinding.NOT_AN_OBJECT: ("entry-is-no-object",),
}


def assumptions_met(
    specs: Sequence[TypeSpec], counts: Sequence[TypeCount], findings: Sequence[FindingCount]
) -> tuple[Assumption, ...]:
    """Return the undocumented rules that the data depend on, in the order of the table."""
    met = {rule for found in findings for rule in _OF_FINDING.get(found.code, ())}
    for spec, count in zip(specs, counts, strict=True):
        if count.entries:
            met.update(_of_type(spec))
            for attribute in spec.attributes:
                if attribute.key in count.filled:
                    met.update(_of_attribute(attribute))
    return tuple(
        Assumption(rule=rule.name, text=rule.text, confidence=rule.confidence)
        for rule in RULES.values()
        if rule.name in met and rule.confidence is not _DOCUMENTED
    )


def _of_type(spec: TypeSpec) -> Iterator[str]:
    parts = sum(a.part for a in spec.attributes)
    if parts > 1:
        yield "partial-external-id"
    if spec.identity is not Identity.NONE:
        yield "external-id-case"
    if spec.identity is Identity.LABEL:
        yield "identity-by-label"
    if spec.identity is Identity.NONE:
        yield "identity-unknown"
    if spec.label_by_name:
        yield "label-by-name"


def _of_attribute(attribute: AttributeSpec) -> Iterator[str]:
    if len(attribute.locators) > 1 and attribute.type != REFERENCE:
        yield "several-locators"
    if any("." in locator for locator in attribute.locators):
        yield "dotted-locator"
    if attribute.unique:
        yield "unique"
    if (rule := _OF_TYPE.get(attribute.type)) is not None:
        yield rule
    if attribute.type == REFERENCE:
        yield "reference-elsewhere"
        yield from ("iql-case",) if attribute.iql else ("reference-without-iql",)
        if attribute.iql and "like" in attribute.iql.lower():
            yield "iql-like"
        if attribute.iql and read_iql(attribute.iql).quotes_placeholders:
            yield "placeholder-in-quotes"
