"""Renames of statuses that a manifest states: from what it no longer defines to what it does."""

from collections.abc import Iterator

from reconciler.codes.manifest import ManifestCode
from reconciler.manifest.check_report import Report
from reconciler.manifest.outline import Outline
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.wording import quote

_KEY = "renamedStatuses"


def check_renamed_statuses(document: Outline, report: Report) -> None:
    """Report the renames that could never be made."""
    defined = {status.name for status in document.statuses}
    first: dict[str, str] = {}
    for old, new in _stated(document):
        at: Pointer = (_KEY, old)
        other = first.setdefault(new, old)
        if old == new:
            _add(report, f"{quote(old)} is renamed to itself", at, "take the entry out")
        elif old in defined:
            hint = "statusSchema must define the new name alone"
            _add(report, f"{quote(old)} is renamed, and statusSchema still defines it", at, hint)
        elif new not in defined:
            near = report.closest(new, (name for name in defined if name is not None))
            hint = f"did you mean {quote(near)}?" if near else "add it, or take the entry out"
            text = f"{quote(old)} is renamed to {quote(new)}, which statusSchema does not define"
            _add(report, text, at, hint)
        elif other != old:
            hint = f"the first one is on {report.line_of((_KEY, other))}"
            text = f"{quote(other)} and {quote(old)} are both renamed to {quote(new)}"
            _add(report, text, at, hint)


def _stated(document: Outline) -> Iterator[tuple[str, str]]:
    stated = document.head.get(_KEY)
    for old, new in stated.items() if isinstance(stated, dict) else ():
        if isinstance(new, str):
            yield old, new


def _add(report: Report, text: str, at: Pointer, hint: str) -> None:
    report.add(ManifestCode.STATUS_RENAME, f"status {text}", at, hint=hint)
