"""Manual steps for what the API cannot do: where in Assets, and in which order.

They are not documented for import sources as such: the steps name what every Assets
administrator sees, the object schema, its types, their attributes, its imports.
"""

from collections.abc import Mapping

from reconciler.semantics.rules import RuleCode
from reconciler.value import Value


class ManualSteps(Value):
    """Steps in order, and what the manifest needs afterwards."""

    steps: tuple[str, ...]
    manifest: str


_OPEN = "In Assets, open Object schemas, and the one that the import source lives in."
_IMPORT = "Open Schema configuration, Import, and edit the import's object type mapping."
_ATTRIBUTES = "Choose the object type and open its attributes (Configure)."
_PLAN = "Plan again: the change is gone."
_NAMED = "nothing: it has the new name already"
_ADD_ANOTHER = (
    "In the manifest leave the attribute as live has it, and add a new one beside it",
    "with a name and an external id of its own. Map it, apply, run an import.",
)
_TYPE_SETTINGS = ManualSteps(
    steps=(_OPEN, "Change it in the settings of the object type or attribute.", _PLAN),
    manifest="nothing; or write live's value into it, which reconciler pull does",
)


def _setting(what: str) -> ManualSteps:
    steps = (_OPEN, _ATTRIBUTES, f"{what} in the attribute's settings.", _PLAN)
    return ManualSteps(steps=steps, manifest="nothing: it has the new value already")


MANUAL_STEPS: Mapping[RuleCode, ManualSteps] = {
    RuleCode.OBJECT_SCHEMA_CHANGE: ManualSteps(
        steps=(_OPEN, "Change name or description in its configuration, General.", _PLAN),
        manifest="nothing; or write live's into it, for every source of the object schema",
    ),
    RuleCode.OBJECT_TYPE_RENAME: ManualSteps(
        steps=(_OPEN, "Edit the type in the tree, and give it the manifest's name.", _PLAN),
        manifest=f"{_NAMED}; correct the names that its mapping and references still use",
    ),
    RuleCode.ATTRIBUTE_RENAME: ManualSteps(
        steps=(_OPEN, _ATTRIBUTES, "Give the attribute the manifest's name.", _PLAN),
        manifest=f"{_NAMED}; correct the name that its mapping still uses",
    ),
    RuleCode.OBJECT_TYPE_MOVE: ManualSteps(
        steps=(
            "Apply the new parent first, if it is new (--allow-residual).",
            _OPEN,
            "Drag the type in the tree under the parent that the manifest has.",
            "See that it still has what it needs: what the old parent passed on goes.",
            _PLAN,
        ),
        manifest="nothing: it has the new parent already",
    ),
    RuleCode.ATTRIBUTE_TYPE: ManualSteps(
        steps=(
            "As long as no object has a value for it: change the type in its settings in Assets.",
            f"Otherwise: {' '.join(_ADD_ANOTHER)}",
            "See in Assets that the new attribute is filled.",
            "Delete the old one there; its values go with it.",
        ),
        manifest="take the old attribute and its mapping out",
    ),
    RuleCode.ATTRIBUTE_REFERENCE: ManualSteps(
        steps=(
            " ".join(_ADD_ANOTHER),
            "See in Assets that the new references are there.",
            "Delete the old attribute there; its references go with it.",
        ),
        manifest="take the old attribute and its mapping out",
    ),
    RuleCode.OBJECT_TYPE_DELETE: ManualSteps(
        steps=(
            _OPEN,
            f"{_IMPORT} Take the type out.",
            "Delete its child types, and the attributes of other types that refer to it.",
            "Delete the type in the tree; its objects go with it.",
        ),
        manifest="nothing: it does not have the type; to keep it instead: reconciler pull",
    ),
    RuleCode.ATTRIBUTE_DELETE: ManualSteps(
        steps=(_OPEN, _ATTRIBUTES, "Delete the attribute; its values go with it."),
        manifest="nothing: it does not have the attribute; to keep it instead: reconciler pull",
    ),
    RuleCode.ICON_DELETE: ManualSteps(
        steps=("In Assets, open the configuration, Icons, and delete the icon.",),
        manifest="nothing: it does not have the icon",
    ),
    RuleCode.STATUS_DELETE: ManualSteps(
        steps=("In Assets, open the configuration, Statuses, and delete the status.",),
        manifest="nothing: it does not have the status",
    ),
    RuleCode.NO_LONGER_STATED: ManualSteps(
        steps=(
            "In Assets, open the configuration, Icons or Statuses, and delete it if it is there.",
        ),
        manifest="nothing: it does not have it",
    ),
    RuleCode.MAPPING_DELETE: ManualSteps(
        steps=(_OPEN, f"{_IMPORT} Take the type out."),
        manifest="nothing: it does not have the mapping; to keep it instead: reconciler pull",
    ),
    RuleCode.ATTRIBUTE_LABEL: _setting("Choose the label"),
    RuleCode.ATTRIBUTE_CARDINALITY: _setting("Set the cardinality"),
    RuleCode.ATTRIBUTE_UNIQUE: _setting("Set Unique"),
    RuleCode.ATTRIBUTE_TYPE_VALUES: _setting("Choose the allowed statuses"),
    RuleCode.UNKNOWN_KEY: _TYPE_SETTINGS,
    RuleCode.ATTEMPT_WITHOUT_EFFECT: _TYPE_SETTINGS,
    RuleCode.OBSERVED_NOT_TO_CHANGE: _TYPE_SETTINGS,
}
