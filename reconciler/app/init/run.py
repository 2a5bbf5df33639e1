"""`init`: what is asked for, and the files that come of it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from reconciler.app.init.cloud import CloudSource, cloud_access, cloud_source
from reconciler.app.init.files import (
    MANIFEST_MODELINE,
    SCHEMAS,
    NewFile,
    check_free,
    local_project,
    missing_ignores,
    project_files,
    variables_in,
    write_files,
)
from reconciler.app.init.manifest import inferred_manifest
from reconciler.app.init.pipelines import FILES, pipeline_files
from reconciler.app.init.questions import Questions
from reconciler.app.init.target import stem_of, target_of
from reconciler.app.progress import Progress
from reconciler.app.project import open_project
from reconciler.command_line import command_line
from reconciler.data.entries import DataFormat
from reconciler.errors import ReconcilerError
from reconciler.manifest.load import load_project_manifests
from reconciler.manifest.project.bindings import binds_any
from reconciler.manifest.project.file import find_project
from reconciler.manifest.project.model import (
    DATA_DIRECTORY,
    LOCAL,
    BackendKind,
    Project,
    default_project,
)
from reconciler.manifest.text.file import read_text, shown_path
from reconciler.outcome.new_project import InferredManifest, InitResult
from reconciler.value import Value, replace

CLOUD = "cloud"
BACKENDS = {
    LOCAL: "on an emulator inside this program: no account, no network",
    CLOUD: "in Jira Service Management Cloud",
}
_FLAGS = "--backend cloud for your site, --from FILE for data of yours, or --yes for an example"
_FLAGS_BESIDE_MANIFESTS = "--backend cloud for your site, or --yes for the emulator"
_USUAL_VARIABLES = ("ASSETS_TOKEN", "ASSETS_WORKSPACE_ID")
# The data of an example: laptops and who has them.
_EXAMPLE = Path("data", "laptops.csv")
_EXAMPLE_TEXT = """\
serial_number,name,model,bought,price,owner
C02XK1,ann-laptop,Book Pro 14,2024-03-01,1899.00,ann@example.com
C02XK2,bob-laptop,Book Pro 14,2024-03-01,1899.00,bob@example.com
C02XK3,spare-1,Book Air 13,2023-11-20,1249.50,
"""


class InitRequest(Value):
    """The request of an `init` command; what is None is asked for, or has a default.

    `data` is a file to infer a manifest from, `pipeline` the name of a CI system.
    """

    data: Path | None = None
    format_: DataFormat | None = None
    backend: str | None = None
    environment: str | None = None
    source: str | None = None
    base_url: str | None = None
    pipeline: str | None = None


def init_project(asked: InitRequest, ask: Questions, progress: Progress) -> InitResult:
    """Write what is *asked* for, all of it or nothing, and return what that is.

    Raises ReconcilerError if a file is in the way, and DataError for data without entries.
    """
    path = find_project()
    if path is None:
        there = _manifests_there(Path())
        return _new(_complete(asked, there, ask), there, ask, progress)
    if asked.backend is not None or (asked.data is None and asked.pipeline is None):
        raise ReconcilerError(
            f"nothing was written: {shown_path(path)} is there already",
            hint="add a manifest to it: " + command_line("init --from FILE"),
        )
    project = open_project(asked.environment)
    text = read_text(path, file=shown_path(path))
    return _written(asked, project, _Start(project_text=text), progress)


class _Start(Value):
    """What a project begins with: the text of its file, and what is here and in the cloud."""

    project_text: str
    files: tuple[NewFile, ...] = ()
    manifests: tuple[str, ...] = ()
    found: CloudSource | None = None


def _manifests_there(root: Path) -> tuple[str, ...]:
    """Return the files in *root* that are manifests already, with those that have errors."""
    loaded = load_project_manifests(default_project(root))
    sources = {each.source for each in loaded.faulty} - {None}
    faulty = {each.file for each in loaded.diagnostics if each.source in sources and each.file}
    return tuple(sorted({*faulty, *(each.file for each in loaded.manifests)}))


def _complete(asked: InitRequest, there: Sequence[str], ask: Questions) -> InitRequest:
    """Return *asked* with the answers to what is open where nothing was said at all."""
    if asked.backend is not None or asked.data is not None:
        return replace(asked, backend=asked.backend or LOCAL)
    flags = _FLAGS_BESIDE_MANIFESTS if there else _FLAGS
    backend = ask.choose("Where are the import sources?", BACKENDS, flag=flags, default=LOCAL)
    data, pipeline = asked.data, asked.pipeline
    if backend == LOCAL and not there:
        exports = [str(path) for path in Path().glob("*.csv")]
        usual = exports[0] if len(exports) == 1 else ""
        example = "" if usual else " (press Enter for an example)"
        file = ask.text(f"A file of data to begin with{example}", flag=flags, default=usual)
        data = Path(file) if file else None
    if pipeline is None:
        systems = {"none": "write no pipeline"} | dict.fromkeys(FILES, "")
        chosen = ask.choose("A pipeline?", systems, flag="--pipeline", default="none")
        pipeline = None if chosen == "none" else chosen
    return replace(asked, backend=backend, data=data, pipeline=pipeline)


def _new(
    asked: InitRequest, there: tuple[str, ...], ask: Questions, progress: Progress
) -> InitResult:
    root = Path()
    check_free(project_files(root, ""))  # before anything is asked of anybody
    if asked.backend != CLOUD:
        text = local_project(asked.environment)
        files = tuple(project_files(root, text))
        start = _Start(project_text=text, files=files, manifests=there)
        return _written(asked, default_project(root), start, progress)
    access = cloud_access(asked.environment or "production", asked.base_url, ask)
    found = cloud_source(access, asked.source, ask, progress)
    text = found.project_text
    new = project_files(root, text)
    if found.pulled is not None and asked.data is None:
        manifest = f"{MANIFEST_MODELINE}\n{found.pulled.after}"
        new.append(NewFile(path=root / found.pulled.file, text=manifest))
    start = _Start(project_text=text, files=tuple(new), found=found)
    return _written(
        replace(asked, source=found.ref.name, environment=access.environment),
        access.project(found.ref),
        start,
        progress,
    )


def _written(asked: InitRequest, project: Project, start: _Start, progress: Progress) -> InitResult:
    """Write all files if none is in the way."""
    environment = asked.environment or project.environment.name
    is_local = project.environment.backend is BackendKind.EMBEDDED
    files = [*start.files]
    if asked.pipeline is not None:
        name = "production" if is_local else environment
        variables = variables_in(start.project_text) or _USUAL_VARIABLES
        files += pipeline_files(asked.pipeline, environment=name, variables=variables)
    data, example = asked.data, list[NewFile]()
    if data is None and start.files and not start.manifests and start.found is None:
        data = _EXAMPLE
        example = [NewFile(path=data, text=_EXAMPLE_TEXT)]
    target = None if data is None else target_of(project, data, asked.source)
    expected = [] if target is None else [NewFile(path=target.path, text="")]
    check_free([*files, *example, *expected])
    with ExitStack() as undo:
        written = write_files(example, undo)
        inferred = None
        if data is not None and target is not None:
            inferred = inferred_manifest(
                data,
                target.source,
                called=stem_of(data),
                id_base=target.id_base,
                file=shown_path(target.path),
                format_=asked.format_,
                progress=progress,
            )
            text = inferred.text
            if not start.files and not (project.root / SCHEMAS / "manifest.json").exists():
                text = text.removeprefix(f"{MANIFEST_MODELINE}\n")  # it would lead nowhere
            files.append(NewFile(path=target.path, text=text))
        written += write_files(files, undo)
        undo.pop_all()
    found = start.found
    return InitResult(
        written=written,
        environment=environment,
        inferred=inferred,
        pulled=None if found is None or inferred is not None else found.pulled,
        manifests=start.manifests,
        remarks=tuple(_remarks(project, asked, start, inferred, is_local=is_local)),
        next_steps=tuple(_next_steps(inferred, found)),
    )


def _remarks(
    project: Project,
    asked: InitRequest,
    start: _Start,
    inferred: InferredManifest | None,
    *,
    is_local: bool,
) -> Iterator[str]:
    if missing_ignores(project.root):
        yield f"add {DATA_DIRECTORY}/ to .gitignore: its journal holds what was sent"
    if project.manifest_globs is not None and asked.data is not None:
        yield 'the project file names its manifests: add the new one under "manifests"'
    if inferred is not None and not start.files:
        yield from _binding(project, inferred.source)
    if start.found is not None and start.found.remark is not None and asked.data is None:
        yield start.found.remark
    unset = [name for name in variables_in(start.project_text) if not os.environ.get(name)]
    if start.found is not None and unset:
        yield f"set {', '.join(unset)}: the project file has the name only"
    if asked.pipeline is not None and is_local:
        yield "the pipeline plans the environment production: add it to the project file"


def _binding(project: Project, source: str) -> Iterator[str]:
    """Yield how *source* is bound, where a plan would miss it."""
    environment = project.environment
    is_embedded = environment.backend is BackendKind.EMBEDDED
    if is_embedded or source in environment.sources or not binds_any(project):
        return
    bind = f"environments: {environment.name}: sources: {source}: {{importSourceId: …}}"
    instead = ""
    if len(environment.sources) == 1:
        (bound,) = environment.sources
        instead = f"; or name it as the one that is bound: --source {bound}"
    yield f"bind {source} under {bind}{instead}"


def _next_steps(inferred: InferredManifest | None, found: CloudSource | None) -> Iterator[str]:
    if found is not None and found.pulled is None and inferred is None:
        name = found.ref.name
        if found.reads_as_account:
            yield f"{command_line('init --from FILE --source NAME')}   (NAME is {name})"
        else:
            yield command_line("pull", name)
        return
    yield command_line("plan")
    yield command_line("apply")
    if inferred is not None:
        yield command_line("ingest run", inferred.source, inferred.data)
