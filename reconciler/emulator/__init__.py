"""The importsource API as an ASGI app over SQLite, built on `semantics` (design.md#floors).

`app` creates it, `server` puts it on a socket. Where the API's answer is unknown
(api.md#still-unknown), the module that answers states what we chose.
"""
