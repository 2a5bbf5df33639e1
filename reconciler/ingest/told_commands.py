"""The commands that messages about ingestions name, as a shell takes them."""

import shlex


def ingest(verb: str, source: str) -> str:
    """Return `reconciler ingest VERB SOURCE`."""
    return f"reconciler ingest {verb} {shlex.quote(source)}"
