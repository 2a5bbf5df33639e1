"""An environment that replays a recording (design.md#replay): its bindings, and its answers.

The project becomes one of the cloud at the recorded URL, whose credentials nobody checks and
whose journal is empty, but for the receipts of earlier applies, which are in the recording.
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
from reconciler.journal.receipt_query import Receipts
from reconciler.manifest.project.model import Auth, Binding, Environment, Project, SchemaAuth
from reconciler.manifest.project.variables import Secret, Template
from reconciler.manifest.text.file import shown_path
from reconciler.model.id_prefix import IdPrefix
from reconciler.model.json_form import from_json
from reconciler.model.wire import read_document
from reconciler.outcome.records import Receipt
from reconciler.value import Value, replace

_FORMAT = "1."


class _Remembered(Value):
    """What a command that replays remembers: nothing of what another replay did."""

    journal: Path
    receipts: Receipts


_REMEMBERED: ContextVar[_Remembered | None] = ContextVar("_REMEMBERED", default=None)


class _Recorded(Value):
    """What a recording says of where it was made: texts without variables."""

    replay: Replay
    base_url: str
    workspace_id: str | None
    schema_url: str | None
    id_prefix: str
    sources: Mapping[str, str]
    receipts: Receipts


def replayed(project: Project) -> Project:
    """Return *project*, whose environment is a replay, with the bindings of its recording.

    The recording answers all requests of the command from now on. Raises ManifestError if it
    cannot be read, or is none.
    """
    path = project.root / (project.environment.replay or "")
    found = _read(path)
    remembered = _REMEMBERED.get()
    if remembered is None:
        STAND_IN.set(found.replay)
        folder = Path(tempfile.mkdtemp(prefix="reconciler-replay-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        remembered = _Remembered(journal=folder / "journal.db", receipts=found.receipts)
        _REMEMBERED.set(remembered)
    journal = f"sqlite:///{remembered.journal}"
    return replace(
        project,
        environment=_bound(project, found, str(path)),
        journal=Template(text=journal, key="journal", file=str(path)),
    )


def recorded_receipts() -> Receipts:
    """Return what the journal had of earlier applies when the command was recorded."""
    remembered = _REMEMBERED.get()
    return {} if remembered is None else remembered.receipts


def recorded_now() -> Callable[[], datetime]:
    """Return the wall clock of the recording that answers."""
    replay = STAND_IN.get()
    assert isinstance(replay, Replay)  # noqa: S101 - `replayed` has made the project
    return replay.now


def _bound(project: Project, found: _Recorded, file: str) -> Environment:
    environment = project.environment
    auth = Auth(bearer=Secret(text="${NONE:-replay}", file=file))

    def text(key: str, value: str) -> Template:
        return Template(text=value, key=key, file=file)

    own = {name: replace(each, auth=None) for name, each in environment.sources.items()}
    recorded = {
        name: Binding(import_source_id=text("importSourceId", value))
        for name, value in found.sources.items()
    }
    schema_auth = None
    if found.schema_url is not None:
        schema_auth = SchemaAuth(auth=auth, base_url=text("baseUrl", found.schema_url))
    return replace(
        environment,
        base_url=text("baseUrl", found.base_url),
        workspace_id=text("workspaceId", found.workspace_id) if found.workspace_id else None,
        auth=auth,
        schema_auth=schema_auth,
        id_prefix=IdPrefix(found.id_prefix),
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
            id_prefix=_plain(environment.get("externalIdPrefix")) or "",
            sources={name: _plain(each["importSourceId"]) for name, each in sources},
            receipts=from_json(about.get("receipts", {}), dict[str, tuple[Receipt, ...]]),
        )
        _check_documents(found.receipts)
        is_ours = about["formatVersion"].startswith(_FORMAT)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _unusable(file) from error
    if not is_ours:
        raise _unusable(file)
    return found


def _unusable(file: str) -> ManifestError:
    text = f"{file} is no recording that can be replayed"
    return ManifestError([ProjectCode.BAD_RECORDING.diagnostic(text, file=file)])


def _check_documents(receipts: Receipts) -> None:
    """Raise ValueError for a receipt whose documents are none: no digest says that they are."""
    for each in (receipt for those in receipts.values() for receipt in those):
        for document in filter(None, (each.body, each.desired, each.live)):
            try:
                read_document(document)
            except Exception as error:  # whatever it is that fails
                raise ValueError("a receipt has no document") from error


def _plain(value: Any) -> Any:
    """Return *value*, a text or None. Raises ValueError for others, and for one with variables."""
    if value is None or (isinstance(value, str) and "${" not in value):
        return value
    raise ValueError(value)
