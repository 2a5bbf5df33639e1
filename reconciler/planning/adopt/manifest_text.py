"""The text of a manifest that says what is live: a new one, or an existing one edited.

Every text is read again, checked and compared by the planner before it is returned: a plan
for it against the same live is empty.
"""

from collections.abc import Sequence

from reconciler.diagnostics import errors_in
from reconciler.errors import ManifestError, ReconcilerError
from reconciler.manifest.draft import Draft, draft_of
from reconciler.manifest.files_editor import edit_files
from reconciler.manifest.load import check_draft
from reconciler.manifest.manifest_text import ManifestText
from reconciler.manifest.minimal_form import new_manifest
from reconciler.manifest.text.yaml_writer import yaml_text
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.planning.adopt.edits import (
    edits_to_live,
    identity_edits,
    remaining_differences,
    with_mappings_of,
)
from reconciler.value import Value, replace

_MOST_REASONS = 5
_WITHOUT_IDS = (
    "a manifest without external ids cannot say everything: move it away and pull again, "
    "and the new one has live's ids"
)


class AdoptedManifest(Value):
    """The texts of a manifest that equals live, and the number of differences that they settle."""

    texts: tuple[ManifestText, ...]
    document: Document
    settled: int

    @property
    def text(self) -> str:
        """The text of the head."""
        return self.texts[0].text


def adopt_as_new(source: str, live: LiveDocument, *, file: str) -> AdoptedManifest:
    """Return a new manifest of *source* for the file *file*.

    Raises ReconcilerError if live has something that no manifest can express.
    """
    texts = (ManifestText(file=file, stored=yaml_text(new_manifest(source, live.document))),)
    return AdoptedManifest(texts=texts, document=_proved(source, texts, live, advice=""), settled=0)


def adopt_into_manifest(
    source: str, draft: Draft, live: LiveDocument, *, is_mapped: bool = True
) -> AdoptedManifest:
    """Return the texts of *draft*, the valid manifest of *source*, edited to say what is live.

    They are unchanged if nothing differs. A source that is not *is_mapped* has no mapping to
    say: the manifest keeps its own, as far as live has what it fills. Raises ReconcilerError if
    live has something that this manifest cannot express, or if the notation of a text cannot
    be edited.
    """
    new = before = draft.texts
    identities = [*identity_edits(draft.outline, live.document)]
    if identities:
        new = edit_files(new, identities, draft.raw)
        draft = _draft(new)
    document, by_ids = draft.document, draft.outline.has_ids
    if not is_mapped:
        mapped = with_mappings_of(source, document, live.document, by_ids=by_ids)
        live = replace(live, document=mapped)
    edits_found = edits_to_live(source, draft.outline, document, live)
    if edits_found.edits:
        new = edit_files(new, edits_found.edits, draft.raw)
    if new == before:
        return AdoptedManifest(texts=before, document=document, settled=0)
    advice = "" if by_ids else _WITHOUT_IDS
    document = _proved(source, new, live, advice=advice)
    settled = len(edits_found.settled) + len(identities)
    return AdoptedManifest(texts=new, document=document, settled=settled)


def _proved(
    source: str, texts: Sequence[ManifestText], live: LiveDocument, *, advice: str
) -> Document:
    """Return the document of *texts*. Raises ReconcilerError if it does not equal live."""
    try:
        draft = _draft(texts)
        faults = check_draft(draft)
    except ManifestError as error:
        faults = error.diagnostics
    reasons = [fault.text for fault in errors_in(faults)]
    if not reasons:
        document = draft.document
        left = remaining_differences(source, document, live, by_ids=draft.outline.has_ids)
        reasons = [f"{each.address} differs" for each in left]
        if not reasons:
            return document
    first_reasons = reasons[:_MOST_REASONS]
    if len(reasons) > len(first_reasons):
        first_reasons.append(f"and {len(reasons) - len(first_reasons)} more")
    raise ReconcilerError(
        f"live holds what {', '.join(each.file for each in texts)} cannot say, so it was not "
        "written",
        hint="\n".join(filter(None, (*first_reasons, advice))),
    )


def _draft(texts: Sequence[ManifestText]) -> Draft:
    draft = draft_of(texts)
    assert isinstance(draft, Draft), "it is a manifest"  # noqa: S101 - so say the docstrings
    return draft
