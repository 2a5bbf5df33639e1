"""The journal's tables, the same in SQLite and PostgreSQL."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
)

TABLES = MetaData()

version = Table("journal_version", TABLES, Column("version", Integer, nullable=False))

# One run of apply; `plan` is the whole plan, so that another process can continue it, and
# `runner` who ran it and where.
runs = Table(
    "runs",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("environment", Text, nullable=False),
    Column("plan_digest", String(80), nullable=False),
    Column("plan_created_at", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("runner", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("interrupted", Boolean, nullable=False, server_default=false()),
)
# Bodies sent and documents read, each stored once by digest.
bodies = Table(
    "bodies",
    TABLES,
    Column("digest", String(80), primary_key=True),
    Column("json", Text, nullable=False),
)
# `schema_id` is the number of the object schema, if it is known, `deletes` are the external ids
# of what its run was to delete there, once the operation is done.
operations = Table(
    "operations",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("runs.id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("import_source_id", Text),
    Column("workspace_id", Text),
    Column("schema_id", Text),
    Column("method", String(10), nullable=False),
    Column("path", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("body_digest", String(80), ForeignKey("bodies.digest"), nullable=False),
    Column("desired_digest", String(80), nullable=False),
    Column("live_digest", String(80), nullable=False),
    Column("state", String(20), nullable=False),
    Column("progress_url", Text),
    Column("sent_at", Text),
    Column("ended_at", Text),
    Column("message", Text),
    Column("read_back_digest", String(80)),
    Column("attempts", Text),
    Column("deletes", Text),
    Index("operations_by_run", "run_id"),
    Index("operations_by_source", "source", "id"),
    Index("operations_by_target", "import_source_id", "workspace_id"),
)
# The calls of the companion API that a run makes for a source, in the order of `number`: each has
# an intent and an end of its own. `before` is the JSON of what it changes, as it was just before.
# The last that acted on a source in a run, and it alone, has `live`: what both APIs showed then.
schema_operations = Table(
    "schema_operations",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("runs.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("import_source_id", Text),
    Column("workspace_id", Text),
    Column("schema_id", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("phase", String(10), nullable=False),
    Column("method", String(10), nullable=False),
    Column("path", Text, nullable=False),
    Column("body", Text),
    Column("element_id", Text, nullable=False),
    Column("element_name", Text, nullable=False),
    Column("settles", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("sent_at", Text),
    Column("ended_at", Text),
    Column("message", Text),
    Column("before", Text),
    Column("desired_digest", String(80)),
    Column("live_digest", String(80)),
    Column("live", Text),
    Index("schema_operations_by_run", "run_id"),
    Index("schema_operations_by_schema", "schema_id", "workspace_id"),
)
# Who may apply to a source now. `expires` is by the clock that is named, `since` is for
# people.
leases = Table(
    "leases",
    TABLES,
    Column("environment", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("token", String(40), nullable=False),
    Column("runner", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("since", Float, nullable=False),
    Column("expires", Float, nullable=False),
    Column("clock", Text, nullable=False),
)
# What the last drift job that reported only new drift saw of a source: digests of differences, by
# address.
sightings = Table(
    "sightings",
    TABLES,
    Column("environment", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("seen_at", Text, nullable=False),
    Column("readable", Boolean, nullable=False),
    Column("differences", Text, nullable=False),
)
# One data execution. `links` are its links from the API, `roots` the roots of the data that are
# sent; with the same data files and limits the same chunks can be rebuilt.
ingestions = Table(
    "ingestions",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("environment", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("import_source_id", Text, nullable=False),
    Column("workspace_id", Text, nullable=False),
    Column("links", Text),
    Column("files", Text, nullable=False),
    Column("roots", Text, nullable=False),
    Column("most_entries", Integer, nullable=False),
    Column("most_bytes", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("runner", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("message", Text),
    Index("ingestions_by_source", "environment", "source"),
)
# The chunks that the API has accepted: these are not sent again.
chunks = Table(
    "ingestion_chunks",
    TABLES,
    Column("ingestion_id", Integer, ForeignKey("ingestions.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("client_id", String(40), nullable=False),
)
