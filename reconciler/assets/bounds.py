"""How long and how large: the bounds of every exchange, of Assets, forges and webhooks alike.

Each bounds a whole, not a phase of it: a request with the look-up of the name, connecting, TLS,
a proxy, headers and body; a call with all its requests and the pauses between them. What a
command may take for all its calls is a `reconciler.backend.Deadline`.
"""

# Within a request's seconds: a host that answers nothing at all is known sooner.
CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
# A write that is given up has an unknown outcome: more patience.
WRITE_SECONDS = 120.0
# A synchronous mapping call may take minutes; the server's time-out is unknown
# (api.md#synchronous-time-out).
SYNCHRONOUS_SECONDS = 300.0
# Two waits of a minute fit in, which is the period of the API's limit (api.md#rate-limits).
CALL_SECONDS = 180.0
# A 429 holds the other requests for no longer, whatever it asks for.
HOLD_SECONDS = 120.0

# What is said beside the work: how it goes, that it failed, that it is given up.
BRIEF_SECONDS = 30.0
# Reading the sources of a command, for the first and for each further round of all lanes.
READING_SECONDS = 120.0
ROUND_SECONDS = 10.0
# All calls of one command to a forge, and to a webhook: a job does not wait just to report.
FORGE_SECONDS = 300.0
WEBHOOK_SECONDS = 60.0

# In bytes, once decompressed. The largest documents known have some megabytes.
LARGEST_ANSWER = 64 * 2**20
# The body of a refusal only explains: its beginning will do, and is searched for secrets.
LARGEST_REFUSAL = 2**20
