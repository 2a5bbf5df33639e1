"""A diagnosis as text, and as JSON (`reconciler schema doctor`)."""

import json
from collections.abc import Iterator

from reconciler import __version__
from reconciler.model.display import count
from reconciler.model.json_form import to_json
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, Diagnosis
from reconciler.render.escape import escape_json
from reconciler.render.shorten import shorten
from reconciler.render.terminal import Line, Screen, Style

FORMAT_VERSION = "1.0"
_STYLES = {
    CheckLevel.OK: Style.ADD,
    CheckLevel.WARN: Style.CHANGE,
    CheckLevel.FAIL: Style.STOP,
    CheckLevel.ERROR: Style.STOP,
}
_WIDTH = max(map(len, CheckLevel))
_TEXT_WIDTH = 400


def write_diagnosis(diagnosis: Diagnosis, screen: Screen) -> None:
    """Write each result on a line, with what to do below, and how many there are of each level."""
    site = diagnosis.base_url or "the emulator in process"
    workspace = f"   workspace {diagnosis.workspace_id}" if diagnosis.workspace_id else ""
    screen.line((diagnosis.environment, Style.STRONG), f"   {site}{workspace}")
    screen.lines(line for each in diagnosis.results for line in _lines(each))
    screen.line(summary_text(diagnosis))


def _lines(each: CheckResult) -> Iterator[Line]:
    is_named = each.request is None or each.request in each.text
    shown = "" if is_named else (f"   {each.request}", Style.QUIET)
    level = (str(each.level).ljust(_WIDTH), _STYLES[each.level])
    yield ("  ", level, f"  {shorten(each.text, _TEXT_WIDTH)}", shown)
    for line in (each.remedy or "").splitlines():
        yield (" " * (_WIDTH + 8), line)


def summary_text(diagnosis: Diagnosis) -> str:
    """Return how many results there are of each level, in a sentence."""
    found = diagnosis.summary
    words = {
        CheckLevel.OK: f"{found[CheckLevel.OK]} ok",
        CheckLevel.WARN: count(found[CheckLevel.WARN], "warning"),
        CheckLevel.FAIL: f"{found[CheckLevel.FAIL]} failed",
        CheckLevel.ERROR: f"{found[CheckLevel.ERROR]} could not be looked at",
    }
    shown = [text for level, text in words.items() if found[level] or level is CheckLevel.OK]
    return f"{', '.join(shown)}."


def diagnosis_json(diagnosis: Diagnosis) -> str:
    """Return *diagnosis* as one line of JSON, safe on a terminal."""
    value = {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "reconciler", "version": __version__},
        "created_at": diagnosis.created_at,
        "environment": diagnosis.environment,
        "base_url": diagnosis.base_url,
        "workspace_id": diagnosis.workspace_id,
        "summary": dict(diagnosis.summary),
        "results": to_json(diagnosis.results),
    }
    return escape_json(json.dumps(value, ensure_ascii=False)) + "\n"
