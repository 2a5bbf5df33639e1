"""The files of a new project: what is in them, and that none is overwritten."""

import json
import os
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from reconciler.app.files import create
from reconciler.errors import ManifestError, ReconcilerError
from reconciler.manifest.project.file import PROJECT_FILE
from reconciler.manifest.project.model import DATA_DIRECTORY, LOCAL
from reconciler.manifest.schemas import schema
from reconciler.manifest.text.file import read_text, shown_path
from reconciler.manifest.text.yaml_writer import scalar
from reconciler.regex import regex
from reconciler.value import Value

SCHEMAS = ".schemas"
_MODELINE = "# yaml-language-server: $schema="
MANIFEST_MODELINE = f"{_MODELINE}{SCHEMAS}/manifest.json"
_VARIABLE = regex(r"\$\{([A-Za-z_]\w*)")
_IGNORED = f"{DATA_DIRECTORY}/"

_ABOUT = """\
# The project file. Every other *.yaml, *.yml and *.json file in this folder is a manifest:
# it says what one import source of Assets should look like.
"""
_LOCAL = """\
  # The emulator, in process: no account, no network. Its data are in .reconciler/emulator.db.
  {name}:
    backend: embedded
"""
_CLOUD = """\
  # Jira Service Management Cloud: ${NAME} is a variable, so that no secret stands in git.
  # production:
  #   backend: cloud
  #   workspaceId: ${ASSETS_WORKSPACE_ID}
  #   auth: {bearer: "${ASSETS_TOKEN}"}
  #   sources:
  #     NAME: {importSourceId: "${NAME_SOURCE_ID}"}
"""


class NewFile(Value):
    """A file to write, unless it is there; one that `may_be_there` is left as it is then."""

    path: Path
    text: str
    may_be_there: bool = False


def local_project(name: str | None) -> str:
    """Return the text of a project file whose environment *name* is the emulator."""
    name = scalar(name or LOCAL)
    environments = f"environments:\n{_LOCAL.format(name=name)}\n{_CLOUD}"
    return f"{_MODELINE}{SCHEMAS}/project.json\n{_ABOUT}defaultEnvironment: {name}\n{environments}"


def cloud_project(name: str, environment_lines: str) -> str:
    """Return the text of a project file whose environment *name* has *environment_lines*."""
    local = "" if name == LOCAL else f"\n{_LOCAL.format(name=LOCAL)}"
    return (
        f"{_MODELINE}{SCHEMAS}/project.json\n{_ABOUT}defaultEnvironment: {scalar(name)}\n"
        f"environments:\n  # ${{NAME}} is a variable, so that no secret stands in git.\n"
        f"{environment_lines}{local}"
    )


def project_files(root: Path, project_text: str) -> list[NewFile]:
    """Return the project file and what goes with it: schemas for editors, and what git ignores."""
    return [
        NewFile(path=root / PROJECT_FILE, text=project_text),
        NewFile(path=root / ".gitignore", text=f"{_IGNORED}\n", may_be_there=True),
        *(
            NewFile(
                path=root / SCHEMAS / f"{kind}.json",
                text=f"{json.dumps(schema(kind), indent=1)}\n",
                may_be_there=True,
            )
            for kind in ("project", "manifest")
        ),
    ]


def variables_in(project_text: str) -> tuple[str, ...]:
    """Return the variables that a project file names, comments aside."""
    lines = (line for line in project_text.splitlines() if not line.lstrip().startswith("#"))
    return tuple(dict.fromkeys(_VARIABLE.findall("\n".join(lines))))


def check_free(files: Iterable[NewFile]) -> None:
    """Raise ReconcilerError if any of *files* would overwrite what is there, naming all."""
    there = [
        shown_path(each.path)
        for each in files
        if not each.may_be_there and os.path.lexists(each.path)
    ]
    if there:
        verb = "is" if len(there) == 1 else "are"
        raise ReconcilerError(
            f"nothing was written: {', '.join(there)} {verb} there already",
            hint="move what is in the way, or start in an empty folder",
        )


def write_files(files: Iterable[NewFile], undo: ExitStack) -> tuple[str, ...]:
    """Write *files*, which *undo* takes away again, and return them; what may be there stays.

    Raises ReconcilerError, also if somebody else has made one since they were seen to be free.
    """
    written = []
    for each in files:
        if not (each.may_be_there and os.path.lexists(each.path)):
            create(each.path, each.text, undo)
            written.append(shown_path(each.path))
    return tuple(written)


def missing_ignores(root: Path) -> bool:
    """Return whether git would take up what the program keeps in its folder."""
    path = root / ".gitignore"
    try:
        lines = read_text(path, file=shown_path(path)).splitlines()
    except ManifestError:
        return False
    return not {_IGNORED, DATA_DIRECTORY, f"/{_IGNORED}", f"/{DATA_DIRECTORY}"}.intersection(
        line.strip() for line in lines
    )
