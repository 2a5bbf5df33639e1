"""The plan as a value: the decisions, independent of display and execution.

The shapes and words are those of design.md#the-plan; `reconciler.planning.plan_file`
reads and writes their JSON.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any

from reconciler.diagnostics import Confidence, Diagnostic
from reconciler.mapping.preview import DataEffect
from reconciler.model.address import Address
from reconciler.model.canonical import digest_bytes
from reconciler.model.id_prefix import NO_PREFIX, IdPrefix
from reconciler.model.json_form import to_json
from reconciler.model.policy import Risk
from reconciler.model.source import ConfigStatus
from reconciler.model.wire import canonical_bytes
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.object_schema.operation import Phase, SchemaKind, SchemaOperation
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.planning.risk_codes import CONSEQUENCES, RiskCode
from reconciler.semantics.facts import Facts
from reconciler.semantics.rules import RuleCode
from reconciler.value import Value, field


class Action(StrEnum):
    """What happens to a source."""

    CREATE = "create"
    UPDATE = "update"
    NO_OP = "no-op"
    BLOCKED = "blocked"


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


class Convergence(StrEnum):
    """What is left to change after the operation: nothing, the residual, or unknown."""

    PROVED = "proved"
    PARTIAL = "partial"
    UNKNOWN = "unknown"


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


class RejectedVerb(Value):
    """The verb that was not chosen, and the rule that excluded it."""

    method: str
    rule: str
    text: str


class Reason(Value):
    """Why the source gets this action; `rule` chose the verb, None if no rule was needed."""

    code: str
    text: str
    rule: str | None = None
    rejected: tuple[RejectedVerb, ...] = ()


class Operation(Value):
    """One call, byte for byte as it will be sent (`body` in canonical JSON)."""

    method: str
    path: str
    query: dict[str, str]
    body: Mapping[str, Any]
    body_digest: str


class Unchanged(Value):
    """The number of elements of the manifest that are already live."""

    object_types: int = 0
    attributes: int = 0
    mappings: int = 0


class Companion(Value):
    """A part of the body that no change is about, and `role`, the reason why it is there."""

    address: Address
    kind: Kind
    name: str
    role: str


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


class Evidence(Value):
    """The inputs of the plan, by which it can be verified and compared with live later.

    Both documents as JSON; `live` is normalised, None if nothing was configured. `remembered`
    has the values that were compared in place of those that live hides, None without any, and
    `stated` what else of them the manifest of the base had, None without a base.
    `others` are the external ids, icons and statuses in live that were left to other sources,
    `elsewhere` the ids of the manifest that are in use outside the object schema, `premises` what
    nobody checked.
    `settings` names, by object type, what the UI has of the source's mappings, `targets` what
    schema operations could be about. `facts` are those of the site that decide a change.
    """

    desired: Mapping[str, Any]
    live: Mapping[str, Any] | None
    shown: tuple[str, ...] = ()
    remembered: Mapping[str, Any] | None = None
    stated: Mapping[str, Any] | None = None
    others: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    premises: tuple[str, ...] = ()
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    targets: tuple[SchemaTarget, ...] = ()
    facts: Facts = field(default_factory=dict)


class Certificate(Value):
    """The result of running the operation on live by the rules of `semantics`.

    `remains` are the addresses that still differ; `rests_on` the undocumented rules that had to
    be assumed, and the premises that nobody checked; `superfluous` the JSON pointers of body
    elements that change nothing.
    """

    remains: tuple[Address, ...] = ()
    rests_on: tuple[str, ...] = ()
    superfluous: tuple[str, ...] = ()


class SourcePlan(Value):
    """The plan for one source.

    `object_schema` names its object schema, `import_source_name` what Assets calls the import
    source, `file` its manifest; each is None if unknown.
    `certificate` is None if nothing is sent. `reads`
    has, by address, the digest of each part of live that the operation depends on. `base` is
    the base of attribution, None without one. `data_effect` is the effect of the operation on
    data, None without data: it is shown and decides nothing. `along` is what the body holds
    besides the changes. `unknown` has, by field or kind, the numbers of the parts that live
    hides, that are not sent, and of which nobody knows whether they are live. `schema_operations`
    are in order; each has its phase, before the operation or after it.
    """

    source: str
    import_source_id: str | None
    workspace_id: str | None
    config_status: ConfigStatus | None
    object_schema: str | None = None
    import_source_name: str | None = None
    action: Action
    reason: Reason
    operation: Operation | None
    changes: tuple[Change, ...]
    residual: tuple[Change, ...]
    convergence: Convergence
    desired_digest: str
    live_digest: str
    evidence: Evidence
    certificate: Certificate | None = None
    reads: Mapping[Address, str] = field(default_factory=dict)
    base: str | None = None
    unchanged: Unchanged = field(default_factory=Unchanged)
    file: str | None = None
    data_effect: DataEffect | None = None
    along: tuple[Companion, ...] = ()
    unknown: Mapping[str, int] = field(default_factory=dict)
    schema_operations: tuple[SchemaOperation, ...] = ()

    def schema_operations_in(self, phase: Phase) -> tuple[SchemaOperation, ...]:
        """Return the schema operations of *phase*, in order."""
        return tuple(each for each in self.schema_operations if each.phase is phase)

    @property
    def sends(self) -> bool:
        """Whether applying the plan sends anything for the source."""
        return self.operation is not None or bool(self.schema_operations)

    def overwrites(self, change: Change) -> bool:
        """Return whether *change*, which is one of its own, is sent over an edit made in Assets."""
        return self.sends and change.overwrites_edit

    @property
    def deletes(self) -> tuple[str, ...]:
        """The external ids of what its schema operations delete."""
        gone = (each.object for each in self.schema_operations if each.kind is SchemaKind.DELETE)
        return tuple(each.external_id for each in gone if each.external_id is not None)

    @property
    def schema_id(self) -> str | None:
        """The number of its object schema in the companion API, None if it is not known."""
        if self.schema_operations:
            return self.schema_operations[0].object.schema_id
        named = self.object_schema
        return named if named is not None and named.isdecimal() else None


class Summary(Value):
    """The number of sources by action and of changes by verdict (design.md#counting).

    `schema_operations` is that of the schema operations.
    """

    create: int
    update: int
    no_op: int
    blocked: int
    add: int
    change: int
    remove: int
    impossible: int
    orphan: int
    write_only: int
    patch_undocumented: int
    ignored: int
    risk_review: int
    risk_data: int
    schema_operations: int = 0


class Plan(Value, dict=True, gc=True):
    """A plan for the sources of one environment; `errored` where validation failed.

    `options` are those that it was made with. Its ids have the environment's `id_prefix`, which
    is told and decides nothing: `shown_plan.without_prefix` takes it off.
    """

    tool_version: str
    created_at: str
    environment: str
    sources: tuple[SourcePlan, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    options: PlanOptions = field(default_factory=PlanOptions)
    errored: bool = False
    id_prefix: IdPrefix = NO_PREFIX

    @property
    def allow_residual(self) -> bool:
        """Whether the rest of a blocked source is sent."""
        return self.options.allow_residual

    @property
    def has_changes(self) -> bool:
        """Whether there is an operation, or a schema operation."""
        return any(s.sends for s in self.sources)

    @property
    def blocked(self) -> bool:
        """Whether a source is blocked."""
        return any(s.action is Action.BLOCKED for s in self.sources)

    @property
    def summary(self) -> Summary:
        """The numbers of sources and changes."""
        actions = [s.action for s in self.sources]
        changes = [c for s in self.sources for c in s.changes]
        sent = [c for c in changes if c.verdict.takes_effect]
        return Summary(
            create=actions.count(Action.CREATE),
            update=actions.count(Action.UPDATE),
            no_op=actions.count(Action.NO_OP),
            blocked=actions.count(Action.BLOCKED),
            add=sum(c.action is Edit.ADD for c in sent),
            change=sum(c.action is Edit.CHANGE for c in sent),
            remove=sum(c.action is Edit.REMOVE for c in sent),
            impossible=sum(c.verdict is Verdict.IMPOSSIBLE for c in changes),
            orphan=sum(c.verdict is Verdict.ORPHAN for c in changes),
            write_only=sum(c.verdict is Verdict.WRITE_ONLY for c in changes),
            patch_undocumented=sum(c.verdict is Verdict.PATCH_UNDOCUMENTED for c in sent),
            ignored=sum(c.verdict is Verdict.IGNORED for c in changes),
            risk_review=sum(c.risk is Risk.REVIEW for c in changes),
            risk_data=sum(c.risk is Risk.DATA for c in changes),
            schema_operations=sum(len(s.schema_operations) for s in self.sources),
        )

    @cached_property
    def digest(self) -> str:
        """The digest of all that decides what is shown and sent (design.md#digests)."""
        decided = canonical_bytes(
            {
                "environment": self.environment,
                "allow_residual": self.allow_residual,
                "accept_loss": dict(self.options.accept_loss),
                "sources": [
                    _decided(s) for s in sorted(self.sources, key=lambda each: each.source)
                ],
            }
        )
        return digest_bytes(decided)


def _decided(source: SourcePlan) -> dict[str, Any]:
    operation = source.operation
    return {
        "source": source.source,
        "workspace_id": source.workspace_id,
        "import_source_id": source.import_source_id,
        "config_status": source.config_status,
        "action": source.action,
        "live_digest": source.live_digest,
        "desired_digest": source.desired_digest,
        "method": operation.method if operation else None,
        "path": operation.path if operation else None,
        "query": operation.query if operation else None,
        "body": operation.body if operation else None,
        "changes": list(map(_decided_change, source.changes)),
        "residual": list(map(_decided_change, source.residual)),
        "schema_operations": to_json(source.schema_operations),
    }


def _decided_change(change: Change) -> dict[str, Any]:
    return {
        "address": str(change.address),
        "kind": change.kind,
        "action": change.action,
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "verdict": change.verdict,
        "predicted_code": change.predicted_code,
        "risk": change.risk,
        "risk_code": change.risk_code,
    }
