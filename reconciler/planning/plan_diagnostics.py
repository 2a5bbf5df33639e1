"""The planner's diagnostics beside the changes, with their places."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.codes.run import RunCode
from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.manifest.locations import ElementPlace
from reconciler.model.display import count, first_of, quoted
from reconciler.planning.change import Edit, Kind, Verdict, unknown_parts
from reconciler.planning.comparison import Comparison
from reconciler.planning.diff.difference import Difference
from reconciler.planning.diff.renames import Rename
from reconciler.planning.operation.simulate import Simulated, blame
from reconciler.planning.plan import SourcePlan
from reconciler.planning.verdict.manifest_place import element_place, manifest_place
from reconciler.planning.verdict.refusal_remedy import refusal_remedy
from reconciler.semantics.response import Accepted, Refusal
from reconciler.semantics.rules import RuleCode


def running(source: str) -> Diagnostic:
    """Return the warning that an import is running during planning."""
    return RunCode.IMPORT_RUNNING.diagnostic(
        f'an import of "{source}" is running; live may change meanwhile',
        hint="apply waits for its end",
        source=source,
    )


def write_only(source: str, numbers: Mapping[str, int]) -> Diagnostic:
    """Return the single remark about values that live does not show (design.md#write-only)."""
    return RunCode.WRITE_ONLY.diagnostic(
        f'{unknown_parts(numbers)} in "{source}": live does not show them, and they are not sent',
        hint="plan and apply send them with --resend-write-only",
        source=source,
    )


def not_looked_at(source: str, number: int, unseen: Sequence[str]) -> Diagnostic:
    """Return the remark that *number* orphans may belong to sources that were not read."""
    named = first_of([*map(quoted, unseen)], _MOST_NAMED)
    return RunCode.NOT_LOOKED_AT.diagnostic(
        f'{count(number, "orphan")} of "{source}" may be another source\'s; not looked at: {named}',
        source=source,
    )


def loses_nothing(plans: Iterable[SourcePlan], accepted: Iterable[str]) -> Iterator[Diagnostic]:
    """Yield a warning for each address of *accepted* where nothing is deleted.

    It is no error: the same command has to work again once the deletion is done.
    """
    settled = {
        str(change.address)
        for plan in plans
        for change in plan.changes
        if change.verdict is Verdict.SCHEMA_OPERATION and change.action is Edit.REMOVE
    }
    for address in accepted:
        if address not in settled:
            yield RunCode.LOSES_NOTHING.diagnostic(
                f"--accept-loss names {address}, where the plan deletes nothing",
                hint="see whether it is done already, or written otherwise than in the plan",
            )


def refusal_diagnostics(
    comparison: Comparison, differences: Sequence[Difference], simulated: Simulated
) -> Iterator[Diagnostic]:
    """Yield certain and possible refusals of the API, each once (api.md#refusal-codes).

    Pointers refer to the simulated body, places to the manifest. An element left out by
    --allow-residual gets a warning, because the rest is sent.
    """
    by_address = {d.address: d for d in differences}
    reported: set[tuple[str, str]] = set()
    for address, refusal in simulated.refused.items():
        if (identity := (refusal.code, refusal.pointer)) not in reported:
            reported.add(identity)
            yield _refused(comparison, refusal, by_address[address])
    if not isinstance(simulated.outcome, Accepted):
        for refusal in simulated.outcome.refusals:
            yield _refused(comparison, refusal, None)
        return
    for doubt in simulated.outcome.doubts:
        blamed = blame([doubt], differences, body=simulated.body, desired=comparison.desired)
        yield _possible(comparison, doubt, by_address[next(iter(blamed))] if blamed else None)


def _refused(comparison: Comparison, refusal: Refusal, about: Difference | None) -> Diagnostic:
    leaves_out = comparison.options.allow_residual and about is not None
    end = ", and it is left out" if leaves_out else ""
    return _placed(
        comparison,
        _place(comparison, about),
        RunCode.PREDICTED_REFUSAL,
        f"the API will refuse this: {refusal.text}{end}",
        severity=Severity.WARNING if leaves_out else None,
        hint=_other_prefix(comparison, refusal, about)
        or refusal_remedy(refusal.code, comparison.name, refusal.existing),
        refusal=refusal,
    )


def _other_prefix(comparison: Comparison, refusal: Refusal, about: Difference | None) -> str | None:
    """Return what to do if the element lives under the id of the manifest with another prefix."""
    locations = comparison.inputs.locations
    if locations is None or about is None or refusal.existing is None:
        return None
    stated = locations.id_prefix.off_id(about.attribute_key or about.type_key or "")
    lives = refusal.existing[0]
    if not stated or not lives.endswith(stated):
        return None
    prefix = lives.removesuffix(stated)
    does = f"write externalIdPrefix: {quoted(prefix)}" if prefix else "take externalIdPrefix out"
    return f"It lives there as another environment writes it: {does}, or bind the other source"


def _possible(comparison: Comparison, doubt: Refusal, about: Difference | None) -> Diagnostic:
    return _placed(
        comparison,
        _place(comparison, about),
        RunCode.POSSIBLE_REFUSAL,
        f"the API may refuse this: {doubt.text}",
        hint="if it does, nothing was changed: write one of the two as live has it, apply, "
        "then write and apply the other",
        refusal=doubt,
    )


def _place(comparison: Comparison, about: Difference | None) -> ElementPlace | None:
    locations = comparison.inputs.locations
    return manifest_place(about, locations) if about is not None and locations is not None else None


def probable_rename(comparison: Comparison, rename: Rename) -> Diagnostic:
    """Return the warning that an element is probably live already, under another name."""
    what = _NOUNS[rename.kind]
    before, after = "/".join(rename.before), "/".join(rename.after)
    keep = f"keep the name {quoted(rename.before[-1])}"
    kept = "its objects" if rename.kind is Kind.OBJECT_TYPE else "its values"
    second = f"a second {what} is created beside the old one, an orphan that keeps {kept}"
    if rename.keeps_id:
        text = f"the {what} {quoted(after)} ({rename.after_id}) is live as {quoted(before)}"
        ways = f"{_RULES[rename.kind].remedy}\nOr give it another external id: {second}"
    else:
        text = (
            f"the new {what} {quoted(after)} ({rename.after_id}) looks like {quoted(before)} "
            f"({rename.before_id}), which is live and no longer in the manifest"
        )
        keep += " and its external id"
        ways = (
            f"the API cannot rename. Either {keep};\n"
            f"or rename it in Assets under Object schemas, then take that over: "
            f"{command_line('pull', comparison.name)} "
            f"(it stays under {quoted(rename.before_id)});\nor leave it as it is: {second}"
        )
    hint = _by_operation(comparison, rename) + ways
    if rename.is_taken:
        hint = (
            f"the API cannot rename, and another {what} beside it has that name. Either {keep};\n"
            f"or give that one another name in Assets under Object schemas, then plan again"
        )
    locations = comparison.inputs.locations
    place: ElementPlace | None = None
    if locations is not None:
        ids = rename.type_key, rename.after_id
        place = element_place(locations, rename.kind, rename.after, ids, "name")
    return _placed(comparison, place, RunCode.PROBABLE_RENAME, text, hint=hint)


def _by_operation(comparison: Comparison, rename: Rename) -> str:
    """Return how a schema operation renames it; nothing where Assets itself is not read."""
    if not comparison.inputs.reads_assets or comparison.creates:
        return ""
    from reconciler.planning.object_schema.allowance import to_allow  # noqa: PLC0415 - few have it

    again = "" if rename.keeps_id else f"give it the external id {quoted(rename.before_id)}"
    allow = to_allow("rename", comparison.options.policy.schema)
    stated = " and ".join(filter(None, (again, allow)))
    does = "then reconciler renames it in Assets, and nothing is lost"
    return f"{stated}: {does}.\n" if stated else ""


def _placed(
    comparison: Comparison,
    place: ElementPlace | None,
    code: RunCode,
    text: str,
    *,
    severity: Severity | None = None,
    hint: str | None,
    refusal: Refusal | None = None,
) -> Diagnostic:
    locations = comparison.inputs.locations
    own = locations.file if locations else None
    return code.diagnostic(
        text,
        severity=severity,
        hint=hint,
        file=place.file if place else own,
        place=place and place[:2],
        pointer=refusal.pointer if refusal else None,
        source=comparison.name,
        api_code=refusal.code if refusal else None,
        confidence=refusal.confidence if refusal else None,
    )


_MOST_NAMED = 5
_RULES = {
    Kind.OBJECT_TYPE: RuleCode.OBJECT_TYPE_RENAME,
    Kind.ATTRIBUTE: RuleCode.ATTRIBUTE_RENAME,
}
_NOUNS = {Kind.OBJECT_TYPE: "object type", Kind.ATTRIBUTE: "attribute"}
