"""An environment that replays a recording (design.md#replay): its bindings, and its answers.

The project becomes one of the cloud at the recorded URL, whose credentials nobody checks and
whose journal is empty: what was remembered when it was recorded is not in a recording.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reconciler.app.files import read_json
from reconciler.assets.exchange import STAND_IN
from reconciler.assets.replay import Replay
from reconciler.codes.project import ProjectCode
from reconciler.errors import ManifestError
from reconciler.manifest.project.model import Auth, Binding, Environment, Project, SchemaAuth
from reconciler.manifest.project.variables import Secret, Template
from reconciler.manifest.text.file import shown_path
from reconciler.value import Value, replace

_FORMAT = "1."
# No command has both: what one replay has done, the next does not know.
_JOURNAL: ContextVar[Path | None] = ContextVar("_JOURNAL", default=None)


class _Recorded(Value):
    """What a recording says of where it was made: texts without variables."""

    replay: Replay
    base_url: str
    workspace_id: str | None
    schema_url: str | None
    sources: Mapping[str, str]


def replayed(project: Project) -> Project:
    """Return *project*, whose environment is a replay, with the bindings of its recording.

    The recording answers all requests of the command from now on. Raises ManifestError if it
    cannot be read, or is none.
    """
    path = project.root / (project.environment.replay or "")
    found = _read(path)
    journal = _JOURNAL.get()
    if journal is None:
        STAND_IN.set(found.replay)
        journal = Path(tempfile.mkdtemp(prefix="reconciler-replay-"))
        atexit.register(shutil.rmtree, journal, ignore_errors=True)
        _JOURNAL.set(journal)
    return replace(
        project,
        environment=_bound(project, found, str(path)),
        journal=Template(text=f"sqlite:///{journal / 'journal.db'}", key="journal", file=str(path)),
    )


def recorded_now() -> Callable[[], datetime]:
    """Return the wall clock of the recording that answers."""
    replay = STAND_IN.get()
    assert isinstance(replay, Replay)  # noqa: S101 - `replayed` has made the project
    return replay.now


def _bound(project: Project, found: _Recorded, file: str) -> Environment:
    environment = project.environment
    auth = Auth(bearer=Secret("${NONE:-replay}", file=file, place=None))

    def text(key: str, value: str) -> Template:
        return Template(text=value, key=key, file=file)

    own = {name: replace(each, auth=None) for name, each in environment.sources.items()}
    recorded = {
        name: Binding(import_source_id=text("importSourceId", value))
        for name, value in found.sources.items()
    }
    schema_url = text("baseUrl", found.schema_url or found.base_url)
    return replace(
        environment,
        base_url=text("baseUrl", found.base_url),
        workspace_id=text("workspaceId", found.workspace_id) if found.workspace_id else None,
        auth=auth,
        schema_auth=environment.schema_auth and SchemaAuth(auth=auth, base_url=schema_url),
        sources=MappingProxyType({**own, **recorded}),
    )


def _read(path: Path) -> _Recorded:
    file = shown_path(path)
    raw = read_json(path)
    try:
        log = raw["log"]
        about = log["_reconciler"]
        environment = about["project"]["environments"][about["environment"]]
        sources = environment.get("sources", {}).items()
        found = _Recorded(
            replay=Replay(log["entries"]),
            base_url=_plain(environment["baseUrl"]),
            workspace_id=_plain(environment.get("workspaceId")),
            schema_url=_plain(environment.get("schemaAuth", {}).get("baseUrl")),
            sources={name: _plain(each["importSourceId"]) for name, each in sources},
        )
        is_ours = about["formatVersion"].startswith(_FORMAT)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _unusable(file) from error
    if not is_ours:
        raise _unusable(file)
    return found


def _unusable(file: str) -> ManifestError:
    text = f"{file} is no recording that can be replayed"
    return ManifestError([ProjectCode.BAD_RECORDING.diagnostic(text, file=file)])


def _plain(value: Any) -> Any:
    """Return *value*, a text or None. Raises ValueError for others, and for one with variables."""
    if value is None or (isinstance(value, str) and "${" not in value):
        return value
    raise ValueError(value)
