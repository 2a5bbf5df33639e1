"""`ingest`: data through a source's mapping; each of its commands is loaded when it is called."""

from collections.abc import Mapping
from typing import ClassVar

import click

from reconciler.cli.commands import LazyGroup


class _Ingest(LazyGroup):
    table: ClassVar[Mapping[str, tuple[str, str]]] = {
        "status": ("ingest_status", "Show how the latest execution of each source stands."),
    }


@click.group(cls=_Ingest, no_args_is_help=False)
def ingest() -> None:
    """Send data through a source's mapping, and tell how that goes."""
