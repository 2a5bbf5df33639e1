"""One source with both documents aligned: the comparison as a value, and as kept in a plan.

A saved plan contains the evidence to rebuild it, with live as it was then or as it is now, and
knows that live document by its digest (design.md#digests).
"""

from collections.abc import Iterable, Mapping

from reconciler.model.document import Document, walk_types
from reconciler.model.fields import ICON, STATUS, WRITE_ONLY
from reconciler.model.normalise import LiveDocument
from reconciler.model.policy import Permission
from reconciler.model.source import ConfigStatus, Description, Live, SourceRef
from reconciler.model.wire import DocumentJson, read_document
from reconciler.planning.diff.align import Side, align
from reconciler.planning.diff.difference import Difference, Sides
from reconciler.planning.inputs import (
    Baseline,
    PlanOptions,
    SourceInput,
)
from reconciler.planning.last_sent import (
    NOTHING_SENT,
    LastSent,
    hidden_parts,
    last_sent,
    with_last_sent,
)
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.operation import ElementKind, Phase, SchemaKind
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.planning.plan import Evidence, SourcePlan
from reconciler.planning.surroundings import Surroundings
from reconciler.semantics.decisions import OF_ROW
from reconciler.semantics.facts import Facts
from reconciler.semantics.questions import Question
from reconciler.semantics.rules import RuleCode
from reconciler.value import Value, replace


class Comparison(Value):
    """One source to be planned: both sides, and the rules for it.

    *sent* and *stated* are what is known of the parts that live hides, as in a baseline.
    """

    inputs: SourceInput
    options: PlanOptions
    by_ids: bool
    desired: Side
    live: Side
    sent: LastSent
    stated: Document | None

    @classmethod
    def of(cls, inputs: SourceInput, options: PlanOptions) -> "Comparison":
        """Return the case with *inputs*'s documents aligned."""
        by_ids = has_ids(inputs.desired)
        sent, stated = _memory(inputs, options)
        known = inputs.live.document
        filled = with_last_sent(known, sent) if known and sent != NOTHING_SENT else None
        desired, live = align(
            inputs.desired,
            filled or (known.document if known else None),
            seed=seed_of(inputs.ref),
            by_ids=by_ids,
        )
        return cls(
            inputs=inputs,
            options=options,
            by_ids=by_ids,
            desired=desired,
            live=live,
            sent=sent,
            stated=stated,
        )

    def expecting(self, document: Document) -> "Comparison":
        """Return the comparison with *document* as live's, which shows the same parts."""
        live = self.inputs.live
        if live.document is None:
            return self
        shown = replace(live.document, document=document)
        return Comparison.of(replace(self.inputs, live=replace(live, document=shown)), self.options)

    @property
    def name(self) -> str:
        """The source's name."""
        return self.inputs.ref.name

    @property
    def elsewhere(self) -> Mapping[str, str]:
        """The external ids in use outside its object schema, each with its location."""
        return self.inputs.around.elsewhere

    @property
    def creates(self) -> bool:
        """Whether no mapping is configured: by the config status, offline by the document."""
        return _creates(self.inputs.live)

    @property
    def is_blank(self) -> bool:
        """Whether nothing lives where it is to be: its object schema is empty."""
        return self.inputs.live.document is None

    @property
    def shown(self) -> frozenset[str]:
        """The write-only parts that live shows."""
        live = self.inputs.live.document
        return live.shown if live else WRITE_ONLY

    @property
    def settings(self) -> dict[str, tuple[str, ...]]:
        """What the UI has, by name, of each mapping that a PATCH may overwrite, by its type."""
        known = self.inputs.live.description
        names = known.settings if known else {}
        return {
            key: tuple(sorted(names[self.live.types[key].element.name]))
            for key in self.live.mappings
            if key in self.live.types and self.live.types[key].element.name in names
        }

    @property
    def sides(self) -> Sides:
        """Both sides as they are compared."""
        return Sides(
            source=self.name,
            desired=self.desired,
            live=self.live,
            shown=self.shown,
            sent=self.sent,
            stated=None if self.stated is None else last_sent([self.stated]),
            names_schema=self.names_schema,
        )

    @property
    def names_schema(self) -> bool:
        """Whether the object schema is to be called as the manifest says (`policy.schema`).

        Not by a source that is yet to be created: what it finds is not its own.
        """
        allowed = self.options.policy.schema.of(SchemaKind.OBJECT_SCHEMA) is Permission.ALLOW
        kinds = (each.element.kind for each in self.inputs.targets)
        return allowed and not self.creates and ElementKind.OBJECT_SCHEMA in kinds

    def sides_shown(self) -> Sides:
        """Return both sides with live as it is shown, without last sent values filled in."""
        live = self.inputs.live.document
        return self.sides_against(live.document if live else None)

    def sides_against(self, live: Document | None) -> Sides:
        """Return both sides with *live* instead, present or future; None keeps live itself."""
        if live is None or live is self.live.document:
            return self.sides
        desired, live_side = align(
            self.inputs.desired,
            live,
            seed=seed_of(self.inputs.ref),
            by_ids=self.by_ids,
            known=self.desired,
        )
        return replace(self.sides, desired=desired, live=live_side)


