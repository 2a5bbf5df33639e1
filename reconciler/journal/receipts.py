"""From the journal's receipts to planning's baseline: the third side of its comparisons."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument, parts_shown
from reconciler.model.object_schema import FROM_ASSETS
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
    own = [r for r in receipts if r.import_source_id == ref.import_source_id]
    last = own[-1] if own else None
    if last is None and commit is None:
        return None
    applied = {r.desired_digest: r.desired for r in reversed(own) if r.desired}
    base = Baseline(
        name="",
        desired=_desired(last),
        ineffective=_ineffective(own),
        manifests=tuple(applied.values()),
        deletes=frozenset(each for r in own for each in r.deletes),
    )
    if commit is not None:
        base = replace(base, name=commit.name, desired=commit.desired)
    elif last is not None:
        base = replace(base, name=f"apply of {last.ended_at}", live=_live(last))
    since = _since_created(own)
    # Schema operations send nothing of what live hides.
    manifest = _desired(next((r for r in reversed(own) if r.body is not None), None))
    # Whoever created the source sent all of its manifest: what nobody sent is not there.
    created = bool(since) and since[0].method == "PUT"
    assumed = [] if created or commit is None else [manifest or commit.desired]
    return replace(
        base,
        last_sent=last_sent([*assumed, *(known for r in since if (known := _hidden_by(r)))]),
        stated=Document() if created or commit else manifest and hidden_parts(manifest),
    )


def live_read_back(receipts: "Sequence[Receipt]") -> LiveDocument | None:
    """Return live as it was read back after the last of *receipts*, None if it was not."""
    return _live(receipts[-1]) if receipts else None


def _since_created(receipts: "Sequence[Receipt]") -> "Sequence[Receipt]":
    created = [i for i, r in enumerate(receipts) if r.method == "PUT"]
    # A lost mapping leaves the types: what was known of them the next PUT does not send again.
    begun = [i for i in created if i == created[0] or _sent_all_hidden(receipts[i])]
    return receipts[begun[-1] :] if begun else receipts


def _sent_all_hidden(receipt: "Receipt") -> bool:
    if receipt.desired is None or receipt.body is None:
        return True
    body, desired = map(read_document, (receipt.body, receipt.desired))
    return dict(hidden_values(body)) == dict(hidden_values(desired))


def _ineffective(receipts: "Iterable[Receipt]") -> dict[Address, Any]:
    """Return, by address, the value whose latest attempt had no effect."""
    last = {a.address: a for r in receipts for a in r.attempts}
    return {address: a.value for address, a in last.items() if not a.took_effect}


def _desired(receipt: "Receipt | None") -> Document | None:
    return read_document(receipt.desired) if receipt and receipt.desired else None


def _live(receipt: "Receipt") -> LiveDocument | None:
    if not receipt.live:
        return None
    shown = parts_shown(receipt.live)
    # None of them is shown as well.
    shown |= FROM_ASSETS if receipt.body is None else frozenset()
    return LiveDocument(document=read_document(receipt.live), shown=shown)


def _hidden_by(receipt: "Receipt") -> Document | LiveDocument | None:
    """Return what *receipt* tells of the parts that live hides."""
    return read_document(receipt.body) if receipt.body is not None else _live(receipt)
