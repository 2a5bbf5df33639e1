"""What a database and its driver raise, as errors of ours: what helps, and whether it passes."""

import sqlite3
from collections.abc import Mapping

from sqlalchemy import exc
from sqlalchemy.exc import DBAPIError

from reconciler.errors import JournalError

_ELSEWHERE = "or set `journal` in the project file to another"
_AGAIN = "then run the command again (apply --resume goes on with a run that was left)"
_OTHERS = f"another process is writing to it: wait for that, {_AGAIN}"
_ACCESS = f"make the file and its directory readable and writable, {_ELSEWHERE}"
_DISK = f"check the disk that the file is on, {_ELSEWHERE}"
_SERVER = f"check that the server runs, and `journal` in the project file, {_AGAIN}"
_LONGEST = 300
_FORGOTTEN = (
    "Live stays the truth; who changed what, what live hides, and what is the source's own is "
    "forgotten"
)
_MOVE = (
    "move it away and a new one is made, if it is what `journal` in the project file means. "
    f"{_FORGOTTEN}"
)
_UPDATE = f"update reconciler, {_ELSEWHERE} path or database"
_START_ANEW = (
    "end its runs with that version (apply --resume), then set `journal` in the project file to "
    f"another path or database: a new one is made there. {_FORGOTTEN}"
)

# By SQLite's name of a fault, without what follows its second word.
_SQLITE: Mapping[str, str] = {
    "SQLITE_BUSY": _OTHERS,
    "SQLITE_LOCKED": _OTHERS,
    "SQLITE_PROTOCOL": _OTHERS,
    "SQLITE_READONLY": _ACCESS,
    "SQLITE_PERM": _ACCESS,
    "SQLITE_AUTH": _ACCESS,
    "SQLITE_CANTOPEN": _ACCESS,
    "SQLITE_FULL": _DISK,
    "SQLITE_IOERR": _DISK,
    "SQLITE_NOMEM": _DISK,
}
# By the beginning of an SQLSTATE; the longest that fits counts.
_POSTGRESQL: Mapping[str, str] = {
    "25006": f"it is read-only, as a standby is: name the server that takes writes, {_ELSEWHERE}",
    "28": "check the user and the password in `journal` of the project file",
    "3D": f"create the database, {_ELSEWHERE}",
    "42501": f"grant the user what it lacks, {_ELSEWHERE}",
    "55P03": f"somebody has locked its tables, pg_stat_activity shows who: wait for that, {_AGAIN}",
    "57014": f"the server is overloaded, pg_stat_activity shows by what: wait for that, {_AGAIN}",
    "22": _MOVE,
    "23": _MOVE,
    "42": _MOVE,
    "": _SERVER,
}


def failure(name: str, action: str, error: Exception, *, is_file: bool) -> JournalError:
    """Return the error for *error*, met when the journal *name* was to be read or written."""
    made = JournalError(f"the journal {name} cannot be {action}: {_first_line(error)}")
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, sqlite3.Error):
        made.hint = _SQLITE.get(_sqlite_fault(cause), _MOVE)
    elif is_file:
        made.hint = _OTHERS if isinstance(cause, TimeoutError) else _ACCESS
    else:
        state = str(getattr(cause, "sqlstate", None) or "")
        made.hint = _POSTGRESQL[max((k for k in _POSTGRESQL if state.startswith(k)), key=len)]
    return made


def damaged(name: str, what: object) -> JournalError:
    """Return the error for a journal that holds what no version of reconciler has written."""
    why = " ".join(str(what).split()) or type(what).__name__
    return JournalError(f"the journal {name} is damaged: {why[:_LONGEST]}", hint=_MOVE)


def another_version(name: str, found: int, known: int) -> JournalError:
    """Return the error for a journal *name* in the format *found*, which is not the one *known*."""
    writer, helps = ("a newer", _UPDATE) if found > known else ("an older", _START_ANEW)
    return JournalError(
        f"the journal {name} was written by {writer} reconciler "
        f"(format {found}; this one knows {known})",
        hint=helps,
    )


def no_driver(name: str, error: ImportError) -> JournalError:
    """Return the error for a journal *name* whose driver cannot be imported."""
    return JournalError(
        f"the journal {name} needs a driver that is not installed: {error.name}",
        hint="pip install 'assets-reconciler[postgresql]'",
    )


def passes(error: BaseException | None) -> bool:
    """Return whether what met *error* may succeed on another connection, or a moment later."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(_sqlite_fault(cause)) is _OTHERS
    return isinstance(error, exc.OperationalError | exc.TimeoutError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )


def _sqlite_fault(error: sqlite3.Error) -> str:
    # Without a name it is Python's: a text that is none.
    name = getattr(error, "sqlite_errorname", None) or ""
    return "_".join(name.split("_")[:2])


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__