def has_ids(document: Document) -> bool:
    """Return whether any type or attribute but the system `Key` has an external id."""
    return any(
        t.external_id or any(a.external_id and not a.is_system for a in t.attributes)
        for t, _ in walk_types(document.object_types)
    )


def seed_of(ref: SourceRef) -> str:
    """Return the seed of the deterministic ids of new elements (design.md#ids)."""
    return ref.import_source_id or ref.name


def _creates(live: Live) -> bool:
    if live.status is None:
        return live.document is None
    return live.status is ConfigStatus.MISSING_MAPPING


def _memory(inputs: SourceInput, options: PlanOptions) -> tuple[LastSent, Document | None]:
    """Return what was sent of what live hides, and what the base's manifest had beside it.

    If all of it is sent anyway, by a PUT or on request, none of it is left unknown.
    """
    base = inputs.baseline
    if inputs.live.document is None:
        return NOTHING_SENT, None
    sent, stated = (base.last_sent, base.stated) if base else (NOTHING_SENT, None)
    if options.resend_write_only:
        sent = sent.apart_from(inputs.desired)
    return sent, Document() if options.resend_write_only or _creates(inputs.live) else stated


def evidence_of(
    comparison: Comparison, found: Iterable[Difference], *, others: Iterable[str], claims: bool
) -> Evidence:
    """Return what *comparison* was made from as its plan keeps it: both documents, and the rest.

    Of what is around the source only what matters is kept: the *others* that were left alone,
    the ids of the manifest in use elsewhere, the premises if something is claimed, and the targets
    that *found* is about.
    """
    around = comparison.inputs.around
    live, sent = comparison.inputs.live.document, comparison.sent
    remembered = Document()
    if sent != NOTHING_SENT:
        # Statuses and icons by name: those that live shows besides were not sent.
        remembered = replace(
            hidden_parts(comparison.live.document),
            icons=ICON.ordered(sent.icons.values()),
            statuses=STATUS.ordered(sent.statuses.values()),
        )
    stated = comparison.stated
    keys: set[str | None] = set()
    if comparison.inputs.targets:
        keys = {d.attribute_key or d.type_key or d.names[-1] for d in found}
    return Evidence(
        desired=DocumentJson(comparison.inputs.desired),
        live=DocumentJson(live.document) if live else None,
        shown=tuple(sorted(live.shown)) if live else (),
        remembered=DocumentJson(remembered) if remembered != Document() else None,
        stated=None if stated is None else DocumentJson(hidden_parts(stated)),
        others=tuple(sorted(set(others))),
        elsewhere=tuple(sorted(around.elsewhere.keys() & _ids(comparison.desired)))
        if around.elsewhere
        else (),
        premises=around.premises if claims else (),
        settings={
            comparison.live.types[key].element.name: names
            for key, names in sorted(comparison.settings.items())
            if key in comparison.desired.mappings
        },
        facts=_deciding(comparison, found),
        targets=_in_order(t for t in comparison.inputs.targets if t.key[1] in keys),
    )


