"""The page that GitHub Actions shows for a step: what is appended to a file is on it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from reconciler.errors import ReconcilerError

VARIABLE = "GITHUB_STEP_SUMMARY"


def append_step_summary(report: Callable[[], str], environ: Mapping[str, str]) -> None:
    """Append *report* to the summary of this step; without one nothing is made.

    Raises ReconcilerError where the file cannot be written.
    """
    name = environ.get(VARIABLE)
    if not name:
        return
    text = report()
    try:
        with Path(name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise ReconcilerError(f"{name} ({VARIABLE}) cannot be written: {error.strerror}") from error
