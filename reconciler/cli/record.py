"""`--record FILE`: the command runs as ever, and its recording is written however it ends."""

from collections.abc import Callable
from pathlib import Path

from reconciler.app.recordings.recording import Recording
from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.failures import of_exception, report_error
from reconciler.cli.settings import Settings
from reconciler.errors import ReconcilerError
from reconciler.model.display import count


def recorded(command: Callable[[], int], path: Path, settings: Settings) -> int:
    """Run *command* and return its exit code, or raise what it raises; *path* gets the recording.

    Raises ReconcilerError, before it runs, if nothing can be recorded there.
    """
    recording = Recording(path, arguments=settings.arguments, environment=settings.environment)
    try:
        with recording.watching():
            code = command()
    except BaseException as error:
        _end(recording, of_exception(error), settings)
        raise
    return _end(recording, ExitCode(code or 0), settings)


def _end(recording: Recording, code: ExitCode, settings: Settings) -> ExitCode:
    """Write the recording of a command that ended with *code*; return its code then."""
    try:
        recording.end(code)
    except ReconcilerError as error:
        return worst([code, report_error(error, settings)])
    recorder = recording.recorder
    kept = count(len(recorder.entries), "request")
    settings.err.line(f"Recorded {kept} in {recording.path.name}. Read it before you share it.")
    if recorder.left_out:
        settings.err.line(f"warning: {count(recorder.left_out, 'request')} more were not kept")
    return code
