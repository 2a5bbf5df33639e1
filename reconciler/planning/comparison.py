"""One source with both documents aligned: the comparison as a value, and as kept in a plan.

A saved plan contains the evidence to rebuild it, with live as it was then or as it is now, and
knows that live document by its digest (design.md#digests).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconciler.model.canonical import digest
from reconciler.model.document import Document, walk_types
from reconciler.model.fields import WRITE_ONLY
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import read_document, write_document
from reconciler.planning.diff.align import Side, align
from reconciler.planning.diff.difference import Sides
from reconciler.planning.inputs import (
    Base,
    PlanOptions,
    SourceInput,
    hidden_parts,
    recalled,
    remember,
)
from reconciler.planning.plan import Evidence, SourcePlan


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One source to be planned: both sides, and the rules for it.

    *elsewhere* holds the external ids in use by other sources of the environment.
    """

    given: SourceInput
    options: PlanOptions
    elsewhere: Mapping[str, str]
    by_ids: bool
    want: Side
    have: Side

    @classmethod
    def of(cls, given: SourceInput, options: PlanOptions, elsewhere: Mapping[str, str]) -> "Case":
        """Return the case with *given*'s documents aligned."""
        by_ids = has_ids(given.desired)
        want, have = align(
            given.desired,
            _known_live(given, options),
            seed=seed_of(given.ref),
            by_ids=by_ids,
        )
        return cls(
            given=given,
            options=options,
            elsewhere=elsewhere,
            by_ids=by_ids,
            want=want,
            have=have,
        )

    @property
    def name(self) -> str:
        """The source's name."""
        return self.given.ref.name

    @property
    def creates(self) -> bool:
        """Whether nothing is configured: by the config status, offline by the document."""
        live = self.given.live
        if live.status is None:
            return live.document is None
        return live.status is ConfigStatus.MISSING_MAPPING

    @property
    def shown(self) -> frozenset[str]:
        """The write-only parts that live shows."""
        live = self.given.live.document
        return live.shown if live else WRITE_ONLY

    @property
    def sides(self) -> Sides:
        """Both sides as they are compared."""
        return Sides(source=self.name, desired=self.want, live=self.have, shown=self.shown)

    def sides_shown(self) -> Sides:
        """Return both sides with live as it is shown, without last sent values filled in."""
        live = self.given.live.document
        return self.sides_against(live.document if live else None)

    def sides_against(self, live: Document | None) -> Sides:
        """Return both sides with *live* instead, present or future; None keeps live itself."""
        if live is None or live is self.have.document:
            return self.sides
        want, have = align(
            self.given.desired, live, seed=seed_of(self.given.ref), by_ids=self.by_ids
        )
        return replace(self.sides, desired=want, live=have)


def has_ids(document: Document) -> bool:
    """Return whether any type or attribute but the system `Key` has an external id."""
    return any(
        t.external_id or any(a.external_id and not a.is_system for a in t.attributes)
        for t, _ in walk_types(document.object_types)
    )


def seed_of(ref: SourceRef) -> str:
    """Return the seed of the deterministic ids of new elements (design.md#ids)."""
    return ref.import_source_id or ref.name


def _known_live(given: SourceInput, options: PlanOptions) -> Document | None:
    live = given.live.document
    if live is None:
        return None
    if given.base is None or options.resend_write_only:
        return live.document
    return recalled(live, given.base.remembered, given.desired)


def evidence_of(case: Case) -> Evidence:
    """Return both documents of *case* as its plan keeps them."""
    live = case.given.live.document
    is_filled = live is not None and live.document is not case.have.document
    remembered = hidden_parts(case.have.document) if is_filled else Document()
    return Evidence(
        desired=write_document(case.given.desired),
        live=write_document(live.document) if live else None,
        shown=tuple(sorted(live.shown)) if live else (),
        remembered=write_document(remembered) if remembered != Document() else None,
    )


def live_then(plan: SourcePlan) -> LiveDocument | None:
    """Return live at the time *plan* was made, None if nothing was configured."""
    if plan.evidence.live is None:
        return None
    return LiveDocument(
        document=read_document(plan.evidence.live), shown=frozenset(plan.evidence.shown)
    )


def case_of(plan: SourcePlan, live: LiveDocument | None) -> Case:
    """Return the comparison that *plan* was made from, with *live* in place of live then."""
    ref = SourceRef(
        name=plan.source,
        import_source_id=plan.import_source_id,
        workspace_id=plan.workspace_id,
    )
    known = plan.evidence.remembered
    given = SourceInput(
        ref=ref,
        desired=read_document(plan.evidence.desired),
        live=Live(status=plan.config_status, document=live),
        base=Base(name="plan", desired=None, remembered=remember([read_document(known)]))
        if known
        else None,
    )
    sync = plan.operation is not None and not plan.operation.query
    return Case.of(given, PlanOptions(sync=sync), {})


def live_digest(live: LiveDocument | None) -> str:
    """Return the digest of the normalised live document, that of `null` if there is none."""
    return digest(write_document(live.document) if live else None)
