"""`explain`: why this verb, or why a change is impossible."""

from pathlib import Path

from reconciler.app.saved_plan import load_plan
from reconciler.cli.settings import Settings
from reconciler.model.address import Address
from reconciler.planning.explain import explain as stories_of
from reconciler.planning.shown_plan import without_prefix
from reconciler.render.plan.explanation import write_explanations


def explain(settings: Settings, *, plan: Path, asked: str) -> int:
    """Run the command and return its exit code."""
    loaded = without_prefix(load_plan(plan))
    # An address is accepted with the prefix of the plan's ids, too.
    asked = str(loaded.id_prefix.off_address(Address.parse(asked)))
    write_explanations(stories_of(loaded, asked), settings.out)
    return 0
