"""`explain`: why this verb, or why a change is impossible."""

from pathlib import Path

import click

from reconciler.app.saved_plan import load_plan
from reconciler.cli.settings import Settings
from reconciler.model.address import Address
from reconciler.planning.explain import explain as stories_of
from reconciler.planning.shown_plan import without_prefix
from reconciler.render.plan.explanation import write_explanations


@click.command()
@click.argument("plan", type=click.Path(path_type=Path), metavar="PLAN")
@click.argument("asked", metavar="ADDRESS|SOURCE|SOURCE/operation")
@click.pass_obj
def explain(settings: Settings, *, plan: Path, asked: str) -> int:
    """Tell the whole story of a change, a source or an operation of the saved PLAN.

    ADDRESS is that of a change, or of an element with all changes in it, as
    `show --format json` has them. Nothing is read but the file.
    """
    loaded = without_prefix(load_plan(plan))
    # An address is accepted with the prefix of the plan's ids, too.
    asked = str(loaded.id_prefix.off_address(Address.parse(asked)))
    write_explanations(stories_of(loaded, asked), settings.out)
    return 0
