"""A recording of one command: a HAR of its exchanges, and what is needed to run it again.

Beside the standard's own fields `_reconciler` has the command, how it ended, the project in the
environment and the effective manifests (docs/recording.md). Nothing of it is a secret: the values
of the project file that may be one are not in it, and every text is redacted.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from reconciler.app.baselines import baselines
from reconciler.app.files import check_output, names_stream, read_json, write_atomically
from reconciler.app.project import open_project
from reconciler.app.recordings.secrets import secrets_of
from reconciler.assets.embedded import EMBEDDED_BASE_URL
from reconciler.assets.exchange import WITNESS
from reconciler.assets.recorder import Recorder
from reconciler.assets.redaction import OMITTED, REDACTED, Redaction
from reconciler.errors import ReconcilerError, WrongUsage
from reconciler.manifest.load import Loaded, load_project_manifests
from reconciler.manifest.project.bindings import bind_each
from reconciler.manifest.project.facts import load_facts
from reconciler.manifest.project.facts_text import write_facts
from reconciler.manifest.project.model import BackendKind, Project
from reconciler.manifest.project.variables import Template
from reconciler.manifest.text.file import beginning, read_text
from reconciler.manifest.text.parser import parse
from reconciler.model.json_form import to_json
from reconciler.regex import regex
from reconciler.render.json_line import TOOL, indented_json

FORMAT_VERSION = "1.0"
# The file beside a project that is made of it.
RECORDING = "recording.har"
_OURS = regex(rb'"creator":\s*\{\s*"name":\s*"reconciler"')
# A shorter secret would be taken out of words that have nothing to do with it.
_SHORTEST = 6
_SECRET_OPTION = regex(r"--[a-z-]*(token|notify|password|secret|credential)[a-z-]*")
_URL = regex(r"([a-z][a-z0-9+]*://)(?:[^/]*@)?([^/?#]*).*", re.DOTALL)
_LARGEST_INPUT = 32 * 2**20


class Recording:
    """A recording under way; `end` writes it."""

    def __init__(self, path: Path, *, arguments: Sequence[str], environment: str | None) -> None:
        """Look at the project as the command finds it.

        Raises WrongUsage if *path* is a stream, or a file that is no recording, ReconcilerError if
        none can be written there.
        """
        if names_stream(path) is not None:
            raise WrongUsage("--record writes a file", hint="name one: --record FILE.har")
        self.path = path.absolute()
        check_output(self.path)
        self._check_place()
        inputs = dict(_inputs(arguments))
        named = environment or next(
            (e for each in inputs.values() if isinstance(e := each.get("environment"), str)), None
        )
        project = _project(named)
        known = () if project is None else secrets_of(project)
        self._redaction = Redaction(each for each in known if len(each) >= _SHORTEST)
        self.recorder = Recorder(self._redaction)
        self._about = {
            "formatVersion": FORMAT_VERSION,
            "arguments": [*self._arguments(arguments)],
            **self._redaction.json(_known(project), by_key=False),
            "inputs": self._redaction.json(inputs, by_key=False),
        }

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Record what is exchanged during the block."""
        before = WITNESS.set(self.recorder)
        try:
            yield
        finally:
            WITNESS.reset(before)

    def end(self, exit_code: int) -> None:
        """Write the file, which is its owner's only. Raises ReconcilerError if that fails."""
        self._check_place()
        log = {
            "version": "1.2",
            "creator": TOOL,
            "_reconciler": {
                **self._about,
                "exitCode": exit_code,
                "leftOut": self.recorder.left_out,
            },
            "entries": self.recorder.entries,
        }
        write_atomically(self.path, (indented_json({"log": log}), "\n"))

    def _check_place(self) -> None:
        """Raise WrongUsage if the file is there and is no recording."""
        head = beginning(self.path)
        if head and not _OURS.search(head):
            raise WrongUsage(
                f"{self.path} is there and is no recording: it would be overwritten",
                hint="name another file: --record FILE.har",
            )

    def _arguments(self, arguments: Sequence[str]) -> Iterator[str]:
        is_secret = False
        for text in arguments:
            name, is_set, value = text.partition("=")
            if is_secret:
                yield REDACTED
                is_secret = False
            elif _SECRET_OPTION.fullmatch(name):
                yield f"{name}={REDACTED}" if is_set else name
                is_secret = not is_set
            else:
                shown = f"{name}{is_set}{_origin(value)}" if is_set else _origin(text)
                yield self._redaction.text(shown)


