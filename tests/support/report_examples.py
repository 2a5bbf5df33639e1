"""An example of each report, from the program itself: the README's project, and a change to it.

What is of its time and machine has a value of its own; long lists are cut, documents left out.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reconciler.cli import run
from tests.support.paths import ROOT

DATA = """serial_number,hostname,model,owner_email,purchased
C02XK1,anna-mbp,MacBook Pro 14,anna@example.com,2023-04-01
PF3A9,clara-tp,ThinkPad X1,clara@example.com,2022-11-30
"""
# Each command is run in this order, and prints the reports of one kind.
COMMANDS = {
    "apply-event": "apply first.json --format json --output json=apply-report.json",
    "ingestion": "ingest run laptops laptops.csv --format json",
    "imports": "ingest status --format json",
    "plan": "plan --format json -o plan.json",
    "validation": "validate --format json",
    "preview": "preview laptops laptops.csv --sample 1 --format json",
    "status": "status --format json",
    "history": "history --format json",
    "pull": "pull --dry-run --format json",
    "unlock": "unlock laptops --format json",
    "render": "render laptops --format json",
    "drift": "drift --format json",
}
# What doctor sees is the machine.
DOCTOR = ROOT / "tests" / "golden" / "render" / "doctor" / "report.json"
_TIMES = {"created_at", "started_at", "ended_at", "sent_at", "timestamp", "started", "ended"}
_MADE_UP: dict[str, Any] = {
    **dict.fromkeys(_TIMES, "2027-01-31T12:00:00.000Z"),
    **dict.fromkeys(("seconds", "duration_seconds", "elapsed"), 0.5),
    "runner": "ann@laptop (pid 4711)",
    "version": "0.0",
    "base": "apply of 2027-01-31T12:00:00.000Z",
}
_DOCUMENTS = {"body", "desired", "live", "manifest", "origins"}
_MOST = 2


def examples(folder: Path, printed: Callable[[], str]) -> dict[str, list[Any]]:
    """Return examples by kind; *folder* is the working directory, *printed* what was printed."""
    (folder / "laptops.csv").write_text(DATA, encoding="utf-8")
    for line in ("init --from laptops.csv --yes", "plan -o first.json"):
        assert run(line.split()) == 0
    printed()
    found = {}
    for kind, line in COMMANDS.items():
        if kind == "drift":  # without a journal every difference counts
            (folder / ".reconciler" / "journal.db").unlink()
        assert run(line.split()) == (2 if kind == "drift" else 0), line
        text = printed()
        lines = text.splitlines() if kind == "apply-event" else [text]
        reports = [_steady(json.loads(each), "") for each in lines]
        # Of the lines of apply the first of each type: how many there are is a matter of time.
        found[kind] = [*{each.get("type"): each for each in reversed(reports)}.values()][::-1]
        if kind == "imports":
            manifest = folder / "laptops.yaml"
            text = manifest.read_text(encoding="utf-8")
            manifest.write_text(text.replace("From model\n", "As sold\n"), encoding="utf-8")
    files = {"apply-report": folder / "apply-report.json", "doctor": DOCTOR}
    for kind, file in files.items():
        found[kind] = [_steady(json.loads(file.read_text(encoding="utf-8")), "")]
    return found


def _steady(value: Any, key: str) -> Any:
    if value is not None and key in _MADE_UP:
        return _MADE_UP[key]
    if key in _DOCUMENTS and isinstance(value, dict):
        return {}
    if isinstance(value, dict):
        return {name: _steady(each, name) for name, each in value.items()}
    return [_steady(each, "") for each in value[:_MOST]] if isinstance(value, list) else value
