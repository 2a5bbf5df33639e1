"""The reports that `--format` and `--output` request, printed and written.

On GitHub Actions a report is also appended to the step's summary page.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from reconciler.app.files import append, check_output, replace_atomically, write_atomically
from reconciler.app.repository import names_from_root
from reconciler.cli.failures import FAILURES
from reconciler.cli.settings import Settings
from reconciler.errors import ManifestError, ReconcilerError
from reconciler.manifest.text.file import read_text
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.formats import Format, ReportKind, pieces_of
from reconciler.render.terminal import Screen
from reconciler.value import Value, replace

_SUMMARY = "GITHUB_STEP_SUMMARY"

R = TypeVar("R")
Outputs = tuple[tuple[Format, Path], ...]


class Reports(Value, Generic[R]):
    """The reports requested by `--format` and `--output`."""

    kind: ReportKind[R]
    format_: Format
    outputs: Outputs

    def telling(self, text: Callable[[R, Screen], None]) -> "Reports[R]":
        """Return the same with the text that *text* writes."""
        return replace(self, kind=self.kind._replace(text=text))

    def has(self, format_: Format) -> bool:
        """Whether a report in *format_* is requested."""
        return format_ in {self.format_, *(each for each, _ in self.outputs)}

    @property
    def is_text_alone(self) -> bool:
        """Whether nothing is requested but a text on the screen."""
        return self.format_ is Format.TEXT and not self.outputs

    def check(self) -> None:
        """Raise what `show` would raise for files that cannot be written."""
        _raise_all(self._failures(lambda _, path: check_output(path)))

    def show(self, report: R, settings: Settings) -> None:
        """Print *report*, below it its diagnostics, and write it, even a failed one.

        See design.md#a-check-that-fails-open.
        Raises ReconcilerError if a file cannot be written, an ExceptionGroup if there are several.
        """
        print_report(self.kind, report, self.format_, settings)
        write_diagnostics(self.kind.below(report), settings.err)
        _raise_all(self.unwritten(report, settings))

    def tell_failure(self, report: R, error: Exception, settings: Settings) -> None:
        """Print and write the *report* of *error*, which is raised afterwards.

        In text format it is reported on standard error, as every error is.
        """
        if self.format_ is not Format.TEXT:
            print_report(self.kind, report, self.format_, settings)
        try:
            _raise_all(self.unwritten(report, settings))
        except FAILURES as second:
            if self.kind.outputs_apart:
                raise ExceptionGroup("a run and its reports", [error, second]) from None
            raise

    def unwritten(self, report: R, settings: Settings) -> list[ReconcilerError]:
        """Write *report* for each `--output`; return the errors of those that failed."""
        return self._failures(
            lambda format_, path: _write(self.kind, report, format_, path, settings)
        )

    def _failures(self, work: Callable[[Format, Path], None]) -> list[ReconcilerError]:
        failed: list[ReconcilerError] = []
        for format_, path in self.outputs:
            try:
                work(format_, path)
            except ReconcilerError as error:
                failed.append(error)
                if not self.kind.outputs_apart:
                    break
        return failed


def _raise_all(failed: list[ReconcilerError]) -> None:
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise ExceptionGroup("reports that could not be written", failed)


def print_report(kind: ReportKind[R], report: R, format_: Format, settings: Settings) -> None:
    """Print *report* in *format_*, and append its short form to the step's summary."""
    if format_ is Format.TEXT:
        kind.text(report, settings.out)
        return
    settings.out.pieces(_pieces(kind, report, format_, settings))
    summary = kind.rows[format_].summary
    if summary is not None:
        short = summary(report)
        append_step_summary(
            lambda: "".join(_pieces(kind, short, Format.MARKDOWN, settings)), os.environ
        )


def append_step_summary(report: Callable[[], str], environ: Mapping[str, str]) -> None:
    """Append *report* to the summary of this step; do nothing outside of Actions.

    Raises ReconcilerError if the file cannot be written.
    """
    name = environ.get(_SUMMARY)
    if not name:
        return
    append(Path(name), report())


def _pieces(kind: ReportKind[R], report: R, format_: Format, settings: Settings) -> Iterable[str]:
    return pieces_of(kind, report, format_, names_from_root(settings.started))


def _write(kind: ReportKind[R], report: R, format_: Format, path: Path, settings: Settings) -> None:
    over = kind.rows[format_].over if format_ in kind.rows else None
    if over is None:
        write_atomically(path, _pieces(kind, report, format_, settings))
    else:
        # The program that reads the file runs as another user.
        replace_atomically(path, over(report, _text_of(path)))


def _text_of(path: Path) -> str:
    """Return the content of *path*, nothing if it cannot be read."""
    try:
        return read_text(path, file=str(path))
    except ManifestError:
        return ""