def _deciding(comparison: Comparison, found: Iterable[Difference]) -> Facts:
    """Return those of the site's facts that are about a difference, or about the verb."""
    facts = comparison.inputs.facts
    asked = {OF_ROW.get(d.row) for d in found} if facts else set()
    if comparison.creates and not comparison.is_blank:
        asked = {Question.PUT_BESIDE_TYPES}
    return {name: facts[name] for name in sorted(facts) if name in asked}


def _in_order(targets: Iterable[SchemaTarget]) -> tuple[SchemaTarget, ...]:
    """Return *targets* by id, each once."""
    found = {(t.element.kind, t.element.id): t for t in targets}
    return tuple(found[key] for key in sorted(found))


def _ids(side: Side) -> set[str | None]:
    nodes = side.types.values()
    ids = {node.element.external_id for node in nodes}
    return ids | {a.external_id for node in nodes for a in node.attributes.values()}


def live_at_planning(plan: SourcePlan) -> LiveDocument | None:
    """Return live at the time *plan* was made, None if nothing was configured."""
    if plan.evidence.live is None:
        return None
    return LiveDocument(
        document=read_document(plan.evidence.live),
        shown=WRITE_ONLY.intersection(plan.evidence.shown),
    )


def inputs_of(plan: SourcePlan, live: LiveDocument | None) -> SourceInput:
    """Return what *plan* was made from, with *live* in place of live then.

    Who moved since the base is not in a plan, nor where its manifest has what.
    """
    known, stated = plan.evidence.remembered, plan.evidence.stated
    tried = {c.address: c.after for c in plan.changes if c.rule == RuleCode.ATTEMPT_WITHOUT_EFFECT}
    held = any(c.rule == RuleCode.NOT_DRIFTED for c in plan.changes)
    return SourceInput(
        ref=SourceRef(
            name=plan.source,
            import_source_id=plan.import_source_id,
            workspace_id=plan.workspace_id,
        ),
        desired=read_document(plan.evidence.desired),
        live=Live(
            status=plan.config_status,
            document=live,
            description=Description(
                settings={
                    name: dict.fromkeys(keys) for name, keys in plan.evidence.settings.items()
                }
            ),
        ),
        baseline=Baseline(
            name="plan",
            desired=None,
            last_sent=last_sent([read_document(known)]) if known else NOTHING_SENT,
            stated=read_document(stated) if stated is not None else None,
            ineffective=tried,
        )
        if known or tried or stated is not None
        else None,
        only=frozenset(c.address for c in plan.changes if c.rule != RuleCode.NOT_DRIFTED)
        if held
        else None,
        around=Surroundings(
            object_schema=plan.object_schema,
            others=dict.fromkeys(plan.evidence.others, "another source"),
            elsewhere=dict.fromkeys(plan.evidence.elsewhere, "another object schema"),
            premises=plan.evidence.premises,
        ),
        facts=plan.evidence.facts,
        targets=plan.evidence.targets,
        reads_assets=bool(plan.evidence.targets),
    )


def comparison_of(plan: SourcePlan, live: LiveDocument | None) -> Comparison:
    """Return the comparison that *plan*'s operation was made from, with *live* for live then.

    The schema operations before it are taken to be done.
    """
    sync = plan.operation is not None and not plan.operation.query
    if live is not None and (before := plan.schema_operations_in(Phase.BEFORE)):
        live = replace(live, document=after_operations(live.document, before))
    return Comparison.of(inputs_of(plan, live), PlanOptions(sync=sync))
