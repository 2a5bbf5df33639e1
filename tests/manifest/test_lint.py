"""Lint of one code in one manifest is written once; errors, and remarks of a run, one by one."""

import io

from reconciler.codes.file import FileCode
from reconciler.codes.manifest import ManifestCode
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.terminal import Screen
from reconciler.value import replace


def no_label(line: int, file: str = "a.yaml", source: str | None = "a") -> Diagnostic:
    """Return the warning about the object type on that *line*."""
    text = f'object type "{line}" has no label'
    return ManifestCode.NO_LABEL.diagnostic(
        text, hint="label it", file=file, place=(line, 7), source=source
    )


def written(*diagnostics: Diagnostic) -> str:
    stream = io.StringIO()
    write_diagnostics(diagnostics, Screen(stream=stream))
    return stream.getvalue()


def test_the_first_of_a_code_stands_for_all_in_its_manifest() -> None:
    """A part of the manifest is of it, too."""
    found = [*map(no_label, range(10, 31)), no_label(2, "b.yaml", "b"), no_label(3, "a/part.yaml")]
    assert written(*found) == (
        'a.yaml:10:7: warning[no-label]: object type "10" has no label\n'
        "    label it\n"
        "    the first of 22 in this manifest, the others on lines 11, 12, 13, 14, 15, …\n"
        'b.yaml:2:7: warning[no-label]: object type "2" has no label\n'
        "    label it\n"
        "21 more warnings: reconciler validate --format json lists all\n"
    )


def test_what_stops_or_is_about_the_run_is_written_one_by_one() -> None:
    renames = [
        RunCode.PROBABLE_RENAME.diagnostic(f"rename {n}", file="a.yaml", source="a") for n in "12"
    ]
    errors = [replace(no_label(n), severity=Severity.ERROR) for n in (1, 2)]
    key = FileCode.UNKNOWN_KEY.diagnostic("a key", file="a.yaml", place=(3, 1), source="a")
    text = written(*renames, *errors, key)
    assert text.count("\n") == 7
    assert "more" not in text
