"""The view of a plan, which decides once what every format prints.

A plan becomes frozen rows in groups, with marks, notes, reasons and the sentences of a source.
Text, Markdown and HTML only lay them out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from reconciler.model.address import Address
from reconciler.planning.change import LEFT_OPEN, Change, Kind, Verdict, unknown_parts
from reconciler.planning.diff.relocations import relocated_mappings
from reconciler.planning.numbering import impossible
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.plan import Action, Plan, SourcePlan, Summary
from reconciler.planning.verdict.rules import rule_of
from reconciler.render.importance import by_importance, of_source
from reconciler.render.plan.footer import allowance, along, proof, unchanged, unknown
from reconciler.render.plan.groups import Group, grouped
from reconciler.render.plan.operation_words import headline, operations_of
from reconciler.render.plan.symbols import (
    ACTIONS,
    BY_OPERATION,
    Mark,
    Note,
    mark_of,
    name_path,
    named_label,
    notes,
    verb,
)
from reconciler.render.plan.tree import ManifestView, key_of
from reconciler.render.plan.values import Contrast, contrast
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import Style
from reconciler.semantics.rules import RuleCode
from reconciler.value import Value, replace


def why(change: Change) -> tuple[str, ...]:
    """Return the reason of a change that is left open, then its remedy, if any."""
    return tuple(filter(None, (why_not_sent(change), change.remedy)))


def why_not_sent(change: Change) -> str:
    """Return why a change is not sent, with the grade of that knowledge."""
    if change.predicted_code:
        return f"the API would answer {change.predicted_code} ({change.confidence})"
    text = f"{rule_of(change).text} ({change.confidence})"
    if change.rule == RuleCode.NOT_DRIFTED:
        return RuleCode.NOT_DRIFTED.sentence
    if change.verdict is Verdict.IGNORED and change.rule != RuleCode.UNKNOWN_KEY:
        return f"skipped, as policy.undocumented has it: {text}"
    return text


# `moved to `, then the label of the other end.
Move = tuple[tuple[str, Style], ...]


def relocation_notes(source: SourcePlan) -> Mapping[Address, Move]:
    """Return, by address, the notes of moved mappings on both ends: `moved to Owner  a/owner`."""
    relocated = relocated_mappings(source.changes)
    ends = relocated.keys() | set(relocated.values())
    changes = {c.address: c for c in source.changes if c.field is None and c.address in ends}
    notes: dict[Address, Move] = {}
    for old, new in relocated.items():
        removed, come = changes[old], changes[new]
        notes[old] = _move("moved to ", come, seen_from=removed)
        notes[new] = _move("moved from ", removed, seen_from=come)
    return notes


def _move(way: str, change: Change, *, seen_from: Change) -> Move:
    """Return the other end, by its name alone if both are of the same type."""
    of_one_type = change.names[:-1] == seen_from.names[:-1]
    alone = change.kind is Kind.ATTRIBUTE_MAPPING and of_one_type
    name = change.names[-1] if alone else name_path(change)
    return (way, Style.CHANGE), *named_label(name, key_of(change))


class PlanOutcome(StrEnum):
    """The outcome of a plan, the most important first."""

    ERRORED = "errored"
    BLOCKED = "blocked"
    CHANGES = "changes"
    # Nothing is sent, but differences remain.
    STAYS = "stays"
    NOTHING = "nothing"


NO_STORIES: Mapping[Address, int] = {}


class ChangeRow(Value):
    """The row of one change. `number` is its index among the changes of its source.

    `contrast` is how a field differs, None for a whole element; `moved` is where its mapping
    moved. `why` has the reason and the remedy, if any, of a change that is left open; `repeats`
    is whether an earlier row has the same. `consequence` is the meaning of the risk, once for
    each kind of risk, and `story` the number by which `explain` knows what is impossible.
    """

    change: Change
    number: int
    mark: Mark
    contrast: Contrast | None
    notes: tuple[Note, ...]
    moved: Move
    why: tuple[str, ...]
    repeats: bool
    consequence: str | None
    story: int | None = None

    @property
    def key(self) -> str | None:
        """The key of its element, unless the names say the same."""
        return key_of(self.change)


class SourceView(Value):
    """One source: its changes in groups, and apart from them the residual.

    `operations` are its schema operations, each with the rows of the changes that it settles.
    `ids` are the import source and, where sources differ in it, the workspace, with their words.
    The sentences say what --allow-residual would do, what the body holds besides the changes,
    of what live shows nothing, how much is unchanged, and what is proved about live after the
    operation; None if they do not apply.
    """

    planned: SourcePlan
    ids: tuple[tuple[str, str], ...]
    mark: Mark
    verb: str
    groups: tuple[Group[ChangeRow], ...]
    operations: tuple[tuple[SchemaOperation, tuple[ChangeRow, ...]], ...]
    out_of_reach: tuple[ChangeRow, ...]
    allowance: str | None
    along: str | None
    unknown: str | None
    unchanged: str | None
    proof: str | None

    @property
    def is_unchanged(self) -> bool:
        """Whether there is nothing to say of it but that it has no differences."""
        return not (
            self.planned.action is not Action.NO_OP
            or self.groups
            or self.out_of_reach
            or self.unknown
            or self.planned.data_effect
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences below the changes that apply, apart from what may be allowed."""
        return tuple(filter(None, (self.along, self.unknown, self.unchanged, self.proof)))

    @property
    def rows(self) -> tuple[ChangeRow, ...]:
        """All rows in the order of the plan."""
        within = (row for group in self.groups for row in group.rows)
        settled = (row for _, rows in self.operations for row in rows)
        every = (*settled, *within, *self.out_of_reach)
        return tuple(sorted(every, key=lambda row: row.number))

    @property
    def overwriting(self) -> tuple[ChangeRow, ...]:
        """The rows of what is sent that overwrite an edit made in Assets."""
        return tuple(row for row in self.rows if self.planned.overwrites(row.change))

    @property
    def left(self) -> str:
        """The sentence above the residual."""
        remain = "remains" if len(self.out_of_reach) == 1 else "remain"
        return f"not applied: {count(len(self.out_of_reach), 'difference')} {remain}"


