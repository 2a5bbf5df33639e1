"""The arguments and options of `history`."""

from datetime import UTC, datetime, timedelta

import click

from reconciler.cli.formats import format_option
from reconciler.cli.group import deferred
from reconciler.cli.option_types import Count, TextType
from reconciler.cli.selection_options import sources_argument
from reconciler.regex import regex
from reconciler.render.formats import HISTORY

_AGO = regex(r"([0-9]{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _since(text: str) -> datetime | timedelta:
    """Return a moment, in UTC unless it says so, or how long ago."""
    if (ago := _AGO.fullmatch(text)) is not None:
        return timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f'"{text}" is no time as 2026-03-01 or 2026-03-01T10:20Z, and not 7d or 12h'
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@sources_argument
@click.option("--limit", type=Count(1), metavar="N", help="Only the N latest.")
@click.option(
    "--since",
    type=TextType("TIME|Nd", _since),
    help="Only what began since then: 2026-03-01, or 7d, 12h ago.",
)
@format_option(HISTORY, "How to print it.")
@deferred
def history() -> None:
    """Show each run of apply with its operations, and each ingestion, newest first.

    Of each SOURCE, all by default. --environment leaves out what was done in others.
    """
