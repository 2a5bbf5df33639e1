"""Every rule that a verdict or a verb refers to: its sentence, its source, and its certainty.

The manual steps for what a rule rules out are in `reconciler.planning.verdict.manual_steps`.
"""

from enum import StrEnum
from typing import Self

from reconciler.diagnostics import Confidence

GUIDE = "Atlassian's guide to external imports, on submitting and updating schema and mapping"
REFERENCE = "Atlassian's REST reference, importsource, PUT and PATCH mapping"
PAYLOAD = "the JSON Schema of the payload (2023-10-19), in its descriptions"
COMMUNITY = "accounts of users in Atlassian's developer community"
CLIENTS = "recorded answers, and what independent clients rely on"
READING = "nothing says so outright: our reading of the guide and the reference"
ASSETS = "what Assets shows of the objects themselves"
OURSELVES = "what was asked for: `drift --save`"
ON_SITE = "observed on your site"
PROBE = "what a probe of this site observed: facts.yaml"
NOBODY = "nobody has written it down"


class Ability(StrEnum):
    """What PATCH can do about a difference."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


_YES, _NO, _UNKNOWN = Ability.YES, Ability.NO, Ability.UNKNOWN
_DOCUMENTED, _OBSERVED = Confidence.DOCUMENTED, Confidence.OBSERVED
_INFERRED, _NOT_KNOWN = Confidence.INFERRED, Confidence.UNKNOWN

_RENAME = (
    "Either keep the name, or rename it in Assets under Object schemas, then plan again: "
    "it will show no change."
)
_ADJUST = (
    "Either write live's into the manifest, or change it in Assets under Object schemas, then plan "
    "again: it will show no change."
)
_RETYPE = (
    "Either keep what is live, or add a new attribute with another name and external id and "
    "leave the old one unchanged."
)
_DELETE = "Delete it in Assets under Object schemas, or add it to the manifest."


class RuleCode(StrEnum):
    """A rule by name, with its row; the member is equal to the name.

    `remedy` is one sentence about what to do if the rule rules a change out.
    """

    ability: Ability
    confidence: Confidence
    source: str
    sentence: str
    remedy: str | None

    def __new__(  # noqa: PLR0917 - the columns of a row
        cls,
        code: str,
        ability: Ability,
        confidence: Confidence,
        source: str,
        sentence: str,
        remedy: str | None = None,
    ) -> Self:
        """Return the member for one row of the table."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.ability = ability
        member.confidence = confidence
        member.source = source
        member.sentence = sentence
        member.remedy = remedy
        return member

    OBJECT_SCHEMA_CHANGE = (
        "object-schema-change", _NO, _INFERRED, READING,
        "an object schema's name and description are not its import sources' to change",
        _ADJUST,
    )  # fmt: skip
    OBJECT_TYPE_ADD = (
        "object-type-add", _YES, _DOCUMENTED, GUIDE,
        "PATCH creates new object types, root or child",
    )  # fmt: skip
    OBJECT_TYPE_DELETE = (
        "object-type-delete", _NO, _DOCUMENTED, GUIDE,
        "no operation deletes an object type",
        _DELETE,
    )  # fmt: skip
    OBJECT_TYPE_DESCRIPTION = (
        "object-type-description", _YES, _DOCUMENTED, GUIDE,
        "PATCH updates an object type's description",
    )  # fmt: skip
    OBJECT_TYPE_ICON = (
        "object-type-icon", _YES, _DOCUMENTED, GUIDE,
        "PATCH updates an object type's icon",
    )  # fmt: skip
    OBJECT_TYPE_RENAME = (
        "object-type-rename", _NO, _DOCUMENTED, GUIDE,
        "an object type cannot be renamed",
        _RENAME,
    )  # fmt: skip
    OBJECT_TYPE_MOVE = (
        "object-type-move", _NO, _INFERRED, READING,
        "no way is known to move an object type under another parent",
        "Move it in Assets under Object schemas, then plan again: it will show no change.",
    )  # fmt: skip
    OBJECT_TYPE_MOVE_TO_ROOT = (
        "object-type-move-to-root", _UNKNOWN, _NOT_KNOWN, NOBODY,
        "nobody has documented whether a move that names no parent makes a root of an object type",
    )  # fmt: skip
    ATTRIBUTE_ADD = (
        "attribute-add", _YES, _DOCUMENTED, GUIDE,
        "PATCH creates new attributes on existing object types",
    )  # fmt: skip
    ATTRIBUTE_DELETE = (
        "attribute-delete", _NO, _DOCUMENTED, GUIDE,
        "no operation deletes an attribute",
        _DELETE,
    )  # fmt: skip
    ATTRIBUTE_DESCRIPTION = (
        "attribute-description", _YES, _DOCUMENTED, GUIDE,
        "PATCH updates an attribute's description",
    )  # fmt: skip
    ATTRIBUTE_RENAME = (
        "attribute-rename", _NO, _DOCUMENTED, GUIDE,
        "an attribute cannot be renamed",
        _RENAME,
    )  # fmt: skip
    ATTRIBUTE_TYPE = (
        "attribute-type", _NO, _DOCUMENTED, GUIDE,
        "an attribute's type cannot be changed",
        _RETYPE,
    )  # fmt: skip
    ATTRIBUTE_REFERENCE = (
        "attribute-reference", _NO, _DOCUMENTED, GUIDE,
        "the object type that an attribute refers to cannot be changed",
        _RETYPE,
    )  # fmt: skip
    ATTRIBUTE_LABEL = (
        "attribute-label", _UNKNOWN, _NOT_KNOWN, NOBODY,
        "nobody has documented whether PATCH can change which attribute is the label",
    )  # fmt: skip
    ATTRIBUTE_CARDINALITY = (
        "attribute-cardinality", _UNKNOWN, _NOT_KNOWN, NOBODY,
        "nobody has documented whether PATCH can change a cardinality",
    )  # fmt: skip
    ATTRIBUTE_UNIQUE = (
        "attribute-unique", _UNKNOWN, _NOT_KNOWN, NOBODY,
        "nobody has documented whether PATCH can change `unique`",
    )  # fmt: skip
    ATTRIBUTE_TYPE_VALUES = (
        "attribute-type-values", _UNKNOWN, _NOT_KNOWN, NOBODY,
        "nobody has documented whether PATCH can change an attribute's statuses",
    )  # fmt: skip
    ICON_ADD = (
        "icon-add", _YES, _DOCUMENTED, GUIDE,
        "PATCH creates new icons",
    )  # fmt: skip
    ICON_DELETE = (
        "icon-delete", _NO, _DOCUMENTED, GUIDE,
        "no operation deletes an icon",
        "Delete it in Assets, or add it to the manifest.",
    )  # fmt: skip
    ICON_OVERWRITE = (
        "icon-overwrite", _YES, _DOCUMENTED, GUIDE,
        "PATCH overwrites an icon's name and image",
    )  # fmt: skip
    STATUS_ADD = (
        "status-add", _YES, _INFERRED, PAYLOAD,
        "statuses are created or updated with the schema",
    )  # fmt: skip
    STATUS_OVERWRITE = (
        "status-overwrite", _YES, _INFERRED, PAYLOAD,
        "statuses are created or updated with the schema",
    )  # fmt: skip
    STATUS_DELETE = (
        "status-delete", _NO, _INFERRED, READING,
        "no operation deletes a status",
        "Delete it in Assets, or add it to the manifest.",
    )  # fmt: skip
    NO_LONGER_STATED = (
        "no-longer-stated", _NO, _INFERRED, READING,
        "it was sent before and has left the manifest; whether it is still there is not known",
        "Delete it in Assets if it is still there, or add it to the manifest.",
    )  # fmt: skip
    NOT_SHOWN = (
        "not-shown", _NO, _OBSERVED, CLIENTS,
        "live does not show it, it was never sent, and the manifest had it like this before",
        "Send it with --resend-write-only.",
    )  # fmt: skip
    MAPPING_ADD = (
        "mapping-add", _YES, _INFERRED, READING,
        "PATCH adds a mapping to a type that had none",
    )  # fmt: skip
    MAPPING_DELETE = (
        "mapping-delete", _NO, _INFERRED, READING,
        "no way is known to remove an object type's mapping",
        "Remove it in Assets, in the import's configuration, or add it to the manifest.",
    )  # fmt: skip
    MAPPING_OVERWRITE = (
        "mapping-overwrite", _YES, _DOCUMENTED, GUIDE,
        "PATCH overwrites the whole mapping of an object type",
    )  # fmt: skip
    PUT_CREATES = (
        "put-creates", _YES, _DOCUMENTED, REFERENCE,
        "PUT submits the whole document where none is configured",
    )  # fmt: skip
    PUT_AMENDS = (
        "put-amends", _YES, _NOT_KNOWN, NOBODY,
        "PUT is taken to amend what is in the object schema already, as PATCH does",
    )  # fmt: skip
    UNKNOWN_KEY = (
        "unknown-key", _NO, _OBSERVED, CLIENTS,
        "the payload schema does not know this key, so nothing sends it",
        "Take the key out of the manifest, or set in Assets what it means.",
    )  # fmt: skip
    ATTEMPT_WITHOUT_EFFECT = (
        "attempt-without-effect", _NO, _OBSERVED, CLIENTS,
        "an earlier apply sent this very value, the API took it, and live did not change",
        "Change it in Assets, or write what is live into the manifest.",
    )  # fmt: skip
    OBSERVED_TO_CHANGE = (
        "observed-to-change", _YES, _OBSERVED, PROBE,
        f"{ON_SITE}: what is sent for it takes effect",
    )  # fmt: skip
    OBSERVED_NOT_TO_CHANGE = (
        "observed-not-to-change", _NO, _OBSERVED, PROBE,
        f"{ON_SITE}: what is sent for it is refused, or has no effect",
        "Change it in Assets, or write what is live into the manifest.",
    )  # fmt: skip
    OBJECTS_NOT_SUITED = (
        "objects-not-suited", _NO, _OBSERVED, ASSETS,
        "objects are held to it at once, and do not suit it, or whether they do is not known",
        "Change what the objects hold, or the manifest.",
    )  # fmt: skip
    NOT_DRIFTED = (
        "not-drifted", _YES, _DOCUMENTED, OURSELVES,
        "this plan reverts what drifted, and nothing else",
        "Plan without drift to send it.",
    )  # fmt: skip
    PATCH_AMENDS = (
        "patch-amends", _YES, _DOCUMENTED, GUIDE,
        "PATCH amends a configured source, and is the only way to change one",
    )  # fmt: skip
    PATCH_NEEDS_MAPPING = (
        "patch-needs-mapping", _UNKNOWN, _NOT_KNOWN, NOBODY,
        "PATCH amends a configuration, and none exists; whether it would create one is unknown",
    )  # fmt: skip
    PUT_DOES_NOT_REPLACE = (
        "put-does-not-replace", _NO, _DOCUMENTED, REFERENCE,
        "PUT only creates: on a configured source it is refused with 409 (documented)",
    )  # fmt: skip
    REFUSED = (
        "refused", _NO, Confidence.REPORTED, COMMUNITY,
        "the API would refuse the body for what changes here",
    )  # fmt: skip
