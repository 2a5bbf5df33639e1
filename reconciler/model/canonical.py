"""Canonical JSON and the digests over it (design.md#digests)."""

import hashlib
import json
from collections.abc import Callable
from typing import Any


def canonical_json(value: Any, *, default: Callable[[Any], Any] = dict) -> bytes:
    """Return *value* as UTF-8, keys sorted, no white space.

    *default* returns the JSON of what is none; without it, of mappings of another kind. For our
    documents (strings, booleans, small integers) these are the bytes of RFC 8785. Raises
    ValueError for NaN, infinities and lone surrogates.
    """
    text = json.dumps(
        value,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
        default=default,
    )
    return text.encode()


def digest(value: Any) -> str:
    """Return `sha256:` and the hex digest of the canonical JSON of *value*."""
    return digest_bytes(canonical_json(value))


def digest_bytes(*pieces: bytes | bytearray) -> str:
    """Return `sha256:` and the hex digest of *pieces*, one behind the other."""
    made = hashlib.sha256()
    for each in pieces:
        made.update(each)
    return f"sha256:{made.hexdigest()}"
