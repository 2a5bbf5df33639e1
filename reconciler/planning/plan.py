"""The plan as a value: the decisions, independent of display and execution.

The shapes and words are those of design.md#the-plan; `reconciler.planning.plan_file`
reads and writes their JSON.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any

from reconciler.diagnostics import Diagnostic
from reconciler.mapping.preview import DataEffect
from reconciler.model.address import Address
from reconciler.model.id_prefix import NO_PREFIX, IdPrefix
from reconciler.model.json_form import to_json
from reconciler.model.policy import Risk
from reconciler.model.source import ConfigStatus
from reconciler.model.wire import canonical_digest
from reconciler.planning.change import Change, Edit, Kind, Verdict
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.object_schema.operation import Phase, SchemaKind, SchemaOperation
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.semantics.facts import Facts
from reconciler.value import Value, field


class Action(StrEnum):
    """What happens to a source."""

    CREATE = "create"
    UPDATE = "update"
    NO_OP = "no-op"
    BLOCKED = "blocked"


class Convergence(StrEnum):
    """What is left to change after the operation: nothing, the residual, or unknown."""

    PROVED = "proved"
    PARTIAL = "partial"
    UNKNOWN = "unknown"


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
        return canonical_digest(
            {
                "environment": self.environment,
                "allow_residual": self.allow_residual,
                "accept_loss": dict(self.options.accept_loss),
                "sources": [
                    _decided(s) for s in sorted(self.sources, key=lambda each: each.source)
                ],
            }
        )


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
