"""The arguments and options of `ingest run`."""

import click

from reconciler.cli.completion import completes
from reconciler.cli.formats import format_option
from reconciler.cli.group import deferred
from reconciler.cli.option_types import Count
from reconciler.cli.options import data_format_option
from reconciler.cli.usage.ingest.sending import sending_options
from reconciler.render.formats import INGESTION

# Between 5 and 999 objects are in use; the limit is unknown (api.md#chunk-size).
CHUNK_ENTRIES = 500
CHUNK_BYTES = 1_000_000


@click.command("run")
@click.argument("source", metavar="SOURCE", shell_complete=completes("sources"))
@click.argument(
    "data", metavar="DATA...", nargs=-1, required=True, shell_complete=completes(files=True)
)
@data_format_option
@click.option(
    "--chunk",
    type=Count(1),
    default=CHUNK_ENTRIES,
    show_default=True,
    metavar="N",
    help="Send at most N entries at once.",
)
@click.option(
    "--chunk-bytes",
    type=Count(1),
    default=CHUNK_BYTES,
    show_default=True,
    metavar="N",
    help="Send at most N bytes at once; an entry is never split.",
)
@sending_options
@format_option(INGESTION, "How to print it.")
@deferred
def run() -> None:
    """Send DATA through the live mapping of SOURCE, and wait until they are imported.

    DATA are files of JSON, NDJSON, CSV or YAML, `-` standard input. They are read to their
    ends before anything is sent. Ctrl-C cancels the execution unless all is sent. Exit code:
    0 imported, 1 error, 3 imported with errors, 130 interrupted.
    """
