"""What a plan claims of an operation, proved by running it on the live document.

The same functions make the claim when planning and verify it from a saved plan
(`show --verify`), without network and credentials.
"""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.codes.file import FileCode
from reconciler.codes.manifest import ManifestCode
from reconciler.codes.project import ProjectCode
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Confidence, Diagnostic, Severity
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.planning.change import Change, Edit, Kind, Verdict
from reconciler.planning.comparison import Comparison
from reconciler.planning.diff.difference import Difference
from reconciler.planning.object_schema.operation import SchemaKind, SchemaOperation
from reconciler.planning.operation.minimality import superfluous
from reconciler.planning.operation.simulate import Simulated
from reconciler.planning.plan import Certificate, Convergence, SourcePlan
from reconciler.planning.premises import PREMISES, Premise
from reconciler.semantics.questions import Question
from reconciler.semantics.response import Accepted
from reconciler.value import replace


def certify(
    comparison: Comparison,
    sent: Simulated | None,
    changes: Sequence[Change],
    left: Iterable[Difference],
    schema_operations: Sequence[SchemaOperation] = (),
) -> Certificate | None:
    """Return what is proved about sending the body of *sent* after *schema_operations*.

    None if nothing is sent. *left* are the differences that stay. Parts that live does not show
    are not counted as remaining, since nobody can see them, and neither are orphans that policy
    ignores.
    """
    accepted = sent if sent is not None and isinstance(sent.outcome, Accepted) else None
    if accepted is None and not schema_operations:
        return None
    addresses = {c.address for c in changes}
    unknown = {c.rule for c in changes if c.verdict is Verdict.PATCH_UNDOCUMENTED}
    return Certificate(
        remains=tuple(
            d.address
            for d in left
            if not d.write_only and (not d.is_orphan or d.address in addresses)
        ),
        rests_on=tuple(
            sorted(
                {
                    *unknown,
                    *_premises(comparison, changes),
                    *_of_operations(comparison, schema_operations),
                }
            )
        ),
        superfluous=_superfluous(comparison, accepted),
    )


def _of_operations(comparison: Comparison, operations: Iterable[SchemaOperation]) -> Iterator[str]:
    for each in operations:
        from reconciler.planning.object_schema.kinds import way_of  # noqa: PLC0415 - few plans have any

        way = way_of(each)
        yield from way.rests_on
        if (doubt := way.doubt(each.body)) is not None:
            yield doubt
        is_deletion = each.kind is SchemaKind.DELETE
        if is_deletion and (each.object.external_id or "") in comparison.live.mappings:
            yield Premise.MAPPING_STAYS


def _superfluous(comparison: Comparison, sent: Simulated | None) -> tuple[str, ...]:
    if sent is None or comparison.is_blank or not isinstance(sent.outcome, Accepted):
        return ()
    return tuple(superfluous(sent.body, before=_before(comparison), after=sent.outcome.live))


def convergence(
    certificate: Certificate | None,
    changes: Sequence[Change],
    residual: Sequence[Change],
    *,
    is_unknown: bool,
) -> Convergence:
    """Return the convergence that *certificate* implies for a plan with these changes.

    UNKNOWN if it depends on anything undocumented, or if it *is_unknown* whether parts that are
    not sent are live; a premise is named beside what it proves. PARTIAL if something stays:
    exactly the residual, or without an operation all differences.
    """
    if certificate is None:
        stays = bool(residual) or any(c.verdict is not Verdict.WRITE_ONLY for c in changes)
    elif _undocumented(certificate) or unannounced(certificate, residual):
        return Convergence.UNKNOWN
    else:
        stays = bool(residual)
    if stays:
        return Convergence.PARTIAL
    return Convergence.UNKNOWN if is_unknown else Convergence.PROVED


def _undocumented(certificate: Certificate) -> bool:
    return not PREMISES.keys() >= set(certificate.rests_on)


def _premises(comparison: Comparison, changes: Iterable[Change]) -> Iterator[str]:
    is_known = Question.PUT_BESIDE_TYPES in comparison.inputs.facts
    if comparison.creates and not comparison.is_blank and not is_known:
        yield Premise.PUT_BESIDE_TYPES
    # An id that lives is free for what it is already.
    adds = any(c.verdict.is_sent and c.action is Edit.ADD and c.kind in _WITH_IDS for c in changes)
    for premise in comparison.inputs.around.premises:
        if premise != Premise.IDS_FREE_ON_SITE or (adds and comparison.by_ids):
            yield premise


_WITH_IDS = (Kind.OBJECT_TYPE, Kind.ATTRIBUTE)


def with_open_questions(plan: SourcePlan, diagnostics: Iterable[Diagnostic]) -> SourcePlan:
    """Return *plan*, of which nothing is proved if *diagnostics* leave its outcome open.

    They are the plan's: those of reading the manifests, and the planner's own.
    """
    if plan.certificate is None:
        return plan
    codes = {d.code for d in diagnostics if d.source == plan.source and _leaves_open(d)}
    if not codes:
        return plan
    rests_on = tuple(sorted(codes.union(plan.certificate.rests_on)))
    return replace(
        plan,
        convergence=Convergence.UNKNOWN,
        certificate=replace(plan.certificate, rests_on=rests_on),
    )


def _leaves_open(diagnostic: Diagnostic) -> bool:
    """Return whether nobody knows what the API will do about what *diagnostic* says."""
    if diagnostic.severity is Severity.ERROR:
        return False  # it is certain, or what it is about is left out
    return diagnostic.confidence is Confidence.UNKNOWN or diagnostic.code in _OPEN


_OPEN = frozenset(
    code
    for table in (FileCode, ManifestCode, ProjectCode, RunCode)
    for code in table
    if code.confidence is Confidence.UNKNOWN
)


def unannounced(certificate: Certificate, residual: Iterable[Change]) -> tuple[Address, ...]:
    """Return the remaining addresses that are missing from the residual."""
    announced = {c.address for c in residual}
    return tuple(a for a in certificate.remains if a not in announced)


def _before(comparison: Comparison) -> Document:
    """Return live with hidden fields of types filled in, and icons and statuses as it shows them.

    An icon sent along with an `iconKey` is superfluous only if live shows it.
    """
    shown = comparison.inputs.live.document
    if shown is None:
        return comparison.live.document
    return replace(
        comparison.live.document, icons=shown.document.icons, statuses=shown.document.statuses
    )
