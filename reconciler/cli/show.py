"""`show`: render a saved plan."""

from pathlib import Path

import click

from reconciler.cli.formats import format_options, print_plan, write_outputs
from reconciler.cli.saved_plan import load_plan
from reconciler.cli.settings import Settings
from reconciler.render.diagnostics_text import write_diagnostics


@click.command()
@click.argument("plan", type=click.Path(path_type=Path), metavar="PLAN")
@format_options
@click.pass_obj
def show(
    settings: Settings,
    *,
    plan: Path,
    format_: str,
    outputs: tuple[tuple[str, Path], ...],
) -> int:
    """Render the saved PLAN. Nothing is read but the file; one that was altered is an error."""
    loaded = load_plan(plan)
    write_diagnostics(loaded.diagnostics, settings.err)
    print_plan(loaded, format_, settings.out)
    write_outputs(loaded, outputs)
    return 0
