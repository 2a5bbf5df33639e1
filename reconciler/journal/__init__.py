"""What is stored about runs: operations, ingestions, receipts, leases."""

# Of the format: a change of the tables is a new one.
VERSION = 8
# "rcnJ" names our locks in PostgreSQL.
LOCK = 0x72636E4A
