"""`doctor`: look at all that a run needs, and tell what is wrong and what to do."""

from reconciler.app.doctor.run import diagnose
from reconciler.app.selection import Selection
from reconciler.cli.report_codes import of_doctor
from reconciler.cli.reports import Reports
from reconciler.cli.settings import Settings
from reconciler.outcome.diagnosis import Diagnosis


def doctor(settings: Settings, *, selection: Selection, reports: Reports[Diagnosis]) -> int:
    """Run the command and return its exit code."""
    reports.check()
    diagnosis = diagnose(settings.environment, selection)
    reports.show(diagnosis, settings)
    return of_doctor(diagnosis)
