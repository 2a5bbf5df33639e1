"""The options of the commands that send data."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from reconciler.cli.option_types import MOST_LANES, Count, Seconds
from reconciler.ingest.options import IngestOptions

_DEFAULTS = IngestOptions()


def sending_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to *command*, which receives them as `options`."""

    @click.option(
        "--parallelism",
        type=Count(1, MOST_LANES),
        default=_DEFAULTS.parallelism,
        show_default=True,
        metavar="N",
        help="Send at most N chunks at the same time.",
    )
    @click.option(
        "--timeout",
        type=Seconds(above_0=True),
        default=_DEFAULTS.timeout,
        show_default=True,
        metavar="S",
        help="Wait at most S seconds until Assets takes data, until it has a chunk, and until "
        "it has imported them: all requests and pauses in it.",
    )
    @click.option(
        "--lock-timeout",
        type=Seconds(),
        default=_DEFAULTS.lock_timeout,
        show_default=True,
        metavar="S",
        help="Wait at most S seconds for a source that somebody else is at work on.",
    )
    @wraps(command)
    def with_options(parallelism: int, timeout: float, lock_timeout: float, **others: Any) -> Any:
        options = IngestOptions(parallelism=parallelism, timeout=timeout, lock_timeout=lock_timeout)
        return command(options=options, **others)

    return with_options
