"""The Backend Protocol over httpx: the only place that knows HTTP (design.md#floors).

Others use `client.AssetsBackend`, with `auth.Credentials` for authentication and
`embedded.embedded_transport` to run against the emulator in process.
"""

import sys

# httpx has a command line of its own, which nobody calls here: with rich and pygments it takes as
# long to import as all else. httpx goes on without it where it cannot be imported.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type] # None bans it