def _origin(text: str) -> str:
    return _URL.sub(rf"\1\2/{OMITTED}", text)


def _inputs(arguments: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the saved plans that *arguments* name, by their names: what a replay needs of files."""
    for text in arguments:
        path = Path(text)
        try:
            if path.suffix != ".json" or not path.is_file():
                continue
            if path.stat().st_size <= _LARGEST_INPUT:
                found = read_json(path)
                if isinstance(found, dict) and found.keys() >= {"format_version", "digest"}:
                    yield text, found
        except (ReconcilerError, OSError, ValueError):
            continue


def _project(environment: str | None) -> Project | None:
    try:
        return open_project(environment)
    except ReconcilerError:  # the command will say what is wrong
        return None


def _known(project: Project | None) -> dict[str, Any]:
    if project is not None:
        with suppress(ReconcilerError, OSError):
            return _about(project)
    return {"environment": None, "project": None, "manifests": {}, "facts": None, "receipts": {}}


def _about(project: Project) -> dict[str, Any]:
    """Return the project file that replays the environment, and the effective manifests."""
    loaded, facts = load_project_manifests(project), load_facts(project.root)
    return {
        "environment": project.environment.name,
        "project": {
            "environments": {project.environment.name: _environment(project, loaded)},
            **_shared(project),
        },
        "manifests": {
            manifest.source: {
                "source": manifest.source,
                **{k: v for k, v in manifest.draft.raw.items() if k != "importSourceId"},
            }
            for manifest in loaded.manifests
        },
        "facts": write_facts(facts) if facts.sites else None,
        "receipts": _receipts(project),
    }


def _receipts(project: Project) -> Any:
    """Return what the journal has of earlier applies, the third side of each comparison."""
    try:
        found = to_json(baselines(project, None).receipts)
    except ReconcilerError:
        return {}
    return found if len(json.dumps(found)) <= _LARGEST_INPUT else {}


def _shared(project: Project) -> Mapping[str, Any]:
    """Return what the project file says for all environments, without who acknowledged drift."""
    if project.path is None:
        return {}
    raw = parse(read_text(project.path, file=str(project.path)), file=str(project.path)).value
    ignored = [{**each, "owner": OMITTED} for each in raw.get("ignore", ())]
    found = {"policy": raw.get("policy"), "ignore": ignored}
    return {key: value for key, value in found.items() if value}


def _environment(project: Project, loaded: Loaded) -> dict[str, Any]:
    environment = project.environment
    is_embedded = environment.backend is BackendKind.EMBEDDED
    names = [manifest.source for manifest in loaded.manifests]
    try:
        refs = bind_each(project, names, loaded).refs
    except ReconcilerError:
        refs = ()

    def known(template: Template | None) -> str | None:
        return None if template is None else template.known(project.variables)

    url = EMBEDDED_BASE_URL if is_embedded else known(environment.base_url)
    schema_auth = environment.schema_auth
    found = {
        "backend": {"replay": RECORDING},
        "baseUrl": url,
        "workspaceId": next((ref.workspace_id for ref in refs), None),
        "longestOperation": environment.longest_operation,
        "externalIdPrefix": environment.id_prefix.text,
        "schemaAuth": schema_auth and {"baseUrl": known(schema_auth.base_url) or url},
        "sources": {
            ref.name: {"importSourceId": ref.import_source_id}
            for ref in refs
            if ref.import_source_id is not None
        },
    }
    return {key: value for key, value in found.items() if value}
