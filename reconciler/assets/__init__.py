"""The Backend Protocol over httpx: the only place that knows HTTP (design.md#floors).

`client.AssetsBackend` is what others use, with `auth.Credentials` to feed it and
`embedded.embedded_transport` to run it against the emulator in process.
"""
