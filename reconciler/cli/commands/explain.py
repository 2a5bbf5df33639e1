"""`explain`: why this verb, or why a change is impossible; or what a code means."""

import os
from pathlib import Path

from reconciler.app.saved_plan import load_plan
from reconciler.cli.settings import Settings
from reconciler.command_line import command_line
from reconciler.errors import WrongUsage
from reconciler.manifest.wording import did_you_mean, quote
from reconciler.model.address import Address
from reconciler.planning.catalogue import CATALOGUE, Meaning, meanings
from reconciler.planning.explain import explain as stories_of
from reconciler.planning.shown_plan import without_prefix
from reconciler.render.meaning import write_meanings
from reconciler.render.plan.explanation import write_explanations


def explain(settings: Settings, *, plan: Path, asked: str | None) -> int:
    """Run the command and return its exit code."""
    if asked is None:
        write_meanings(_of_code(str(plan)), settings.out)
        return 0
    loaded = without_prefix(load_plan(plan))
    # An address is accepted with the prefix of the plan's ids, too.
    asked = str(loaded.id_prefix.off_address(Address.parse(asked)))
    write_explanations(stories_of(loaded, asked), settings.out)
    return 0


def _of_code(code: str) -> tuple[Meaning, ...]:
    """Return what *code* means. Raises WrongUsage if it is none, or the name of a file."""
    if os.path.lexists(code):
        raise WrongUsage(
            f"{quote(code)} is a file: say what of its plan is to be explained",
            hint=command_line("explain", code, "SOURCE"),
        )
    if found := meanings(code):
        return found
    raise WrongUsage(
        f"no code is {quote(code)}, and no file",
        hint=did_you_mean(code, {str(each.code) for each in CATALOGUE})
        or "docs/reference/codes.md has all codes",
    )
