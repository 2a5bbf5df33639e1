"""What of drift matters first, in the order of `reconciler.render.importance`."""

from reconciler.planning.drift.report import DriftFinding, SourceDrift, Standing
from reconciler.render.importance import Importance, most_important, of_risk

_STANDINGS = {
    Standing.CONFLICT: Importance.CONFLICT,
    Standing.DRIFT: Importance.DRIFT,
    Standing.UNAPPLIED: Importance.CHANGE,
    Standing.RESIDUE: Importance.OPEN,
    Standing.ACKNOWLEDGED: Importance.OPEN,
}


def of_drift(finding: DriftFinding) -> Importance:
    """Return the importance of *finding*; a risk is that of the change that takes it back."""
    risk = of_risk(finding.change) if finding.alarms else None
    return risk if risk is Importance.DATA_RISK else _STANDINGS[finding.standing]


def of_source_drift(source: SourceDrift) -> Importance:
    """Return the importance of *source*: that of the most important of its differences."""
    if source.error is not None:
        return Importance.ERROR
    return most_important(map(of_drift, source.findings))
