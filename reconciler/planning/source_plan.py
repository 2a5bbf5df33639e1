"""Plan one source: compare, judge, build the operation, simulate it, say why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from reconciler.diagnostics import Diagnostic
from reconciler.manifest.project_model import Orphans
from reconciler.model.canonical import digest
from reconciler.model.document import Document, walk_types
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import write_document
from reconciler.planning import remarks
from reconciler.planning.align import Side, align, new_id
from reconciler.planning.body import patch_body
from reconciler.planning.difference import EVERYTHING, Difference, Sides
from reconciler.planning.differences import differences
from reconciler.planning.guards import tripped
from reconciler.planning.judge import Judge, contradiction
from reconciler.planning.options import PlanOptions
from reconciler.planning.plan import (
    Action,
    Change,
    Convergence,
    Evidence,
    Kind,
    Operation,
    SourcePlan,
    Unchanged,
    Verdict,
)
from reconciler.planning.prune import without
from reconciler.planning.reasons import reason
from reconciler.planning.renames import probable_renames
from reconciler.planning.simulate import Simulated, simulate
from reconciler.planning.unknown_keys import contradictions
from reconciler.semantics.outcome import Accepted
from reconciler.semantics.patch import patch
from reconciler.semantics.put import put

_LEFT_OPEN = frozenset({Verdict.IMPOSSIBLE, Verdict.ORPHAN, Verdict.IGNORED})


def plan_source(
    ref: SourceRef,
    desired: Document,
    live: Live,
    *,
    options: PlanOptions,
    elsewhere: Mapping[str, str],
) -> tuple[SourcePlan, tuple[Diagnostic, ...]]:
    """Return the plan that takes *live* to *desired*, and what there is to remark.

    PUT if and only if nothing is configured (design.md section 6). The mapping is one
    document on the wire, so there is one operation however many changes there are.
    *elsewhere* holds the external ids in use by other sources of the environment.
    """
    case = _Case.of(ref, desired, live, options)
    found = case.differences()
    hidden = [d for d in found if d.write_only]
    if hidden and not options.resend_write_only:
        found = [d for d in found if not d.write_only]
    judge = Judge(puts=case.creates, undocumented=options.undocumented)
    sendable = [d for d in found if judge.change(d).verdict.is_sent]
    simulated = case.simulate(found, sendable, elsewhere)
    refused = simulated.refused if simulated else {}
    changes = [judge.change(d, refused.get(d.address)) for d in found]
    if options.orphans is Orphans.IGNORE:
        changes = [c for c in changes if c.verdict is not Verdict.ORPHAN]
    action = _action(changes, options, simulated, creates=case.creates)
    guard = tripped(changes, case.have, options)
    if guard and action is Action.UPDATE:
        action = Action.BLOCKED
    sends = action in {Action.CREATE, Action.UPDATE} and simulated is not None
    residual = [c for c in changes if c.verdict in _LEFT_OPEN]
    residual += map(contradiction, case.contradictions())
    evidence = case.evidence()
    plan = SourcePlan(
        source=ref.name,
        import_source_id=ref.import_source_id,
        workspace_id=ref.workspace_id,
        config_status=live.status,
        action=action,
        reason=reason(action, changes, puts=case.creates, orphans=options.orphans, guard=guard),
        operation=case.operation(simulated) if sends and simulated else None,
        changes=tuple(changes),
        residual=tuple(residual),
        convergence=_convergence(case, changes, residual, simulated if sends else None),
        desired_digest=digest(evidence.desired),
        live_digest=digest(evidence.live),
        evidence=evidence,
        unchanged=_unchanged(case.want, found),
    )
    return plan, case.remarks(hidden, simulated)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """One source with both documents laid side by side."""

    ref: SourceRef
    desired: Document
    live: Live
    options: PlanOptions
    by_ids: bool
    want: Side
    have: Side

    @classmethod
    def of(cls, ref: SourceRef, desired: Document, live: Live, options: PlanOptions) -> "_Case":
        by_ids = any(
            t.external_id or any(a.external_id and not a.is_system for a in t.attributes)
            for t, _ in walk_types(desired.object_types)
        )
        document = live.document.document if live.document else None
        want, have = align(desired, document, seed=_seed(ref), by_ids=by_ids)
        return cls(
            ref=ref,
            desired=desired,
            live=live,
            options=options,
            by_ids=by_ids,
            want=want,
            have=have,
        )

    @property
    def creates(self) -> bool:
        """Whether nothing is configured: the config status decides, offline the document."""
        if self.live.status is None:
            return self.live.document is None
        return self.live.status is ConfigStatus.MISSING_MAPPING

    @property
    def shown(self) -> frozenset[str]:
        return self.live.document.shown if self.live.document else EVERYTHING

    def sides(self, want: Side, have: Side) -> Sides:
        return Sides(source=self.ref.name, desired=want, live=have, shown=self.shown)

    def differences(self, after: Document | None = None) -> list[Difference]:
        """Return what differs from live, or from the live document that *after* would be."""
        if after is None:
            return list(differences(self.sides(self.want, self.have)))
        want, have = align(self.desired, after, seed=_seed(self.ref), by_ids=self.by_ids)
        return list(differences(self.sides(want, have)))

    def evidence(self) -> Evidence:
        live = self.live.document
        return Evidence(
            desired=write_document(self.desired),
            live=write_document(live.document) if live else None,
            shown=tuple(sorted(live.shown)) if live else (),
        )

    def contradictions(self) -> Sequence[Difference]:
        return list(contradictions(self.ref.name, self.want, self.have))

    def simulate(
        self,
        found: Sequence[Difference],
        sendable: Sequence[Difference],
        elsewhere: Mapping[str, str],
    ) -> Simulated | None:
        """Return what the API would make of *sendable*, None where there is nothing to send."""
        if not sendable:
            return None
        generated = partial(new_id, "simulated")
        build: Callable[[Sequence[Difference]], Document]
        if self.creates:

            def build(left: Sequence[Difference]) -> Document:
                return without(self.want, _others(found, left))

            send = partial(put, None, elsewhere=elsewhere, new_id=generated)
        else:

            def build(left: Sequence[Difference]) -> Document:
                return patch_body(self.want, self.have, left, _others(found, left))

            send = partial(patch, self.have.document, elsewhere=elsewhere, new_id=generated)
        return simulate(sendable, sides=(self.want, self.have), build=build, send=send)

    def operation(self, simulated: Simulated) -> Operation:
        body = write_document(simulated.body)
        name = self.ref.import_source_id
        return Operation(
            method="PUT" if self.creates else "PATCH",
            path=f"importsource/{quote(name, safe='') if name else '{importSourceId}'}/mapping",
            query={} if self.options.sync else {"async": "true"},
            body=body,
            body_digest=digest(body),
        )

    def remarks(
        self, hidden: Sequence[Difference], simulated: Simulated | None
    ) -> tuple[Diagnostic, ...]:
        said: list[Diagnostic] = []
        if self.live.status is ConfigStatus.RUNNING:
            said.append(remarks.running(self.ref.name))
        if hidden and not self.options.resend_write_only:
            said.append(remarks.write_only(self.ref.name, hidden))
        if not self.creates:
            said += [
                remarks.probable_rename(self.ref.name, r)
                for r in probable_renames(self.want, self.have)
            ]
        if simulated is not None:
            outcome = simulated.outcome
            if isinstance(outcome, Accepted):
                said += [remarks.doubtful(self.ref.name, d) for d in outcome.doubts]
            else:
                said += [remarks.refused(self.ref.name, r) for r in outcome.refusals]
        return tuple(said)


def _seed(ref: SourceRef) -> str:
    return ref.import_source_id or ref.name


def _others(found: Sequence[Difference], left: Sequence[Difference]) -> list[Difference]:
    kept = {d.address for d in left}
    return [d for d in found if d.address not in kept]


def _action(
    changes: Sequence[Change],
    options: PlanOptions,
    simulated: Simulated | None,
    *,
    creates: bool,
) -> Action:
    verdicts = {c.verdict for c in changes}
    if Verdict.IMPOSSIBLE in verdicts and not options.allow_residual:
        return Action.BLOCKED
    if Verdict.ORPHAN in verdicts and options.orphans is Orphans.FAIL:
        return Action.BLOCKED
    if simulated is not None and not isinstance(simulated.outcome, Accepted):
        return Action.BLOCKED
    if any(v.is_sent for v in verdicts):
        return Action.CREATE if creates else Action.UPDATE
    return Action.NO_OP


def _convergence(
    case: _Case,
    changes: Sequence[Change],
    residual: Sequence[Change],
    simulated: Simulated | None,
) -> Convergence:
    """Return what is left after the operation, found by simulating it (issue B proves more)."""
    if simulated is not None and isinstance(simulated.outcome, Accepted):
        if any(c.verdict is Verdict.PATCH_UNDOCUMENTED for c in changes):
            return Convergence.UNKNOWN
        expected = {c.address for c in changes if not c.verdict.is_sent}
        after = case.differences(simulated.outcome.live)
        if any(d.address not in expected and not d.write_only for d in after):
            return Convergence.UNKNOWN
    return Convergence.PARTIAL if residual else Convergence.PROVED


def _unchanged(want: Side, found: Sequence[Difference]) -> Unchanged:
    types = {d.type_key for d in found if d.kind is Kind.OBJECT_TYPE}
    attributes = {(d.type_key, d.attribute_key) for d in found if d.kind is Kind.ATTRIBUTE}
    mappings = {d.type_key for d in found if d.kind in {Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}}
    return Unchanged(
        object_types=sum(key not in types for key in want.types),
        attributes=sum(
            (key, a) not in attributes for key, node in want.types.items() for a in node.attributes
        ),
        mappings=sum(key not in mappings for key in want.mappings),
    )
