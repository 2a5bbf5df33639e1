"""Drift as JSON, whose schema is `reconciler schema drift`."""

from reconciler import __version__
from reconciler.planning.drift.report import DriftReport
from reconciler.planning.drift.report_file import write_drift
from reconciler.render.json_line import json_line


def drift_json(report: DriftReport) -> str:
    """Return *report* as one line of JSON."""
    return json_line(write_drift(report, tool_version=__version__))
