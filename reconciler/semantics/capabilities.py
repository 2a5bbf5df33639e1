"""What PATCH may change on a configured source: the one table (api.md#what-patch-changes).

The planner's verdicts, the emulator's behaviour and the documentation's rows come from here.
"""

from reconciler.semantics.rules import RuleCode

SOURCE = "Atlassian's REST reference of importsource and its guide to external imports"

# (kind of element, field) → the rule; the fields "+" and "-" stand for the element itself.
CAPABILITIES: dict[tuple[str, str], RuleCode] = {
    ("object_schema", "name"): RuleCode.OBJECT_SCHEMA_CHANGE,
    ("object_schema", "description"): RuleCode.OBJECT_SCHEMA_CHANGE,
    ("object_type", "+"): RuleCode.OBJECT_TYPE_ADD,
    ("object_type", "-"): RuleCode.OBJECT_TYPE_DELETE,
    ("object_type", "description"): RuleCode.OBJECT_TYPE_DESCRIPTION,
    ("object_type", "iconKey"): RuleCode.OBJECT_TYPE_ICON,
    ("object_type", "name"): RuleCode.OBJECT_TYPE_RENAME,
    ("object_type", "parent"): RuleCode.OBJECT_TYPE_MOVE,
    ("attribute", "+"): RuleCode.ATTRIBUTE_ADD,
    ("attribute", "-"): RuleCode.ATTRIBUTE_DELETE,
    ("attribute", "description"): RuleCode.ATTRIBUTE_DESCRIPTION,
    ("attribute", "name"): RuleCode.ATTRIBUTE_RENAME,
    ("attribute", "type"): RuleCode.ATTRIBUTE_TYPE,
    ("attribute", "referenceObjectTypeExternalId"): RuleCode.ATTRIBUTE_REFERENCE,
    ("attribute", "referenceObjectTypeName"): RuleCode.ATTRIBUTE_REFERENCE,
    ("attribute", "label"): RuleCode.ATTRIBUTE_LABEL,
    ("attribute", "minimumCardinality"): RuleCode.ATTRIBUTE_CARDINALITY,
    ("attribute", "maximumCardinality"): RuleCode.ATTRIBUTE_CARDINALITY,
    ("attribute", "unique"): RuleCode.ATTRIBUTE_UNIQUE,
    ("attribute", "typeValues"): RuleCode.ATTRIBUTE_TYPE_VALUES,
    ("icon", "+"): RuleCode.ICON_ADD,
    ("icon", "-"): RuleCode.ICON_DELETE,
    ("icon", "name"): RuleCode.ICON_OVERWRITE,
    ("icon", "png48"): RuleCode.ICON_OVERWRITE,
    ("status", "+"): RuleCode.STATUS_ADD,
    ("status", "-"): RuleCode.STATUS_DELETE,
    ("status", "description"): RuleCode.STATUS_OVERWRITE,
    ("status", "category"): RuleCode.STATUS_OVERWRITE,
    ("mapping", "+"): RuleCode.MAPPING_ADD,
    ("mapping", "-"): RuleCode.MAPPING_DELETE,
    ("mapping", "selector"): RuleCode.MAPPING_OVERWRITE,
    ("mapping", "description"): RuleCode.MAPPING_OVERWRITE,
    ("attribute_mapping", "+"): RuleCode.MAPPING_OVERWRITE,
    ("attribute_mapping", "-"): RuleCode.MAPPING_OVERWRITE,
    ("attribute_mapping", "attributeLocators"): RuleCode.MAPPING_OVERWRITE,
    ("attribute_mapping", "externalIdPart"): RuleCode.MAPPING_OVERWRITE,
    ("attribute_mapping", "objectMappingIQL"): RuleCode.MAPPING_OVERWRITE,
}
