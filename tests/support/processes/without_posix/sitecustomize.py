"""Loaded by the interpreter before anything else: takes away what Windows does not have.

The standard library is here that of a POSIX system, so what it needs itself it gets first. What is
asked for all the same is an error, as there; what an attempt would be swallowed is told in the file
`TOLD`.
"""

import asyncio.unix_events
import getpass
import io
import os
import select
import shutil
import signal
import socket
import subprocess  # noqa: F401 - it needs what goes
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

TOLD = os.environ.pop("TOLD")
MODULES = ("fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty")
GONE: dict[Any, tuple[str, ...]] = {
    os: (
        *("O_CLOEXEC", "O_DIRECTORY", "O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK", "O_SYNC"),
        *("O_TMPFILE", "chown", "fchmod", "fchown", "fork", "getegid", "geteuid", "getgid"),
        *("getpgid", "getuid", "killpg", "mkfifo", "setsid", "statvfs", "wait"),
    ),
    signal: (
        *("SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGUSR2"),
        *("SIGWINCH", "alarm", "pthread_sigmask", "setitimer", "sigwait"),
    ),
    time: ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC", "clock_gettime", "tzset"),
}


def no_call(name: str, error: type[Exception] = AttributeError) -> Callable[..., NoReturn]:
    """Return what stands for the function *name*, which must not be called."""

    def called(*arguments: object, **_: object) -> NoReturn:
        with os.fdopen(os.open(TOLD, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "w") as file:
            file.write(f"{name}{arguments}\n")
        raise error(name)

    return called


_listdir, _readlink, _open = os.listdir, os.readlink, io.open


def is_open(path: Any) -> bool:
    """Return whether this process has the file at *path* open."""
    wanted = os.path.realpath(path)
    for number in _listdir("/proc/self/fd"):
        try:
            if _readlink(f"/proc/self/fd/{number}") == wanted:
                return True
        except OSError:
            continue
    return False


def closed_first(call: Callable[..., Any], which: Iterable[int]) -> Callable[..., Any]:
    """Return *call*, which refuses files that are open: its arguments *which*."""

    def called(*paths: Any, **options: Any) -> Any:
        for number in which:
            if options.get("dir_fd") is None and is_open(paths[number]):
                raise PermissionError(13, "Permission denied", paths[number])
        return call(*paths, **options)

    return called


def elsewhere(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return *call* on a machine without /proc."""

    def called(path: Any, *arguments: Any, **options: Any) -> Any:
        if not isinstance(path, int) and os.fspath(path).startswith("/proc"):
            raise FileNotFoundError(2, "No such file or directory", path)
        return call(path, *arguments, **options)

    return called


_select = select.select


def of_sockets(*waited: Any) -> Any:
    """Select among sockets, and refuse anything else."""
    for each in (*waited[0], *waited[1], *waited[2]):
        if not isinstance(each, socket.socket):
            raise OSError(10038, "An operation was attempted on something that is not a socket")
    return _select(*waited)


getpass.getpass = getpass.fallback_getpass  # type: ignore[attr-defined]
tempfile.TemporaryFile = tempfile.NamedTemporaryFile  # type: ignore[assignment]
shutil._use_fd_functions = False  # type: ignore[attr-defined] # noqa: SLF001
loop: Any = asyncio.unix_events._UnixSelectorEventLoop  # noqa: SLF001
loop.add_signal_handler = no_call("add_signal_handler", NotImplementedError)
select.select = of_sockets
for _name in ("remove", "unlink"):
    setattr(os, _name, closed_first(getattr(os, _name), [0]))
for _name in ("rename", "replace"):
    setattr(os, _name, closed_first(getattr(os, _name), [0, 1]))
os.readlink, io.open = elsewhere(_readlink), elsewhere(_open)
os.kill = no_call("kill")
for _module, _names in GONE.items():
    for _name in _names:
        if hasattr(_module, _name):
            delattr(_module, _name)
sys.modules.update(dict.fromkeys(MODULES))  # type: ignore[arg-type]
