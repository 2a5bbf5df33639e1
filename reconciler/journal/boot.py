"""What the processes of one machine share until it is started again: a clock, and process ids.

Containers share the machine's boot id and clock, but not each other's process ids.
"""

import time
from pathlib import Path

PROC = Path("/proc")

# Both go on while the machine is suspended; macOS has only the latter, and there it does.
_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", 0))


def boot_seconds() -> float:
    """Return the seconds since the machine was started: nobody sets this clock."""
    return time.clock_gettime(_CLOCK) if hasattr(time, "clock_gettime") else time.monotonic()


def boot_clock(proc: Path = PROC) -> str | None:
    """Return the name of `boot_seconds` among all machines, None where it is not known."""
    # Linux before 5.6 has one such clock for all containers.
    return _of_this_boot(proc, _namespace(proc, "time") or "")


def process_space(proc: Path = PROC) -> str | None:
    """Return the name of the scope in which process ids are valid, None where it is not known."""
    return _of_this_boot(proc, _namespace(proc, "pid"))


def _of_this_boot(proc: Path, name: str | None) -> str | None:
    try:
        boot = (proc / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    return f"{boot} {name}" if boot and name is not None else None


def _namespace(proc: Path, kind: str) -> str | None:
    try:
        return str((proc / "self/ns" / kind).readlink())
    except OSError:
        return None
