"""A change as a value: one difference between manifest and live, and what was decided about it.

Its words are those of design.md#the-plan.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.model.address import Address
from reconciler.model.policy import Risk
from reconciler.planning.risk_codes import CONSEQUENCES, RiskCode
from reconciler.semantics.rules import RuleCode
from reconciler.value import Value


class Kind(StrEnum):
    """What a change is about."""

    OBJECT_SCHEMA = "object_schema"
    OBJECT_TYPE = "object_type"
    ATTRIBUTE = "attribute"
    ICON = "icon"
    STATUS = "status"
    MAPPING = "mapping"
    ATTRIBUTE_MAPPING = "attribute_mapping"


# Elements that belong to no object type.
OF_NO_TYPE = (Kind.OBJECT_SCHEMA, Kind.ICON, Kind.STATUS)


class Edit(StrEnum):
    """How a change alters an element."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class Verdict(StrEnum):
    """The decision about a change."""

    PUT = "put"
    PATCH = "patch"
    PATCH_UNDOCUMENTED = "patch-undocumented"
    SCHEMA_OPERATION = "schema-operation"
    IMPOSSIBLE = "impossible"
    ORPHAN = "orphan"
    WRITE_ONLY = "write-only"
    IGNORED = "ignored"

    @property
    def is_sent(self) -> bool:
        """Whether the operation includes the change."""
        return self in _SENT

    @property
    def takes_effect(self) -> bool:
        """Whether applying the plan makes the change, by the operation or a schema operation."""
        return self.is_sent or self is Verdict.SCHEMA_OPERATION

    @property
    def sentence(self) -> str:
        """The meaning of the verdict."""
        return _SENTENCES[self]


_SENT = (Verdict.PUT, Verdict.PATCH, Verdict.PATCH_UNDOCUMENTED)
_SENTENCES = {
    Verdict.PUT: "sent by PUT",
    Verdict.PATCH: "sent by PATCH",
    Verdict.PATCH_UNDOCUMENTED: "sent by PATCH, which is not documented to work",
    Verdict.SCHEMA_OPERATION: "made by a schema operation, through the companion API",
    Verdict.IMPOSSIBLE: "impossible through this API",
    Verdict.ORPHAN: "in live only (orphan): nothing is sent",
    Verdict.WRITE_ONLY: "not sent: live does not show it, so whether it is there is not known",
    Verdict.IGNORED: "not sent: policy or the rules leave it open",
}

# What still differs after the operation: the plan's residual.
LEFT_OPEN = frozenset({Verdict.IMPOSSIBLE, Verdict.ORPHAN, Verdict.IGNORED})


class Attribution(StrEnum):
    """Which side changed since the base: git, live, or both (design.md#attribution)."""

    UNAPPLIED = "unapplied"
    DRIFT = "drift"
    CONFLICT = "conflict"


class InAssets(Value):
    """What an element is in Assets itself, by the companion API (api.md#companion-join).

    `id` is its own, `type_id` that of its object type, in the object schema `schema_id`;
    `is_confirmed` whether more than names says so. `objects` counts those of the type, or those
    that have a value of the attribute: all, or (unless it `sees_all`) those that the schema
    credential's owner sees. It is None if they were not counted.
    """

    id: str
    type_id: str
    schema_id: str
    is_confirmed: bool
    objects: int | None = None
    sees_all: bool = True

    @property
    def text(self) -> str:
        """Where it is in Assets, and how many objects it is about."""
        is_type = self.id == self.type_id
        named = f"In Assets {'object type' if is_type else 'attribute'} {self.id}"
        known = "" if self.is_confirmed else " by its name"
        place = f"/jira/servicedesk/assets/object-schema/{self.schema_id}?typeId={self.type_id}"
        return f"{named}{known}{self._at_stake(is_type=is_type)}: {place}"

    def _at_stake(self, *, is_type: bool) -> str:
        if self.objects is None:
            return ""
        number = f"{self.objects:,} object{'s' * (self.objects != 1)}"
        seen = "" if self.sees_all else " that the schema credential may see"
        if is_type:
            return f", {number} of this type{seen}"
        return f", {number}{seen} {'has' if self.objects == 1 else 'have'} a value here"


class Change(Value):
    """One difference. `names` is the name path (types from the root, then the attribute).

    `field` is the wire name of the field, or None where a whole element is added or
    removed; `before` and `after` are JSON values. `line` and `column` (from 1) are the place
    in the manifest of a change to act on: one that is not sent, or puts data at risk; `file` is
    the part or overlay where that is, None for the source's own file. `stood`
    is whether the base had the difference already, None without a base. `settings` names what
    the UI has of the mapping that sending the change overwrites. `in_assets` is what it is about
    there, None where that was not read. `observed` is the day on which the site was seen to do
    what its rule says, None where it was not asked.
    """

    address: Address
    kind: Kind
    names: tuple[str, ...]
    action: Edit
    field: str | None
    before: Any
    after: Any
    verdict: Verdict
    rule: str
    confidence: Confidence
    predicted_code: str | None = None
    remedy: str | None = None
    risk: Risk = Risk.NONE
    risk_code: str | None = None
    attribution: Attribution | None = None
    stood: bool | None = None
    line: int | None = None
    column: int | None = None
    file: str | None = None
    settings: tuple[str, ...] = ()
    in_assets: InAssets | None = None
    observed: str | None = None

    @property
    def risk_text(self) -> str | None:
        """What the risk means for the next import, None if there is no risk."""
        if self.risk_code is None:
            return None
        if not self.settings:
            return CONSEQUENCES[self.risk_code]
        codes = dict.fromkeys((self.risk_code, RiskCode.UI_SETTINGS_MAY_RESET))
        sentences = "; besides, ".join(CONSEQUENCES[code] for code in codes)
        return f"{sentences} ({', '.join(self.settings)})"

    @property
    def in_assets_text(self) -> str | None:
        """What it is about in Assets, None where that was not read."""
        return None if self.in_assets is None else self.in_assets.text

    @property
    def overwrites_edit(self) -> bool:
        """Whether what it changes in live was edited in Assets since the base: a PUT creates."""
        moved = self.attribution in {Attribution.DRIFT, Attribution.CONFLICT}
        return moved and self.verdict.takes_effect and self.verdict is not Verdict.PUT

    @property
    def is_hidden(self) -> bool:
        """Whether live does not show what it is about: what is known of it is what was sent."""
        return self.rule in {RuleCode.NOT_SHOWN, RuleCode.NO_LONGER_STATED}

    @property
    def part(self) -> Address:
        """The address of the unit that is sent as a whole: a mapping with all its entries."""
        is_entry = self.kind is Kind.ATTRIBUTE_MAPPING
        return self.address.owner if is_entry else self.address.element


# What live may hide, by field or kind: its number in words (design.md#write-only).
HIDDEN_PARTS: Mapping[str, tuple[str, str]] = {
    Kind.STATUS: ("status", "statuses"),
    Kind.ICON: ("icon", "icons"),
    "iconKey": ("object type's icon", "object types' icons"),
    "typeValues": ("attribute's statuses", "attributes' statuses"),
    "png48": ("icon's image", "icons' images"),
}


def unknown_parts(numbers: Mapping[str, int]) -> str:
    """Return the sentence about the *numbers* of parts of which nobody knows, at least one."""
    parts = [
        f"{n} {words[n > 1]}" for key, words in HIDDEN_PARTS.items() if (n := numbers.get(key))
    ]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    are = "is" if sum(numbers.values()) == 1 else "are"
    return f"whether {listed} {are} live is not known"
