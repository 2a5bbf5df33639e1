"""The Backend Protocol over httpx: the only place that knows HTTP (design.md#floors).

Others use `client.AssetsBackend`, with `auth.Credentials` for authentication and
`embedded.embedded_transport` to run against the emulator in process.
"""
