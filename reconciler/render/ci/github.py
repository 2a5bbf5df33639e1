"""Workflow commands, which GitHub Actions shows beside the lines of a pull request."""

from collections.abc import Iterator, Sequence

from reconciler.render.ci.finding import Level, ReviewFinding, Run, finding_text, left_out
from reconciler.render.escape import escape
from reconciler.render.shorten import shorten
from reconciler.value import replace

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}

# GitHub shows this many of each level per step and silently drops the rest.
MOST_SHOWN = 10
# Sentence and help are cut to this each: a name may be of any length, and each line is in the log.
LONGEST_TEXT = 2_000


def run_github(run: Run) -> str:
    """Return the findings of *run* as workflow commands, level by level, one per line."""
    lines = (line for level in Level for line in _of_level(level, run.findings))
    return "".join(f"{line}\n" for line in lines)


def _of_level(level: Level, findings: Sequence[ReviewFinding]) -> Iterator[str]:
    held = [f for f in findings if f.level is level]
    if len(held) <= MOST_SHOWN:
        yield from map(_command, held)
        return
    shown = MOST_SHOWN - 1
    yield from map(_command, held[:shown])
    more = left_out(held[shown:])
    yield f"::{_COMMANDS[level]} title=reconciler::{more}; --format text has all"


def _command(finding: ReviewFinding) -> str:
    properties = {
        "file": finding.file,
        "line": finding.line,
        "col": finding.column,
        "title": finding.code,
    }
    given = ",".join(
        f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None
    )
    cut = replace(
        finding,
        text=shorten(finding.text, LONGEST_TEXT),
        help=finding.help and shorten(finding.help, LONGEST_TEXT),
    )
    return f"::{_COMMANDS[finding.level]} {given}::{_data(finding_text(cut))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(escape(text)).replace(":", "%3A").replace(",", "%2C")
