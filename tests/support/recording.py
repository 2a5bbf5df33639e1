"""A recording as a project, and as a test of ours.

    python -m tests.support.recording FILE [NAME]

makes `tests/golden/recordings/NAME` of the recording FILE: the recording, and what the command
writes when it is run again by it. Read both: a recording is of somebody's site. Without NAME its
project is written beside FILE.
"""

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reconciler.app.recordings.recording import RECORDING
from reconciler.cli import run
from reconciler.manifest.project.facts import FACTS_FILE
from reconciler.planning.comparison import inputs_of, live_at_planning
from reconciler.planning.operation.certificate import with_open_questions
from reconciler.planning.plan_file import unchecked_plan
from reconciler.planning.planner import plan_sources
from reconciler.render.plan.json import plan_json
from reconciler.value import replace
from tests.support.paths import GOLDEN

RECORDINGS = GOLDEN / "recordings"
EXPECTED = "expected.txt"
_DROPPED = ("--record", "-C", "--chdir")
_NAME = re.compile(r"[A-Za-z0-9][\w-]*")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( UTC|Z)?")
_SECONDS = re.compile(r"\b\d+(\.\d+)? s\b")


def unpacked(recording: Path, root: Path) -> list[str]:
    """Make a project of *recording* in *root*; return the arguments that run its command there."""
    about = json.loads(recording.read_text(encoding="utf-8"))["log"]["_reconciler"]
    shutil.copyfile(recording, root / RECORDING)
    _write(root / "reconciler.yaml", about["project"])
    if facts := about.get("facts"):
        (root / FACTS_FILE).write_text(facts, encoding="utf-8")
    for number, (source, manifest) in enumerate(about["manifests"].items()):
        name = source if _NAME.fullmatch(source) else f"manifest-{number}"
        _write(root / f"{name}.json", manifest)
    for name, value in about["inputs"].items():
        _write(root / Path(name).name, _made_again(value))
    inputs = {name: Path(name).name for name in about["inputs"]}
    return [inputs.get(text, text) for text in _kept(about["arguments"])]


def _made_again(raw: Any) -> Any:
    """Return the plan *raw* as it is made of its documents: redacted, they have other digests."""
    plan = unchecked_plan(raw)
    inputs = [inputs_of(source, live_at_planning(source)) for source in plan.sources]
    sources, _ = plan_sources(inputs, plan.options)
    sources = tuple(with_open_questions(source, plan.diagnostics) for source in sources)
    return json.loads(plan_json(replace(plan, sources=sources)))


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _kept(arguments: Sequence[str]) -> Iterator[str]:
    """Yield the arguments without those about where it ran."""
    words = iter(arguments)
    for text in words:
        if text in _DROPPED:
            next(words)
        elif not text.startswith(tuple(f"{name}=" for name in _DROPPED)):
            yield text


def replay(recording: Path) -> str:
    """Return how the command of *recording* ends by it, and what it writes but for times."""
    out, err = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        arguments = unpacked(recording, Path())
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(arguments)
    return normalised(f"exit {code}\n--- output\n{out.getvalue()}--- errors\n{err.getvalue()}")


def normalised(text: str) -> str:
    """Return what a command wrote without times."""
    return _SECONDS.sub("N s", _MOMENT.sub("TIME", text))


def main(file: str, name: str | None = None) -> None:
    """Make a test, or without a *name* a project, of the recording *file*."""
    if name is None:
        folder = Path(file).with_suffix("")
        folder.mkdir()
        arguments = unpacked(Path(file), folder)
        sys.stdout.write(f"{shlex.join(['reconciler', '-C', str(folder), *arguments])}\n")
        return
    folder = RECORDINGS / name
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / RECORDING)
    expected = replay(folder / RECORDING)
    (folder / EXPECTED).write_text(expected, encoding="utf-8")
    sys.stdout.write(f"{os.path.relpath(folder)}\n{expected}")


if __name__ == "__main__":
    main(*sys.argv[1:])
