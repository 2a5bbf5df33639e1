"""The arguments and options of `history`."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from reconciler.cli.formats import format_option
from reconciler.cli.group import deferred
from reconciler.cli.number_types import Count
from reconciler.cli.selection_options import sources_argument
from reconciler.regex import regex
from reconciler.render.formats import HISTORY

_AGO = regex(r"([0-9]{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class _Since(click.ParamType[datetime | timedelta]):
    """A time, in UTC unless it says so, or how long ago."""

    name = "TIME|Nd"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | timedelta:
        """Return the moment, or how long ago."""
        if isinstance(value, datetime | timedelta):
            return value
        if (ago := _AGO.fullmatch(str(value))) is not None:
            return timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                f'"{value}" is no time as 2026-03-01 or 2026-03-01T10:20Z, and not 7d or 12h',
                param,
                ctx,
            )
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@sources_argument
@click.option("--limit", type=Count(1), metavar="N", help="Only the N latest.")
@click.option(
    "--since", type=_Since(), help="Only what began since then: 2026-03-01, or 7d, 12h ago."
)
@format_option(HISTORY, "How to print it.")
@click.pass_obj
@deferred
def history() -> None:
    """Show each run of apply with its operations, then each ingestion, newest first.

    Of each SOURCE, all by default. --environment leaves out what was done in others.
    """
