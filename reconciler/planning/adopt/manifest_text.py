"""What is live as a manifest's text: a new one, or one that is there moved to live.

Pure. Nothing is returned that would not plan empty against the same live: each text
is read again, checked, and compared by the planner.
"""

from dataclasses import dataclass
from typing import Any

from reconciler.diagnostics import errors_in
from reconciler.errors import ReconcilerError
from reconciler.manifest.draft import draft_of
from reconciler.manifest.load import check_text
from reconciler.manifest.minimal_form import new_manifest
from reconciler.manifest.text.editor import edit_text
from reconciler.manifest.text.yaml_writer import yaml_text
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import has_external_ids, read_document
from reconciler.planning.adopt.edits import left_open, moved_to_live

_MOST_TOLD = 5
_WITHOUT_IDS = (
    "a manifest without external ids cannot say everything: move it away and pull again, "
    "and the new one has live's ids"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Adopted:
    """A manifest's text that says what live says, and how many differences that took."""

    text: str
    document: Document
    settled: int


def adopted(source: str, live: LiveDocument, *, file: str) -> Adopted:
    """Return a new manifest of *source*, to stand in *file*.

    Raises ReconcilerError where live holds what no manifest can say.
    """
    text = yaml_text(new_manifest(source, live.document))
    return Adopted(text=text, document=_proved(source, text, live, file=file, advice=""), settled=0)


def updated(source: str, text: str, live: LiveDocument, *, file: str) -> Adopted:
    """Return the valid manifest *text* of *source*, which stands in *file*, moved to live.

    The same text where nothing differs. Raises ReconcilerError where live holds what this
    manifest cannot say, or where the text is written so that it cannot be edited.
    """
    payload = _payload(text, file)
    moved = moved_to_live(source, payload, live)
    if not moved.edits:
        return Adopted(text=text, document=read_document(payload), settled=0)
    new = edit_text(text, moved.edits, file=file)
    advice = "" if has_external_ids(payload) else _WITHOUT_IDS
    document = _proved(source, new, live, file=file, advice=advice)
    return Adopted(text=new, document=document, settled=len(moved.settled))


def _proved(source: str, text: str, live: LiveDocument, *, file: str, advice: str) -> Document:
    """Return the document of *text*. Raises ReconcilerError where it is not what is live."""
    reasons = [fault.text for fault in errors_in(check_text(text, file=file))]
    if not reasons:
        payload = _payload(text, file)
        reasons = [f"{each.address} differs" for each in left_open(source, payload, live)]
        if not reasons:
            return read_document(payload)
    told = reasons[:_MOST_TOLD]
    if len(reasons) > len(told):
        told.append(f"and {len(reasons) - len(told)} more")
    raise ReconcilerError(
        f"live holds what {file} cannot say, so it was not written",
        hint="\n".join(filter(None, (*told, advice))),
    )


def _payload(text: str, file: str) -> dict[str, Any]:
    draft = draft_of(text, file=file)
    assert draft is not None, "it is a manifest"  # noqa: S101 - so say the docstrings
    return draft.payload()
