"""What is stored about runs: operations, ingestions, receipts, leases."""

# Of the format; the tables say what each version added.
VERSION = 8
# "rcnJ" distinguishes our journal from other SQLite files, and names our lock in PostgreSQL.
APPLICATION_ID = 0x72636E4A
