"""`emulator`: serve the importsource API locally, and look after its object schemas."""

import ipaddress
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from reconciler.app.project import open_project
from reconciler.cli.formats import format_option, print_report
from reconciler.cli.group import SpelledGroup
from reconciler.cli.number_types import MOST, Count, Seconds
from reconciler.cli.settings import Settings
from reconciler.command_line import command_line
from reconciler.emulator.administration import make_by_hand
from reconciler.emulator.app import create_app
from reconciler.emulator.call import Place
from reconciler.emulator.faults import (
    ADMIN_TOKEN,
    MEANINGS,
    EmulatorOptions,
    InjectedFault,
    parse_fault,
)
from reconciler.emulator.object_schemas import content_of, put_into
from reconciler.emulator.object_schemas import object_schema as number_of
from reconciler.emulator.objects import objects_of, sources_of, types_of
from reconciler.emulator.operations import ApiOperation
from reconciler.emulator.server import serve
from reconciler.emulator.store import Store, reading
from reconciler.errors import ManifestError, ReconcilerError, WrongUsage
from reconciler.manifest.project.bindings import embedded_id
from reconciler.manifest.project.model import DATA_DIRECTORY, LOCAL
from reconciler.manifest.text.file import read_text
from reconciler.manifest.text.parser import parse
from reconciler.manifest.wording import did_you_mean
from reconciler.model.document import walk_types
from reconciler.render.formats import OBJECTS, Format
from reconciler.render.report import SourceObjects
from reconciler.render.shorten import count
from reconciler.semantics.patch import UndocumentedAssumption

_db_option = click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The emulator's data, by default those of the embedded environment.",
)


def _embedded_data(settings: Settings) -> Path:
    return open_project(settings.environment).root / DATA_DIRECTORY / "emulator.db"


@click.command()
@click.argument("source")
@click.option("--type", "name", metavar="NAME", help="Only objects of the object type NAME.")
@format_option(OBJECTS, "How to print them.")
@_db_option
@click.pass_obj
def objects(
    settings: Settings, *, source: str, name: str | None, format_: Format, db: Path | None
) -> int:
    """List the objects of SOURCE: a source's name, or the id of an import source."""
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


@click.command("object-schema")
@click.argument("name")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--types",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A document, whose object types are made in it by hand.",
)
@_db_option
@click.option("--workspace", default=LOCAL, show_default=True, help="The sources' workspace.")
@click.pass_obj
def object_schema(
    settings: Settings,
    *,
    name: str,
    sources: tuple[str, ...],
    types: Path | None,
    db: Path | None,
    workspace: str,
) -> int:
    """Put import sources into the object schema NAME, which several may share.

    SOURCE is a source's name, or with --db the id of an import source. Without this, each has
    an object schema to itself.
    """
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


_DEFAULTS = EmulatorOptions()
_FAULTS = "OPERATION:KIND[=VALUE][:TIMES]"


class _FaultType(click.ParamType[InjectedFault]):
    """One fault, as `--fault` writes it."""

    name = _FAULTS

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> InjectedFault:
        """Return the fault."""
        if isinstance(value, InjectedFault):
            return value
        try:
            return parse_fault(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _faults_explained() -> str:
    """Return the description of `--fault` values, for the end of the help."""
    operations = ", ".join(ApiOperation)
    lines = [
        f"Faults are {_FAULTS}, TIMES times or always.\n\nOPERATION is * (any), {operations}.",
        "KIND is one of these.",
    ]
    for title, kinds in MEANINGS.items():
        rows = "\n".join(f"  {kind:17} {meaning}" for kind, meaning in kinds.items())
        lines.append(f"\b\n{title}:\n{rows}")
    return "\n\n".join(lines)


@click.group(
    cls=SpelledGroup,
    epilog=_faults_explained(),
    invoke_without_command=True,
    subcommand_metavar="[objects SOURCE | object-schema NAME]",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=Count(0, 65_535),
    default=8080,
    show_default=True,
    help="0 is any free one.",
)
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the data are kept. Without it they are gone at the end.",
)
@click.option("--token", default=ADMIN_TOKEN, show_default=True, help="The administrator's token.")
@click.option(
    "--latency",
    type=Seconds(),
    default=_DEFAULTS.latency,
    show_default=True,
    metavar="S",
    help="Seconds before every answer.",
)
@click.option(
    "--steps",
    type=Count(0),
    default=_DEFAULTS.steps,
    show_default=True,
    help="How often asynchronous work is IN_PROGRESS.",
)
@click.option(
    "--duration",
    type=Seconds(),
    default=_DEFAULTS.duration,
    show_default=True,
    metavar="S",
    help="Seconds that asynchronous work takes at least.",
)
@click.option(
    "--answers",
    type=click.Choice(("documented", "observed")),
    default=_DEFAULTS.answers,
    show_default=True,
    help="The form of GET schema-and-mapping.",
)
@click.option("--shows", is_flag=True, help="GET shows icons and statuses as well.")
@click.option(
    "--accepts",
    type=click.Choice((303, 202, 204)),
    default=_DEFAULTS.accepts,
    show_default=True,
    help="The status that answers async=true.",
)
@click.option(
    "--location",
    type=click.Choice(("absolute", "path")),
    default=_DEFAULTS.location,
    show_default=True,
    help="The form of the Location header.",
)
@click.option(
    "--undocumented",
    type=click.Choice(tuple(UndocumentedAssumption)),
    default=_DEFAULTS.undocumented,
    show_default=True,
    help="What PATCH does with changes that nobody documented.",
)
@click.option("--strict-references", is_flag=True, help="Refuse what the API may refuse.")
@click.option("--strict-children", is_flag=True, help="A child type is mapped by one source alone.")
@click.option(
    "--resets-settings",
    is_flag=True,
    help="A mapping that is sent loses its settings in the UI.",
)
@click.option(
    "--empty",
    type=click.Choice((200, 400, 404)),
    default=_DEFAULTS.empty,
    show_default=True,
    help="The status of GET schema-and-mapping where there is nothing.",
)
@click.option("--refuse-late", is_flag=True, help="A refused payload fails in progress.")
@click.option(
    "--fault",
    "faults",
    type=_FaultType(),
    multiple=True,
    help="What goes wrong: see below. May repeat.",
)
@click.option(
    "--seed", type=Count(-MOST), default=_DEFAULTS.seed, show_default=True, help="For the ids."
)
@click.pass_context
def emulator(
    ctx: click.Context, /, *, host: str, port: int, db: Path | None, **options: Any
) -> int:
    """Serve the importsource API locally, as the cloud does as far as is known."""
    if ctx.invoked_subcommand is not None:
        _check_only_serving(ctx)
        return 0
    settings = ctx.ensure_object(Settings)
    chosen = EmulatorOptions(**options)
    if not _is_loopback(host):
        settings.err.line(
            f"warning: {host} is not a loopback address: others can reach the emulator"
        )

    def ready(base_url: str) -> None:
        settings.out.line(f"base URL  {base_url}")
        settings.out.line(f"token     {chosen.token}")

    with ExitStack() as stack:
        if db is None:
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="reconciler-"))
            db = Path(directory) / "emulator.db"
        serve(create_app(db, chosen, bound=host), host, port, ready=ready)
    return 0


emulator.add_command(objects)
emulator.add_command(object_schema)


def _check_only_serving(ctx: click.Context) -> None:
    """Raise WrongUsage for an option of serving given before a subcommand."""
    for parameter in ctx.command.params:
        if ctx.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE:
            raise WrongUsage(
                f"{parameter.opts[0]} is for serving",
                hint=command_line("emulator --help"),
            )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
