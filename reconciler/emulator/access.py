"""Identifies the caller: administrator, holder of a source's token, or of the schema credential.

(api.md#authentication, api.md#companion-credentials)
"""

import base64
import binascii
import secrets
import sqlite3
from enum import Enum
from ipaddress import ip_address
from urllib.parse import urlsplit

from reconciler.emulator.call import Place, error_reply
from reconciler.emulator.faults import EmulatorOptions
from reconciler.emulator.store import owner_of
from reconciler.semantics.operations import ApiOperation


class Role(Enum):
    """A caller who is no import source: its credential is one of the emulator's options."""

    ADMINISTRATOR = "administrator"
    SCHEMA_MANAGER = "schema manager"


ADMINISTRATOR, SCHEMA_MANAGER = Role.ADMINISTRATOR, Role.SCHEMA_MANAGER
UNAUTHORIZED = error_reply(401, "Unauthorized")

Caller = Role | Place


def caller_of(
    tx: sqlite3.Connection, authorization: str | None, options: EmulatorOptions
) -> Caller | None:
    """Return the sender of the Authorization header *authorization*, None if unknown.

    Basic is recorded for `POST …/token` only; it is accepted everywhere, since Basic and the
    other operations share one base URL.
    """
    scheme, _, value = (authorization or "").partition(" ")
    match scheme.lower():
        case "bearer":
            token = value.strip()
        case "basic":
            credential = _decoded(value)
            if _same(credential, options.schema_credential):
                return SCHEMA_MANAGER
            email, _, token = credential.partition(":")
            return ADMINISTRATOR if email and _same(token, options.token) else None
        case _:
            return None
    return ADMINISTRATOR if _same(token, options.token) else owner_of(tx, token)


def allowed_source(
    caller: Caller | None, wanted: Place | None, operation: ApiOperation
) -> Place | None:
    """Return the source that *caller* may do *operation* on, None if there is none.

    *wanted* is None in discovery, where a container token identifies the source. The answer
    for an administrator is unknown there: we refuse, since that token identifies none.
    """
    if wanted is None:
        return caller if isinstance(caller, Place) else None
    if caller is SCHEMA_MANAGER:
        # It leads from a mapping to the id of an object type (api.md#companion-join).
        return wanted if operation is ApiOperation.GET_SOURCE else None
    return wanted if caller is ADMINISTRATOR or caller == wanted else None


def is_known_host(header: str, bound: str) -> bool:
    """Return whether the Host *header* can be meant for the emulator that listens on *bound*.

    That is *bound*, an address, or a name without a dot, as `localhost` and the services of a
    container network are. Any other may be of a web site that had its name resolve to this
    machine (DNS rebinding), to act here with the well-known token.
    """
    try:
        host = urlsplit(f"//{header}").hostname or ""
        is_name = host != bound.lower() and "." in host.rstrip(".")
        return not is_name or bool(ip_address(host))
    except ValueError:
        return False


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _same(token: str, other: str) -> bool:
    # An empty token gives no access, not even if it is the administrator's.
    return bool(token) and secrets.compare_digest(token.encode(), other.encode())
