"""Which acknowledgement keeps a difference quiet: its reason, and until when."""

from collections import defaultdict

from reconciler.manifest.project_model import Acknowledgement
from reconciler.model.address import AddressGlob
from reconciler.planning.drift import DriftReport, Finding


class Answers:
    """The acknowledgements of a report that are at work, by who answers for them."""

    def __init__(self, report: DriftReport) -> None:
        """Begin with those that kept something quiet."""
        self._of: dict[str, list[tuple[AddressGlob, Acknowledgement]]] = defaultdict(list)
        for muting in report.mutings:
            if muting.muted:
                known = muting.acknowledgement
                self._of[known.owner].append((AddressGlob.of(known.address), known))

    def for_(self, finding: Finding) -> Acknowledgement | None:
        """Return the first that matches *finding*, as `drift_of` chose it; None for none."""
        change = finding.change
        for glob, known in self._of.get(finding.acknowledged_by or "", ()):
            if known.value in ((), (change.before,)) and glob.matches(change.address):
                return known
        return None
