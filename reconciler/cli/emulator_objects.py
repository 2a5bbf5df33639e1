"""`emulator objects`: what imports have made in an emulator."""

from difflib import get_close_matches
from pathlib import Path

import click

from reconciler.cli.backends import DATA_DIRECTORY
from reconciler.cli.desired import open_project
from reconciler.cli.settings import Settings
from reconciler.emulator.listing import objects_of, sources_of, types_of
from reconciler.emulator.store import reading
from reconciler.errors import ReconcilerError, WrongUsage
from reconciler.manifest.bind import embedded_id
from reconciler.render.objects_json import objects_json
from reconciler.render.objects_text import write_objects


@click.command()
@click.argument("source")
@click.option("--type", "name", metavar="NAME", help="Only objects of the object type NAME.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to print them.",
)
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The emulator's data, by default those of the embedded environment.",
)
@click.pass_obj
def objects(
    settings: Settings, *, source: str, name: str | None, form: str, db: Path | None
) -> int:
    """List the objects of SOURCE: a source's name, or the id of an import source."""
    if db is None:
        db = open_project(settings, interpolate=False).root / DATA_DIRECTORY / "emulator.db"
    if not db.is_file():
        raise ReconcilerError(
            f"there is no emulator's data at {db}",
            hint="apply a manifest on the embedded emulator first, or name a file with --db",
        )
    with reading(db) as tx:
        places = sources_of(tx, (source, embedded_id(source)))
        if not places:
            raise ReconcilerError(
                f'nothing is configured in {db} for the source "{source}"',
                hint=f"reconciler apply {source}",
            )
        if name is not None:
            _check_type(name, types_of(tx, places))
        found = [each for each in objects_of(tx, places) if name in {None, each.type}]
    if form == "json":
        settings.out.raw(objects_json(source, found))
    else:
        write_objects(found, settings.out)
    return 0


def _check_type(name: str, known: list[str]) -> None:
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f'did you mean "{close[0]}"?' if close else f"object types: {', '.join(known)}"
        raise WrongUsage(f'there is no object type "{name}"', hint=hint)
