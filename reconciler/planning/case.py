"""One source with both documents laid side by side: what is compared, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconciler.model.document import Document, walk_types
from reconciler.model.source import ConfigStatus, SourceRef
from reconciler.planning.align import Side, align
from reconciler.planning.difference import EVERYTHING, Sides
from reconciler.planning.options import PlanOptions
from reconciler.planning.remembered import recalled
from reconciler.planning.source_input import SourceInput


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One source to be planned: its two sides, and the rules that hold for it.

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
        """Whether nothing is configured: the config status decides, offline the document."""
        live = self.given.live
        if live.status is None:
            return live.document is None
        return live.status is ConfigStatus.MISSING_MAPPING

    @property
    def shown(self) -> frozenset[str]:
        """The write-only parts that live shows."""
        live = self.given.live.document
        return live.shown if live else EVERYTHING

    @property
    def sides(self) -> Sides:
        """Both sides as they are compared."""
        return Sides(source=self.name, desired=self.want, live=self.have, shown=self.shown)

    def sides_shown(self) -> Sides:
        """Return both sides with live as it shows itself, nothing remembered filled in."""
        live = self.given.live.document
        return self.sides_against(live.document if live else None)

    def sides_against(self, live: Document | None) -> Sides:
        """Return both sides with *live* instead, as it is or would be; None for live itself."""
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
    """Return what the deterministic ids of new elements start from (design.md section 6, Ids)."""
    return ref.import_source_id or ref.name


def _known_live(given: SourceInput, options: PlanOptions) -> Document | None:
    live = given.live.document
    if live is None:
        return None
    if given.base is None or options.resend_write_only:
        return live.document
    return recalled(live, given.base.remembered, given.desired)
