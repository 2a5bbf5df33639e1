"""Run a program to its end and write its exit code, seconds, processor seconds and KiB at most.

    python -I -S benchmarks/alone.py FILE PROGRAM [ARGUMENT]...

Linux counts to a process's largest memory what it was before it became another program. So what
starts one that is measured has to be small: this, and not the benchmark.
"""

import os
import sys
import time


def main(file: str, *command: str) -> int:
    """Run *command* and write to *file* what it took."""
    began = time.monotonic()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.monotonic() - began
    code = os.waitstatus_to_exitcode(status)
    with open(file, "w", encoding="ascii") as taken:  # noqa: PTH123 - pathlib alone is megabytes
        taken.write(f"{code} {seconds} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
