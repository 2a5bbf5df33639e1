"""A drift report that an earlier command wrote, read from its file."""

from pathlib import Path

from reconciler.cli.json_file import read_json
from reconciler.errors import ReconcilerError
from reconciler.manifest import schemas
from reconciler.planning.drift import DriftReport
from reconciler.planning.drift_file import read_drift

_MAKE_ONE = "make one: reconciler drift --output json=FILE"


def load_report(path: Path) -> DriftReport:
    """Return the report in *path*. Raises ReconcilerError where there is none."""
    raw = read_json(path, error=ReconcilerError)
    if faults := schemas.faults("drift", raw):
        raise ReconcilerError(
            f"{path} is not a drift report: {faults[0]}",
            hint=_MAKE_ONE,
        )
    try:
        return read_drift(raw)
    except ValueError as error:
        raise ReconcilerError(f"{path} is not a drift report: {error}", hint=_MAKE_ONE) from error
