"""The codes of risk: what a change that is sent can do to data, worded once for every format."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from reconciler.model.policy import Risk


class RiskCode(StrEnum):
    """Why a change puts data at risk, and how much; the enum is equal to its text.

    `sentence` says what happens at the next import, `lasting` what of that stays even if the change
    is taken back, None for nothing.
    """

    risk: Risk
    sentence: str
    lasting: str | None

    def __new__(cls, code: str, risk: Risk, sentence: str, lasting: str | None = None) -> Self:
        """Return the member for one row of the table."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.risk = risk
        member.sentence = sentence
        member.lasting = lasting
        return member

    IDENTITY_CHANGED = (
        "identity-changed",
        Risk.DATA,
        (
            "objects are recognised by other values from the next import on: those "
            "that exist are not found again, and are imported a second time"
        ),
        "objects that an import made a second time meanwhile stay",
    )
    SELECTOR_CHANGED = (
        "selector-changed",
        Risk.DATA,
        (
            "the next import reads other entries of the data: objects that came from "
            "the old ones are no longer updated, or reported as missing"
        ),
        "objects that an import removed meanwhile are not restored",
    )
    ATTRIBUTE_UNMAPPED = (
        "attribute-unmapped",
        Risk.DATA,
        "the attribute is no longer filled by imports; existing values go stale",
    )
    OBJECTS_DELETED = (
        "objects-deleted",
        Risk.DATA,
        (
            "the objects of the type are deleted along with it, and cannot be restored; its "
            "mapping stays, and the import source may be invalid until it is taken out in Assets"
        ),
    )
    VALUES_DELETED = (
        "values-deleted",
        Risk.DATA,
        "the values that objects have here are deleted along with it, and cannot be restored",
    )
    STATUS_DELETED = (
        "status-deleted",
        Risk.REVIEW,
        "what names the status no longer finds anything: queries (AQL), filters, automations",
    )
    LOCATOR_CHANGED = (
        "locator-changed",
        Risk.REVIEW,
        (
            "the next import fills this attribute from another place in the data, and "
            "overwrites the values that are there"
        ),
    )
    IQL_CHANGED = (
        "iql-changed",
        Risk.REVIEW,
        (
            "the next import looks for the referenced objects in another way: references "
            "may change, or find nothing"
        ),
    )
    LABEL_CHANGED = (
        "label-changed",
        Risk.REVIEW,
        (
            "objects are shown and found by the value of another attribute, and one "
            "without that value has no label"
        ),
    )
    NAME_CHANGED = (
        "name-changed",
        Risk.REVIEW,
        (
            "what says the old name no longer finds anything: queries (AQL), also those of "
            "mappings, filters, automations"
        ),
    )
    PARENT_CHANGED = (
        "parent-changed",
        Risk.REVIEW,
        (
            "what names a type with those below it finds other objects: queries (AQL), references "
            "that include child types, roles"
        ),
    )
    CARDINALITY_TIGHTENED = (
        "cardinality-tightened",
        Risk.REVIEW,
        (
            "objects that have fewer or more values than allowed from now on are "
            "refused by the next import, or lose values"
        ),
        "values that an import dropped meanwhile are not restored",
    )
    VALUES_RESTRICTED = (
        "values-restricted",
        Risk.DATA,
        (
            "Assets itself allows fewer values from now on, or demands more: an import or a person "
            "that brings others is refused, and whether it cuts values off is not known"
        ),
    )
    UNIQUE_DEMANDED = (
        "unique-demanded",
        Risk.DATA,
        "no two objects may have the same value from now on: an import that brings one is refused",
    )
    STATUSES_CHANGED = (
        "statuses-changed",
        Risk.REVIEW,
        "other statuses are allowed from now on: whether objects keep one that is not is unknown",
    )
    UI_SETTINGS_MAY_RESET = (
        "ui-settings-may-reset",
        Risk.REVIEW,
        (
            "a mapping is overwritten as a whole, and what only the UI has of it may be reset: no "
            "API restores it"
        ),
        "what only the UI had of the mapping is not restored",
    )


CONSEQUENCES: Mapping[str, str] = {code: code.sentence for code in RiskCode}
LASTING: Mapping[str, str] = {code: code.lasting for code in RiskCode if code.lasting is not None}
