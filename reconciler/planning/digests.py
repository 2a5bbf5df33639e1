"""The digest by which a plan knows the live document that it was made for (design.md#digests)."""

from reconciler.model.canonical import digest
from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import write_document


def live_digest(live: LiveDocument | None) -> str:
    """Return the digest of the normalised live document, that of `null` where there is none."""
    return digest(write_document(live.document) if live else None)