class PlanView(Value):
    """A plan with its outcome and its last line.

    `workspace` is that of all its sources, None if they differ or nobody knows it. `idle` is the
    sentence of a plan that sends nothing: what stays, and what nobody knows. `headline` counts its
    schema operations and what they lose, `overwrites` the changes that overwrite an edit made in
    Assets; None without any.
    """

    plan: Plan
    workspace: str | None
    outcome: PlanOutcome
    idle: str
    count_line: str
    headline: str | None
    overwrites: str | None
    sources: tuple[SourceView, ...]


def plan_view(plan: Plan) -> PlanView:
    """Return the view of *plan*."""
    said, overwritten = headline(operations_of(plan)), _overwrites(plan)
    stories = {address: at for at, address in enumerate(impossible(plan), start=1)}
    workspaces = {source.workspace_id for source in plan.sources}
    common = next(iter(workspaces)) if len(workspaces) == 1 else None
    return PlanView(
        plan=plan,
        workspace=None if common is None else shorten(common),
        outcome=outcome_of(plan),
        idle=idle_text(plan),
        count_line=_count_line(plan.summary, said, overwritten),
        headline=said,
        overwrites=overwritten,
        sources=tuple(
            source_view(source, workspace=common, stories=stories) for source in plan.sources
        ),
    )


def _count_line(summary: Summary, *others: str | None) -> str:
    numbers = (
        (summary.create, "to create"),
        (summary.update, "to update"),
        (summary.no_op, "unchanged"),
        (summary.blocked, "blocked"),
    )
    parts = ", ".join(f"{number} {word}" for number, word in numbers if number)
    return f"Plan: {'; '.join(filter(None, (parts or 'no sources', *others)))}."


def _overwrites(plan: Plan) -> str | None:
    number = sum(s.overwrites(change) for s in plan.sources for change in s.changes)
    verb, what = ("overwrites", "an edit") if number == 1 else ("overwrite", "edits")
    return f"{count(number, 'change')} {verb} {what} made in Assets" if number else None


def by_urgency(sources: Iterable[SourceView]) -> list[SourceView]:
    """Return *sources*: what is blocked, then by the risk and the action of what is sent."""
    return sorted(
        by_importance(sources, lambda view: of_source(view.planned)),
        key=lambda view: view.planned.action is not Action.BLOCKED,
    )


def outcome_of(plan: Plan) -> PlanOutcome:
    """Return the outcome of *plan*."""
    if plan.errored:
        return PlanOutcome.ERRORED
    if plan.blocked:
        return PlanOutcome.BLOCKED
    if plan.has_changes:
        return PlanOutcome.CHANGES
    return PlanOutcome.STAYS if _staying(plan) else PlanOutcome.NOTHING


