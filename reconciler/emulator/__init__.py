"""The importsource API as an ASGI app over SQLite, built on `semantics` (design.md#floors).

`app` makes it, `server` puts it on a socket. Where nobody knows what the API answers
(api.md#still-unknown), the module that answers says what we chose.
"""
