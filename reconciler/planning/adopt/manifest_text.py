"""The text of a manifest that says what is live: a new one, or an existing one edited.

Every text is read again, checked and compared by the planner before it is returned: a plan
for it against the same live is empty.
"""

from dataclasses import dataclass, replace
from typing import Any

from reconciler.diagnostics import errors_in
from reconciler.errors import ReconcilerError
from reconciler.manifest.draft import Draft, draft_of
from reconciler.manifest.load import check_text
from reconciler.manifest.minimal_form import new_manifest
from reconciler.manifest.outline import outline
from reconciler.manifest.text.editor import edit_text
from reconciler.manifest.text.yaml_writer import yaml_text
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import has_external_ids, read_document
from reconciler.planning.adopt.edits import (
    edits_to_live,
    remaining_differences,
    with_mappings_of,
)
from reconciler.planning.adopt.identity import identity_edits

_MOST_REASONS = 5
_WITHOUT_IDS = (
    "a manifest without external ids cannot say everything: move it away and pull again, "
    "and the new one has live's ids"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptedManifest:
    """The text of a manifest that equals live, and the number of differences that it settles."""

    text: str
    document: Document
    settled: int


def adopt_as_new(source: str, live: LiveDocument, *, file: str) -> AdoptedManifest:
    """Return a new manifest of *source* for the file *file*.

    Raises ReconcilerError if live has something that no manifest can express.
    """
    text = yaml_text(new_manifest(source, live.document))
    return AdoptedManifest(
        text=text, document=_proved(source, text, live, file=file, advice=""), settled=0
    )


def adopt_into(
    source: str, text: str, live: LiveDocument, *, file: str, is_mapped: bool = True
) -> AdoptedManifest:
    """Return *text*, the valid manifest of *source* in *file*, edited to say what is live.

    The text is unchanged if nothing differs. A source that is not *is_mapped* has no mapping to
    say: the manifest keeps its own, as far as live has what it fills. Raises ReconcilerError if
    live has something that this manifest cannot express, or if the notation of the text cannot
    be edited.
    """
    identities = [*identity_edits(outline(_payload(text, file)), live.document)]
    new = edit_text(text, identities, file=file) if identities else text
    payload = _payload(new, file)
    if not is_mapped:
        live = replace(live, document=with_mappings_of(source, payload, live.document))
    edits_found = edits_to_live(source, payload, live)
    if edits_found.edits:
        new = edit_text(new, edits_found.edits, file=file)
    if new == text:
        return AdoptedManifest(text=text, document=read_document(payload), settled=0)
    advice = "" if has_external_ids(payload) else _WITHOUT_IDS
    document = _proved(source, new, live, file=file, advice=advice)
    settled = len(edits_found.settled) + len(identities)
    return AdoptedManifest(text=new, document=document, settled=settled)


def _proved(source: str, text: str, live: LiveDocument, *, file: str, advice: str) -> Document:
    """Return the document of *text*. Raises ReconcilerError if it does not equal live."""
    reasons = [fault.text for fault in errors_in(check_text(text, file=file))]
    if not reasons:
        payload = _payload(text, file)
        reasons = [
            f"{each.address} differs" for each in remaining_differences(source, payload, live)
        ]
        if not reasons:
            return read_document(payload)
    first_reasons = reasons[:_MOST_REASONS]
    if len(reasons) > len(first_reasons):
        first_reasons.append(f"and {len(reasons) - len(first_reasons)} more")
    raise ReconcilerError(
        f"live holds what {file} cannot say, so it was not written",
        hint="\n".join(filter(None, (*first_reasons, advice))),
    )


def _payload(text: str, file: str) -> dict[str, Any]:
    draft = draft_of(text, file=file)
    assert isinstance(draft, Draft), "it is a manifest"  # noqa: S101 - so say the docstrings
    return draft.payload()
