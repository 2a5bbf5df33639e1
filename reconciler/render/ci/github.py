"""Workflow commands, which GitHub Actions shows beside the lines of a pull request."""

from reconciler.render.ci.finding import Level, ReviewFinding, Run, finding_text, left_out
from reconciler.render.escape import escape
from reconciler.render.fold import fold_text, folded
from reconciler.render.importance import by_importance
from reconciler.render.shorten import shorten
from reconciler.value import replace

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}

# GitHub shows this many of each level per step and silently drops the rest.
MOST_SHOWN = 10
# Sentence and help are cut to this each: a name may be of any length, and each line is in the log.
LONGEST_TEXT = 2_000


def run_github(run: Run) -> str:
    """Return the findings of *run* as workflow commands, one per line: the most important first.

    Lint is folded. Of a level that has more than GitHub shows the last one counts the rest.
    """
    groups = folded(run.findings, lambda finding: finding.importance)
    shown: list[list[ReviewFinding]] = []
    ends: list[str] = []
    for level in Level:
        held = [group for group in groups if group[0].level is level]
        most = len(held) if len(held) <= MOST_SHOWN else MOST_SHOWN - 1
        shown += held[:most]
        if rest := [finding for group in held[most:] for finding in group]:
            more = f"{left_out(rest)}; --format json has all"
            ends.append(f"::{_COMMANDS[level]} title=reconciler::{more}")
    ordered = by_importance(shown, lambda group: group[0].importance)
    return "".join(f"{line}\n" for line in (*map(_of_group, ordered), *ends))


def _of_group(group: list[ReviewFinding]) -> str:
    text = fold_text(group)
    return _command(group[0], f"\n{text}" if text else "")


def _command(finding: ReviewFinding, end: str) -> str:
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
    return f"::{_COMMANDS[finding.level]} {given}::{_data(finding_text(cut) + end)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(escape(text)).replace(":", "%3A").replace(",", "%2C")
