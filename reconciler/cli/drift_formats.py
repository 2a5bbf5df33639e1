"""The formats of `drift`: the same names and options as those of `plan`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from reconciler.app.files import replace_atomically, write_atomically
from reconciler.app.repository import diagnostics_in, file_in, root_of
from reconciler.cli.formats import MARKDOWN_LIMIT, TEXT, late, written
from reconciler.cli.settings import Settings
from reconciler.errors import ReconcilerError
from reconciler.planning.drift.report import DriftReport
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.drift.text import write_drift_text
from reconciler.render.terminal import Screen

_PROMETHEUS = "prometheus"
_FORMATS: Mapping[str, Callable[[DriftReport], str]] = {
    "json": lambda report: late("drift.text", "drift_json", report),
    "markdown": lambda report: late(
        "markdown.drift", "drift_markdown", report, limit=MARKDOWN_LIMIT
    ),
    "html": lambda report: late("html.drift", "drift_html", report),
    "sarif": lambda report: late("ci.drift", "drift_sarif", report),
    "junit": lambda report: late("ci.drift", "drift_junit", report),
    "github": lambda report: late("ci.drift", "drift_github", report),
    "gitlab": lambda report: late("ci.drift", "drift_gitlab", report),
    _PROMETHEUS: lambda report: late("drift.prometheus", "drift_prometheus", report),
}
DRIFT_FORMATS = (TEXT, *_FORMATS)


def print_drift(report: DriftReport, format_: str, settings: Settings) -> None:
    """Print *report* in *format_*."""
    if format_ == TEXT:
        write_drift_text(report, settings.out)
    else:
        settings.out.raw(_rendered(report, format_, settings))


def write_drift_outputs(
    report: DriftReport, outputs: Iterable[tuple[str, Path]], settings: Settings
) -> None:
    """Write each `--output`, even if the report has errors.

    One that cannot be written does not stop the others; raises ReconcilerError, or an
    ExceptionGroup if there are several.
    """
    failed: list[Exception] = []
    for kind, path in outputs:
        try:
            _write(report, kind, path, settings)
        except ReconcilerError as error:
            failed.append(error)
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise ExceptionGroup("reports that could not be written", failed)


def _write(report: DriftReport, kind: str, path: Path, settings: Settings) -> None:
    if kind == _PROMETHEUS:
        text = late("drift.prometheus", "drift_prometheus", report, replaced=_text_of(path))
        # The collector that reads it is another user.
        replace_atomically(path, text)
    else:
        write_atomically(path, _rendered(report, kind, settings))


def _text_of(path: Path) -> str:
    """Return the content of *path*, nothing if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _write_all(report: DriftReport, screen: Screen) -> None:
    write_diagnostics(report.diagnostics, screen)
    write_drift_text(report, screen)


def _rendered(report: DriftReport, kind: str, settings: Settings) -> str:
    if kind == TEXT:
        return written(lambda screen: _write_all(report, screen))
    if kind == "json":
        return _FORMATS[kind](report)
    root = root_of(settings.started)
    return _FORMATS[kind](
        replace(
            report,
            sources=tuple(
                replace(s, file=file_in(root, s.file) if s.file else None) for s in report.sources
            ),
            diagnostics=diagnostics_in(root, report.diagnostics),
        )
    )
