"""PostgreSQL as a journal: it ends what takes too long, and if it is silent itself, we do.

A server that stands still and an answer that is lost send nothing at all: only its client can
notice that.
"""

import math
import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from psycopg import waiting
from psycopg.abc import PQGen
from sqlalchemy import Connection, Engine, event

from reconciler.journal.limits import LOOK, READS, Limits, left

T = TypeVar("T")

# libpq's own parameters: a connection that is gone must not block operations in flight for
# minutes. The URL may override them.
_CONNECTION = {"tcp_user_timeout": 15_000, "keepalives_idle": 15}


class _BoundedConnection(psycopg.Connection[Any]):
    """A connection that is closed if the server says nothing for `silence` seconds.

    Or when the caller of what it is used for does not wait any more.
    """

    silence = 0.0

    def wait(self, gen: PQGen[T], interval: float = LOOK, *_: object, **__: object) -> T:
        """Return what *gen* returns once the server has answered. Raises OperationalError."""
        try:
            return waiting.wait(
                _not_silent(gen, self.silence), self.pgconn.socket, interval=min(interval, LOOK)
            )
        except (_Silence, KeyboardInterrupt):
            # Nobody knows what the server still does: the connection is of no use any more.
            self.close()
            raise


class _Silence(psycopg.OperationalError):
    """The server does not answer."""


def _not_silent(gen: PQGen[T], seconds: float) -> Generator[Any, Any, T]:
    """Do as *gen* does, but raise _Silence after so many *seconds* without an event, or in time."""
    heard = time.monotonic()
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if ready:
                heard = time.monotonic()
            elif (silent := time.monotonic() - heard) >= seconds or left() <= 0:
                raise _Silence(f"the server did not answer for {silent:.1f} s")
            wanted = gen.send(ready)
    except StopIteration as end:
        result: T = end.value
        return result


def prepare(engine: Engine, limits: Limits) -> None:
    """Let the connections of *engine* wait no longer than *limits* say."""

    def connect(_: object, __: object, arguments: Any, options: dict[str, Any]) -> Any:
        if left() <= 0:
            raise _Silence("the server did not answer in time")
        bounds = {**_CONNECTION, "connect_timeout": math.ceil(limits.in_time().silence)}
        connection = _BoundedConnection.connect(*arguments, **{**bounds, **options})
        connection.silence = limits.silence
        return connection

    def begin(connection: Connection) -> None:
        # Of this transaction only: a pool between us and the server may share its sessions. A
        # long answer to a read is none of a statement's time that would have to be limited.
        reads = connection.get_execution_options().get(READS)
        now = limits.in_time()
        limited = {
            "lock_timeout": now.lock_ms,
            "statement_timeout": 0 if reads else now.statement_ms,
            "idle_in_transaction_session_timeout": limits.idle_ms,
        }
        settings = ", ".join(f"set_config('{k}', '{v}', true)" for k, v in limited.items())
        connection.exec_driver_sql(f"SELECT {settings}")

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "begin", begin)
