"""What may change on a configured source, by PATCH: the one table (api.md#what-patch-changes).

The planner takes its verdicts from here, the emulator what it does, the
documentation its rows.
"""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.diagnostics import Confidence


class Ability(StrEnum):
    """What PATCH can do about a difference."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Capability:
    """One row: the rule's name, what PATCH can do, how well that is known, and what else helps."""

    rule: str
    ability: Ability
    confidence: Confidence
    text: str
    remedy: str | None = None


SOURCE = "Atlassian's REST reference of importsource and its guide to external imports"

_YES, _NO, _UNKNOWN = Ability.YES, Ability.NO, Ability.UNKNOWN
_DOCUMENTED, _INFERRED = Confidence.DOCUMENTED, Confidence.INFERRED

_RENAME = (
    "Either keep the name, or rename it in Assets under Object schemas, then plan again: "
    "it will show no change."
)
_RETYPE = (
    "Either keep what is live, or add a new attribute with another external id and let the "
    "old one be."
)
_DELETE = "Delete it in Assets under Object schemas, or add it to the manifest."

# (kind of element, field) → capability; the fields "+" and "-" stand for the element itself.
CAPABILITIES: dict[tuple[str, str], Capability] = {
    (kind, field): Capability(
        rule=rule, ability=ability, confidence=confidence, text=text, remedy=remedy
    )
    for kind, field, rule, ability, confidence, text, remedy in (
        ("object_type", "+", "object-type-add", _YES, _DOCUMENTED,
         "PATCH creates new object types, root or child", None),
        ("object_type", "-", "object-type-delete", _NO, _DOCUMENTED,
         "no operation deletes an object type", _DELETE),
        ("object_type", "description", "object-type-description", _YES, _DOCUMENTED,
         "PATCH updates an object type's description", None),
        ("object_type", "iconKey", "object-type-icon", _YES, _DOCUMENTED,
         "PATCH updates an object type's icon", None),
        ("object_type", "name", "object-type-rename", _NO, _DOCUMENTED,
         "an object type cannot be renamed", _RENAME),
        ("object_type", "parent", "object-type-move", _NO, _INFERRED,
         "no way is known to move an object type under another parent",
         "Move it in Assets under Object schemas, then plan again: it will show no change."),
        ("attribute", "+", "attribute-add", _YES, _DOCUMENTED,
         "PATCH creates new attributes on existing object types", None),
        ("attribute", "-", "attribute-delete", _NO, _DOCUMENTED,
         "no operation deletes an attribute", _DELETE),
        ("attribute", "description", "attribute-description", _YES, _DOCUMENTED,
         "PATCH updates an attribute's description", None),
        ("attribute", "name", "attribute-rename", _NO, _DOCUMENTED,
         "an attribute cannot be renamed", _RENAME),
        ("attribute", "type", "attribute-type", _NO, _DOCUMENTED,
         "an attribute's type cannot be changed", _RETYPE),
        ("attribute", "referenceObjectTypeExternalId", "attribute-reference", _NO, _DOCUMENTED,
         "the object type that an attribute refers to cannot be changed", _RETYPE),
        ("attribute", "referenceObjectTypeName", "attribute-reference", _NO, _DOCUMENTED,
         "the object type that an attribute refers to cannot be changed", _RETYPE),
        ("attribute", "label", "attribute-label", _UNKNOWN, Confidence.UNKNOWN,
         "nobody has documented whether PATCH can change which attribute is the label", None),
        ("attribute", "minimumCardinality", "attribute-cardinality", _UNKNOWN, Confidence.UNKNOWN,
         "nobody has documented whether PATCH can change a cardinality", None),
        ("attribute", "maximumCardinality", "attribute-cardinality", _UNKNOWN, Confidence.UNKNOWN,
         "nobody has documented whether PATCH can change a cardinality", None),
        ("attribute", "unique", "attribute-unique", _UNKNOWN, Confidence.UNKNOWN,
         "nobody has documented whether PATCH can change `unique`", None),
        ("attribute", "typeValues", "attribute-type-values", _UNKNOWN, Confidence.UNKNOWN,
         "nobody has documented whether PATCH can change an attribute's statuses", None),
        ("icon", "+", "icon-add", _YES, _DOCUMENTED, "PATCH creates new icons", None),
        ("icon", "-", "icon-delete", _NO, _DOCUMENTED, "no operation deletes an icon",
         "Delete it in Assets, or add it to the manifest."),
        ("icon", "name", "icon-overwrite", _YES, _DOCUMENTED,
         "PATCH overwrites an icon's name and image", None),
        ("icon", "png48", "icon-overwrite", _YES, _DOCUMENTED,
         "PATCH overwrites an icon's name and image", None),
        ("status", "+", "status-add", _YES, _INFERRED,
         "statuses are created or updated with the schema", None),
        ("status", "description", "status-overwrite", _YES, _INFERRED,
         "statuses are created or updated with the schema", None),
        ("status", "category", "status-overwrite", _YES, _INFERRED,
         "statuses are created or updated with the schema", None),
        ("mapping", "+", "mapping-add", _YES, _INFERRED,
         "PATCH adds a mapping to a type that had none", None),
        ("mapping", "-", "mapping-delete", _NO, _INFERRED,
         "no way is known to remove an object type's mapping",
         "Remove it in Assets, in the import's configuration, or add it to the manifest."),
        *(
            ("mapping", field, "mapping-overwrite", _YES, _DOCUMENTED,
             "PATCH overwrites the whole mapping of an object type", None)
            for field in ("selector", "description")
        ),
        *(
            ("attribute_mapping", field, "mapping-overwrite", _YES, _DOCUMENTED,
             "PATCH overwrites the whole mapping of an object type", None)
            for field in ("+", "-", "attributeLocators", "externalIdPart", "objectMappingIQL")
        ),
    )
}  # fmt: skip