def source_view(
    source: SourcePlan, *, workspace: str | None = None, stories: Mapping[Address, int] = NO_STORIES
) -> SourceView:
    """Return the view of *source*; *workspace* is named for the whole plan.

    *stories* are the numbers of impossible changes in the plan.
    """
    residual = _residual(source)
    apart = _out_of_reach(source, residual)
    those = set(map(id, apart))
    within = [c for c in source.changes if id(c) not in those]
    if settled := {a for each in source.schema_operations for a in each.settles}:
        within = [c for c in within if c.address not in settled]
    row = _Rows(source, residual, stories)
    operations = _operations(source, row)
    return SourceView(
        planned=source,
        ids=tuple(_ids(source, workspace)),
        mark=ACTIONS[source.action],
        verb=verb(source),
        operations=operations,
        groups=grouped(within, row, ManifestView(source)),
        out_of_reach=tuple(map(row, apart)),
        allowance=allowance(source),
        along=along(source),
        unknown=unknown(source),
        unchanged=unchanged(source),
        proof=proof(source),
    )


def _operations(
    source: SourcePlan, row: Callable[[Change], ChangeRow]
) -> tuple[tuple[SchemaOperation, tuple[ChangeRow, ...]], ...]:
    changes = {c.address: c for c in source.changes} if source.schema_operations else {}

    def settled(address: Address) -> ChangeRow:
        found = row(changes[address])
        return replace(found, notes=tuple(n for n in found.notes if n != BY_OPERATION))

    return tuple((each, tuple(map(settled, each.settles))) for each in source.schema_operations)


def _ids(source: SourcePlan, workspace: str | None) -> Iterator[tuple[str, str]]:
    if source.import_source_id is not None:
        name, schema = source.import_source_name, source.object_schema
        named = name is not None and name != source.import_source_id
        called = f" ({shorten(name)})" if named and name else ""
        within = f", object schema {shorten(schema)}" if named and schema else ""
        yield "import source", f"{shorten(source.import_source_id)}{called}{within}"
    if source.workspace_id not in {None, workspace}:
        yield "workspace", shorten(source.workspace_id or "")


def _staying(plan: Plan) -> int:
    return sum(len(source.residual) for source in plan.sources)


def idle_text(plan: Plan) -> str:
    """Return what there is to say of *plan* if it sends nothing, without a full stop."""
    left = [f"{count(staying, 'difference')} will stay"] if (staying := _staying(plan)) else []
    numbers = sum((Counter(s.unknown) for s in plan.sources), Counter[str]())
    left += [unknown_parts(numbers)] if numbers else []
    if not left:
        return "Nothing to do: no differences"
    return "; ".join(("Nothing to send", *left))


def _residual(source: SourcePlan) -> tuple[Change, ...]:
    """Return the residual; what is a change too is the same object, also in a plan from a file."""
    verdicts = {c.verdict for c in source.residual}
    known = {(c.address, c.verdict): c for c in source.changes if c.verdict in verdicts}
    return tuple(known.get((c.address, c.verdict), c) for c in source.residual)


def _out_of_reach(source: SourcePlan, residual: Sequence[Change]) -> Sequence[Change]:
    """Return the *residual* differences that are shown apart.

    A change that blocks its source is not: it stays in its place, since that is what to act on.
    """
    if source.action is not Action.BLOCKED:
        return residual
    blocking = {id(c) for c in source.changes if c.verdict is Verdict.IMPOSSIBLE}
    return [c for c in residual if id(c) not in blocking]


class _Rows:
    """Builds the rows of a source in the order in which they are shown.

    It knows changes by identity: there are many, and the hash of an address takes time.
    """

    def __init__(
        self, source: SourcePlan, residual: Sequence[Change], stories: Mapping[Address, int]
    ) -> None:
        self._stories = stories
        self._moved = relocation_notes(source)
        known = dict.fromkeys(map(id, (*source.changes, *residual)))
        self._number = {key: at for at, key in enumerate(known)}
        self._whys: set[tuple[str, ...]] = set()
        self._risks: set[str | None] = set()

    def __call__(self, change: Change) -> ChangeRow:
        is_open = change.verdict in LEFT_OPEN or change.verdict is Verdict.WRITE_ONLY
        reasons = why(change) if is_open else ()
        risk = change.risk_text
        row = ChangeRow(
            change=change,
            number=self._number[id(change)],
            mark=mark_of(change),
            contrast=contrast(change.field, change.before, change.after),
            notes=notes(change),
            moved=self._moved.get(change.address, ()) if self._moved else (),
            why=reasons,
            repeats=reasons in self._whys,
            consequence=None if risk in self._risks else risk,
            story=self._stories.get(change.address) if self._stories else None,
        )
        self._whys.add(reasons)
        self._risks.add(risk)
        return row
