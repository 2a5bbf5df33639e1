"""`schema`: print one of our JSON Schemas."""

import json

from reconciler.cli.settings import Settings
from reconciler.manifest import schemas


def schema(settings: Settings, *, kind: str) -> int:
    """Run the command and return its exit code."""
    settings.out.raw(json.dumps(schemas.schema(kind), indent=2) + "\n")
    return 0
