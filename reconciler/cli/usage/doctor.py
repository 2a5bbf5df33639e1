"""The arguments and options of `doctor`."""

import click

from reconciler.cli.formats import report_options
from reconciler.cli.group import deferred
from reconciler.cli.selection_options import selection_options, sources_argument
from reconciler.render.formats import DOCTOR


@click.command()
@sources_argument
@selection_options
@report_options("report", DOCTOR)
@deferred
def doctor() -> None:
    """Check all that a run needs, of each SOURCE and around it; sends nothing but GET.

    Project file, variables, files, git, journal, base URL and credentials, connection,
    bindings, rights, clock and limits: each line is ok, warn, fail, or error where it could
    not look. No secret and no e-mail address is in it, so that it can go into a ticket.
    Exit codes: 0 also with warnings, 3 with a failed check, 1 where it could not look.
    """
