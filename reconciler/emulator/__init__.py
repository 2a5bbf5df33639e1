"""The importsource API as an ASGI app over SQLite, built on `semantics` (design.md section 3).

`app` makes it, `server` puts it on a socket. Where api.md does not know what the API
answers, the module that answers says what we chose.
"""
