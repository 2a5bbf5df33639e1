"""From a comparison to the call: the body, its simulated outcome, the operation."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import quote

from reconciler.model.canonical import digest
from reconciler.model.document import Document
from reconciler.model.wire import write_document
from reconciler.planning.comparison import Case
from reconciler.planning.diff.align import new_id
from reconciler.planning.diff.difference import Difference
from reconciler.planning.operation.patch_body import patch_body
from reconciler.planning.operation.put_body import without
from reconciler.planning.operation.simulate import Simulated, simulate
from reconciler.planning.plan import Operation
from reconciler.semantics.patch import patch
from reconciler.semantics.put import put
from reconciler.semantics.response import Outcome

_GENERATED = partial(new_id, "simulated")


def body_of(case: Case, found: Sequence[Difference], sent: Sequence[Difference]) -> Document:
    """Return the body that makes *sent* and keeps live's values for the rest of *found*."""
    kept = {d.address for d in sent}
    others = [d for d in found if d.address not in kept]
    if case.creates:
        return without(case.want, others)
    return patch_body(case.sides, sent, others)


def outcome_of(case: Case, body: Document) -> Outcome:
    """Return the API's response to *body*, simulated."""
    if case.creates:
        return put(None, body, elsewhere=case.elsewhere, new_id=_GENERATED)
    return patch(case.have.document, body, elsewhere=case.elsewhere, new_id=_GENERATED)


def simulation(
    case: Case, found: Sequence[Difference], sendable: Sequence[Difference]
) -> Simulated | None:
    """Return the simulated result of sending *sendable*, None if there is nothing to send."""
    if not sendable:
        return None
    return simulate(
        sendable,
        sides=(case.want, case.have),
        build=partial(body_of, case, found),
        send=partial(outcome_of, case),
    )


def operation_of(case: Case, document: Document) -> Operation:
    """Return the call that sends *document*."""
    body = write_document(document)
    name = case.given.ref.import_source_id
    return Operation(
        method="PUT" if case.creates else "PATCH",
        path=f"importsource/{quote(name, safe='') if name else '{importSourceId}'}/mapping",
        query={} if case.options.sync else {"async": "true"},
        body=body,
        body_digest=digest(body),
    )
