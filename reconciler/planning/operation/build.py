"""From a comparison to the call: the body, its simulated outcome, the operation."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import quote

from reconciler.model.canonical import digest_bytes
from reconciler.model.document import Document
from reconciler.model.wire import DocumentJson
from reconciler.planning.comparison import Comparison
from reconciler.planning.diff.align import new_id
from reconciler.planning.diff.difference import Difference
from reconciler.planning.operation.patch_body import patch_body
from reconciler.planning.operation.put_body import without_elements
from reconciler.planning.operation.simulate import Simulated, below_refused, simulate
from reconciler.planning.plan import Operation
from reconciler.semantics.patch import patch
from reconciler.semantics.put import put
from reconciler.semantics.response import Outcome
from reconciler.value import replace

_GENERATED = partial(new_id, "simulated")


def body_of(
    comparison: Comparison, found: Sequence[Difference], sent: Sequence[Difference]
) -> Document:
    """Return the body that makes *sent* and keeps live's values for the rest of *found*."""
    kept = {d.address for d in sent}
    others = [d for d in found if d.address not in kept]
    if comparison.is_blank:
        return without_elements(comparison.desired, others)
    return patch_body(comparison.sides, sent, others)


def outcome_of(comparison: Comparison, body: Document) -> Outcome:
    """Return the API's response to *body*, simulated."""
    live = None if comparison.is_blank else comparison.live.document
    if comparison.creates or live is None:
        return put(live, body, elsewhere=comparison.elsewhere, new_id=_GENERATED)
    return patch(live, body, elsewhere=comparison.elsewhere, new_id=_GENERATED)


def simulation(
    comparison: Comparison, found: Sequence[Difference], sendable: Sequence[Difference]
) -> Simulated | None:
    """Return the simulated result of sending *sendable*, None if there is nothing to send."""
    if not sendable:
        return None
    simulated = simulate(
        sendable,
        desired=comparison.desired,
        build=partial(body_of, comparison, found),
        send=partial(outcome_of, comparison),
    )
    below = below_refused(simulated.refused, found, comparison.desired)
    return replace(simulated, refused={**simulated.refused, **below}) if below else simulated


def operation_of(comparison: Comparison, document: Document) -> Operation:
    """Return the call that sends *document*."""
    name = comparison.inputs.ref.import_source_id
    body = DocumentJson(document)
    return Operation(
        method="PUT" if comparison.creates else "PATCH",
        path=f"importsource/{quote(name, safe='') if name else '{importSourceId}'}/mapping",
        query={} if comparison.options.sync else {"async": "true"},
        body=body,
        body_digest=digest_bytes(body.canonical),
    )
