"""`ingest`: data through a source's mapping; each of its commands is loaded when it is called."""

from collections.abc import Mapping
from typing import ClassVar

import click

from reconciler.cli.group import LazyGroup, Row


class _Ingest(LazyGroup):
    table: ClassVar[Mapping[str, Row]] = {
        "run": Row(
            "ingest.run",
            "Send data, and wait until they are imported.",
            "ingest run laptops export.json",
        ),
        "resume": Row(
            "ingest.resume",
            "Go on with what an interrupted or killed run left open.",
            "ingest resume",
        ),
        "cancel": Row(
            "ingest.cancel",
            "Cancel an execution before all its data are sent.",
            "ingest cancel laptops",
        ),
        "status": Row(
            "ingest.status",
            "Show how the latest execution of each source stands.",
            "ingest status --watch",
        ),
    }


@click.group(cls=_Ingest)
def ingest() -> None:
    """Send data through a source's mapping, and follow the import."""
