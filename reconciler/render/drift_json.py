"""What drifted, as JSON on one line; its schema is `reconciler schema drift`."""

from reconciler import __version__
from reconciler.planning.drift import DriftReport
from reconciler.planning.drift_file import write_drift
from reconciler.render.apply_json import json_line


def drift_json(report: DriftReport) -> str:
    """Return *report* on one line."""
    return json_line(write_drift(report, tool_version=__version__))
