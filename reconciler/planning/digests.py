"""The digests of the two documents that a plan is made of (design.md section 6)."""

from reconciler.model.canonical import digest
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import write_document


def live_digest(live: LiveDocument | None) -> str:
    """Return the digest of the normalised live document, that of `null` where there is none."""
    return digest(write_document(live.document) if live else None)


def desired_digest(desired: Document) -> str:
    """Return the digest of what the manifest wants."""
    return digest(write_document(desired))
