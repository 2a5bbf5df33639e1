"""The inputs of planning one source: desired, live, options, and the baseline."""

from collections.abc import Mapping
from typing import Any

from reconciler.manifest.locations import Locations
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.policy import Policy
from reconciler.model.source import Live, SourceRef
from reconciler.planning.last_sent import NOTHING_SENT, LastSent
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.planning.surroundings import ALONE, Surroundings
from reconciler.semantics.facts import NO_FACTS, Facts
from reconciler.value import Value, field


class Baseline(Value):
    """A commit's manifest, or what the journal's last receipt holds.

    `name` says which. `desired` is the manifest at the time, None if it was not stored; `live`
    what was read back, None for a commit, whose manifest is assumed to have been applied.
    `last_sent` is what was last sent of the parts that live does not show. `stated` is what the
    manifest had of them that nobody is known to have sent, so that live may have it or not; None
    if that is unknown. `ineffective` holds, by address, the values that were sent as
    undocumented changes and had no effect. `manifests` are those that were ever applied, as JSON,
    the newest first; `deletes` the external ids of what was to be deleted after one of them.
    """

    name: str
    desired: Document | None
    live: LiveDocument | None = None
    last_sent: LastSent = NOTHING_SENT
    stated: Document | None = None
    ineffective: Mapping[Address, Any] = field(default_factory=dict)
    manifests: tuple[Mapping[str, Any], ...] = ()
    deletes: frozenset[str] = frozenset()


class SourceInput(Value):
    """One source: its desired document, live, and what else is known of it.

    `baseline` is the baseline of both, `locations` the places in the manifest; both are None if
    unknown. Changes get their places there unless nobody asks for `places`. `only` holds the
    addresses of the differences that may be sent, None for all. `around` is what it takes from the
    other sources. `targets` are what schema operations could be about, as Assets has them: none
    without `schemaAuth`, whether it was read says `reads_assets`. `renamed_statuses` are the new
    names of statuses by old ones, as its manifest states them. `facts` are what was observed of its
    site.
    """

    ref: SourceRef
    desired: Document
    live: Live
    baseline: Baseline | None = None
    locations: Locations | None = None
    places: bool = True
    only: frozenset[Address] | None = None
    around: Surroundings = ALONE
    targets: tuple[SchemaTarget, ...] = ()
    reads_assets: bool = False
    renamed_statuses: Mapping[str, str] = field(default_factory=dict)
    facts: Facts = NO_FACTS


class PlanOptions(Value):
    """The choices that change a plan. `sync`: the operation is sent synchronously.

    `accept_loss` has, by the address of what is deleted, the number of what may be lost with it.
    `policy` holds the guards: planning under a project's policy applies all of them.
    """

    policy: Policy = field(default_factory=Policy)
    allow_residual: bool = False
    accept_loss: Mapping[str, int] = field(default_factory=dict)
    resend_write_only: bool = False
    sync: bool = False

    @classmethod
    def of_drift(cls, policy: Policy) -> "PlanOptions":
        """Return the options for detecting drift under *policy*: nothing is sent or guarded.

        What could be taken back depends on the schema operations that it allows.
        """
        return cls(policy=Policy(orphans=policy.orphans, schema=policy.schema))

    @classmethod
    def of_repair(cls, policy: Policy) -> "PlanOptions":
        """Return the options for reverting drift under *policy*.

        What the API cannot do stays open: it drifted all the same.
        """
        return cls(policy=policy, allow_residual=True)
