"""`reconciler` on the PATH of a shell, forked from a process that has the program loaded.

What the shell starts only passes on its arguments, directory, environment and open files, and
ends with the code that comes back: as little as a program can do. What a shell gets that starts
the program itself is tested in e2e/test_processes.py.
"""

import contextlib
import functools
import json
import os
import socket
import sys
import tempfile
import threading
from multiprocessing import reduction
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from tests.support.processes.crash_runner import become, code_of, fork

STREAMS = (0, 1, 2)
LENGTH = 8
PROGRAM = """#!{python} -IS
import json, os, socket, sys
with open(os.environ["STAND_INS"] + "/reconciler.log", "a") as log:
    print(*sys.argv[1:], file=log)
asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
with socket.socket(socket.AF_UNIX) as desk:
    desk.connect({desk!r})
    socket.send_fds(desk, [len(asked).to_bytes({length}, "big")], {streams})
    desk.sendall(asked)
    sys.exit(int(desk.recv(8)))
"""


def program(python: str) -> str:
    """Return the text of a program that has `reconciler` run for it."""
    return PROGRAM.format(python=python, desk=_desk(), length=LENGTH, streams=STREAMS)


@functools.cache
def _desk() -> str:
    """Return the path of the socket where one asks; it is there until this process ends."""
    # Not pytest's directory: the path of a socket is at most 107 bytes long.
    scratch = tempfile.TemporaryDirectory(prefix="rsi")
    path = str(Path(scratch.name, "desk"))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()

    def serve() -> None:
        with scratch:
            while True:
                asking, _ = listener.accept()
                threading.Thread(target=_answer, args=(asking,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return path


def _answer(asking: socket.socket) -> None:
    with asking, contextlib.ExitStack() as stack:
        length, streams, _, _ = socket.recv_fds(asking, LENGTH, len(STREAMS))
        for each in streams:
            stack.callback(os.close, each)
        with asking.makefile("rb") as file:
            asked = json.loads(file.read(int.from_bytes(length, "big")))
        process = fork(_work, [_Passed(each) for each in streams], *asked)
        wait([process.sentinel])
        asking.sendall(str(code_of(process)).encode())
        process.close()


class _Passed:
    """An open file that is passed on: to the process that unpickles it, it is a number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> Any:
        return _number_of, (reduction.DupFd(self._number),)


def _number_of(passed: Any) -> Any:
    return passed.detach()


def _work(streams: list[int], arguments: list[str], root: str, environ: dict[str, str]) -> None:
    for number, passed in zip(STREAMS, streams, strict=True):
        os.dup2(passed, number)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    become(arguments, root, environ)
