"""`reconciler` that gets a signal at one point of its life, the same one each time."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Literal

from tests.support.paths import ROOT
from tests.support.processes.crash_runner import LIMIT_SECONDS, Ended

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_HOOK = Path(__file__).parent / "signal_hook"

Kind = Literal["audit", "call"]


def events(root: Path, *arguments: str, kind: Kind = "audit") -> int:
    """Return how many events the program has from the hook to its end."""
    ended = interrupted(root, *arguments, number=signal.SIGINT, at=0, kind=kind)
    told = re.search(r"(\d+) events\n$", ended.err)
    assert told is not None, ended
    return int(told[1])


def interrupted(
    root: Path, *arguments: str, number: signal.Signals, at: int, kind: Kind = "audit"
) -> Ended:
    """Run the program to its end; it gets the signal at its event *at*."""
    ended = subprocess.run(
        [sys.executable, "-m", "reconciler", *arguments],
        cwd=root,
        env={"PYTHONPATH": f"{_HOOK}:{ROOT}", "SIGNAL_AT": f"{number}:{at}:{kind}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    return Ended(code=ended.returncode, out=ended.stdout, err=ended.stderr)


def faults(ended: Ended) -> list[str]:
    """Return what is wrong with how an interrupted program ended."""
    noise = ("Traceback", "Exception ignored", "never awaited", "never retrieved", "this is a bug")
    found = [each for each in noise if each in ended.err]
    if ended.code != 130:
        found.append(f"exit code {ended.code}")
    said = ended.out + ended.err
    if said.count("Interrupted.") != 1 and "stopping" not in said.lower():
        found.append("no sentence, or more than one")
    return found
