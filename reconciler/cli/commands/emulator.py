"""`emulator`: serve the importsource API locally, and look after its object schemas."""

import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from reconciler.app.project import open_project
from reconciler.cli.choices import LOCAL_WORKSPACE
from reconciler.cli.reports import print_report
from reconciler.cli.settings import Settings
from reconciler.command_line import command_line
from reconciler.emulator.administration import make_by_hand
from reconciler.emulator.app import create_app
from reconciler.emulator.call import Place
from reconciler.emulator.faults import (
    EmulatorOptions,
)
from reconciler.emulator.object_schemas import content_of, put_into
from reconciler.emulator.object_schemas import object_schema as number_of
from reconciler.emulator.objects import objects_of, sources_of, types_of
from reconciler.emulator.server import serve
from reconciler.emulator.store import Store, reading
from reconciler.errors import ManifestError, ReconcilerError, WrongUsage
from reconciler.loopback import is_loopback
from reconciler.manifest.project.bindings import embedded_id
from reconciler.manifest.project.model import DATA_DIRECTORY, EMULATOR_FILE
from reconciler.manifest.text.file import read_text
from reconciler.manifest.text.parser import parse
from reconciler.manifest.text.yaml_writer import flow, scalar
from reconciler.manifest.wording import did_you_mean
from reconciler.model.document import walk_types
from reconciler.render.formats import OBJECTS, Format
from reconciler.render.report import SourceObjects
from reconciler.render.shorten import count

_ENVIRONMENT = """\
# In reconciler.yaml, with the name of each source in place of SOURCE:
environments:
  emulator:
    backend: cloud
    baseUrl: {base_url}
    workspaceId: {workspace}
    auth: {auth}
    sources:
      SOURCE: {{importSourceId: SOURCE}}
"""


def _embedded_data(settings: Settings) -> Path:
    return open_project(settings.environment).root / DATA_DIRECTORY / EMULATOR_FILE


def objects(
    settings: Settings, *, source: str, name: str | None, format_: Format, db: Path | None
) -> int:
    """Run the command and return its exit code."""
    db = db or _embedded_data(settings)
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
                hint=command_line("apply", source),
            )
        if name is not None:
            _check_type(name, types_of(tx, places))
        found = [each for each in objects_of(tx, places) if name in {None, each.type}]
    print_report(OBJECTS, SourceObjects(source=source, objects=found), format_, settings)
    return 0


def object_schema(
    settings: Settings,
    *,
    name: str,
    sources: tuple[str, ...],
    types: Path | None,
    db: Path | None,
    workspace: str,
) -> int:
    """Run the command and return its exit code."""
    ids = [source if db else embedded_id(source) for source in sources]
    store = Store(db or _embedded_data(settings))
    try:
        with store.transaction() as tx:
            number = number_of(tx, workspace, name)
            for each in ids:
                put_into(tx, Place(workspace, each), number, time.time())
            if types is not None:
                make_by_hand(tx, workspace, name, _schema_in(types), EmulatorOptions())
            content = content_of(tx, number)
    except ValueError as error:
        raise ReconcilerError(f"{types}: {error}") from error
    finally:
        store.close()
    made = count(sum(1 for _ in walk_types(content.object_types)), "object type")
    settings.out.line(f"{name}: {made}, {count(len(ids), 'import source')} put into it")
    return 0


def _schema_in(path: Path) -> Mapping[str, Any]:
    parsed = parse(read_text(path, file=str(path)), file=str(path))
    if parsed.faults:
        raise ManifestError(parsed.faults)
    schema: dict[str, Any] = parsed.value
    return schema


def _check_type(name: str, known: list[str]) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or f"object types: {', '.join(known)}"
        raise WrongUsage(f'there is no object type "{name}"', hint=hint)


def _environment(base_url: str, token: str) -> str:
    """Return what a project file needs to reach the emulator: its token belongs to no source."""
    return _ENVIRONMENT.format(
        base_url=scalar(base_url), workspace=LOCAL_WORKSPACE, auth=flow({"bearer": token})
    )


def serving(settings: Settings, *, host: str, port: int, db: Path | None, **options: Any) -> int:
    """Serve until a signal ends it."""
    chosen = EmulatorOptions(**options)
    if not is_loopback(host):
        settings.err.line(
            f"warning: {host} is not a loopback address: others can reach the emulator"
        )

    def ready(base_url: str) -> None:
        settings.out.line(f"base URL  {base_url}")
        settings.out.line(f"token     {chosen.token}")
        settings.out.line()
        settings.out.raw(_environment(base_url, chosen.token))

    with ExitStack() as stack:
        if db is None:
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="reconciler-"))
            db = Path(directory) / "emulator.db"
        serve(create_app(db, chosen, bound=host), host, port, ready=ready)
    return 0
