"""Read a JSON file that the user named, with a sentence for all that can be wrong with it."""

import json
from pathlib import Path
from typing import Any

from reconciler.errors import ReconcilerError


def read_json(path: Path, *, error: type[ReconcilerError] = ReconcilerError) -> Any:
    """Return the JSON in *path*; raises *error* where it cannot be read or is not JSON."""
    try:
        return json.loads(path.read_bytes())
    except OSError as cause:
        raise error(f"{path} cannot be read: {cause.strerror}") from cause
    except UnicodeDecodeError as cause:
        raise error(f"{path} is not UTF-8") from cause
    except json.JSONDecodeError as cause:
        place = f"{path}:{cause.lineno}:{cause.colno}"
        raise error(f"{place}: this is not JSON: {cause.msg}") from cause
    except RecursionError as cause:
        raise error(f"{path} is nested too deeply to be read") from cause
