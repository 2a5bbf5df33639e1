"""From the journal's receipts to planning's baseline: the third side of its comparisons."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument, parts_shown
from reconciler.model.source import SourceRef
from reconciler.model.wire import read_document
from reconciler.planning.inputs import Baseline
from reconciler.planning.last_sent import hidden_parts, hidden_values, last_sent
from reconciler.value import Value, replace

if TYPE_CHECKING:  # most plans have none
    from reconciler.outcome.records import Receipt


class Commit(Value):
    """The manifest of one source in a commit; the empty document if there is none."""

    name: str
    desired: Document


def baseline_of(
    ref: SourceRef, receipts: "Sequence[Receipt]", commit: Commit | None
) -> Baseline | None:
    """Return what is known of *ref* at an earlier time, or None.

    A *commit* is the baseline of attribution if given, otherwise the last receipt. Of the parts
    that live hides is known what was sent; where nothing was, a commit counts as applied, except
    for what the last receipt's manifest did not have yet. Receipts of another import source
    that had this name are ignored.
    """
    own = [r for r in receipts if r.operation.import_source_id == ref.import_source_id]
    last = own[-1] if own else None
    manifest = read_document(last.desired) if last and last.desired else None
    if last is None and commit is None:
        return None
    applied = {r.operation.desired_digest: r.desired for r in reversed(own) if r.desired}
    base = Baseline(
        name="",
        desired=manifest,
        ineffective=_ineffective(own),
        manifests=tuple(applied.values()),
        deletes=frozenset(each for r in own for each in r.deletes),
    )
    if commit is not None:
        base = replace(base, name=commit.name, desired=commit.desired)
    elif last is not None:
        live = _live(last.live) if last.live else None
        base = replace(base, name=f"apply of {last.operation.ended_at}", live=live)
    since = _since_created(own)
    bodies = [read_document(r.body) for r in since]
    # Whoever created the source sent all of its manifest: what nobody sent is not there.
    created = bool(since) and since[0].operation.method == "PUT"
    assumed = [] if created or commit is None else [manifest or commit.desired]
    return replace(
        base,
        last_sent=last_sent([*assumed, *bodies]),
        stated=Document() if created or commit else manifest and hidden_parts(manifest),
    )


def live_read_back(receipts: "Sequence[Receipt]") -> LiveDocument | None:
    """Return live as it was read back after the last of *receipts*, None if it was not."""
    return _live(receipts[-1].live) if receipts and receipts[-1].live else None


def _since_created(receipts: "Sequence[Receipt]") -> "Sequence[Receipt]":
    created = [i for i, r in enumerate(receipts) if r.operation.method == "PUT"]
    # A lost mapping leaves the types: what was known of them the next PUT does not send again.
    begun = [i for i in created if i == created[0] or _sent_all_hidden(receipts[i])]
    return receipts[begun[-1] :] if begun else receipts


def _sent_all_hidden(receipt: "Receipt") -> bool:
    if receipt.desired is None:
        return True
    body, desired = map(read_document, (receipt.body, receipt.desired))
    return dict(hidden_values(body)) == dict(hidden_values(desired))


def _ineffective(receipts: "Iterable[Receipt]") -> dict[Address, Any]:
    """Return, by address, the value whose latest attempt had no effect."""
    last = {a.address: a for r in receipts for a in r.attempts}
    return {address: a.value for address, a in last.items() if not a.took_effect}


def _live(raw: dict[str, Any]) -> LiveDocument:
    return LiveDocument(document=read_document(raw), shown=parts_shown(raw))
