"""What tells a journal from other databases, and its own format from earlier and later ones."""

VERSION = 8
# "rcnJ" distinguishes our journal from other SQLite files, and names our lock in PostgreSQL.
APPLICATION_ID = 0x72636E4A
