"""Small projects for tests with many processes: a workspace of the emulator with its project.

Each project has a workspace of its own, so that one emulator serves many at the same time.
"""

import contextlib
import copy
import itertools
import json
import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import update

from reconciler.journal.store import JournalStore
from reconciler.journal.tables import operations
from tests.support.processes.server import Server
from tests.support.stages import emulator_site
from tests.support.stages.emulator_site import attribute, tagged

Json = dict[str, Any]
_NUMBERS = itertools.count()
# One for all threads: to make one costs more than a request. No connection is kept.
_CLIENT = httpx.Client(timeout=30, limits=httpx.Limits(max_keepalive_connections=0))


def before(name: str) -> Json:
    """Return the document of *name* that live has before a PATCH."""
    return tagged(name)


def wanted(name: str, text: str = "as planned") -> Json:
    """Return the document of *name* that the manifests want: one attribute more, and a text."""
    made = copy.deepcopy(tagged(name))
    (kind,) = made["schema"]["objectSchema"]["objectTypes"]
    kind["description"] = text
    kind["attributes"].append(attribute(f"{name}-new", "New"))
    return made


def typical(name: str, *, types: int = 10, attributes: int = 8) -> Json:
    """Return a document of *name* as large as they commonly are, everything in it mapped."""
    kinds, mappings = [], []
    for number in range(types):
        kind = f"{name}/type-{number}"
        fields = [f"{kind}/attribute-{each}" for each in range(attributes)]
        kinds.append(
            {
                "externalId": kind,
                "name": f"Type {number}",
                "description": f"What the nightly export calls type {number}",
                "attributes": [
                    attribute(
                        field,
                        f"Attribute {each}",
                        description=f"Taken from field {each} of the export",
                        label=each == 0,
                    )
                    for each, field in enumerate(fields)
                ],
            }
        )
        mappings.append(
            {
                "objectTypeExternalId": kind,
                "objectTypeName": f"Type {number}",
                "selector": f"type{number}",
                "description": f"Records of type {number}",
                "attributesMapping": [
                    {
                        "attributeExternalId": field,
                        "attributeName": f"Attribute {each}",
                        "attributeLocators": [f"field{each}"],
                        "externalIdPart": each == 0,
                    }
                    for each, field in enumerate(fields)
                ],
            }
        )
    return emulator_site.document(kinds, mappings)


def essence(found: Json | None) -> Any:
    """Return what tells the small documents here apart, None for a source without a mapping."""
    if found is None:
        return None
    (kind,) = found["schema"]["objectSchema"]["objectTypes"]
    ids = sorted(a["externalId"] for a in kind["attributes"] if "externalId" in a)
    return kind["description"], ids, found["mapping"]["objectTypeMappings"][0]["selector"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """A project in *root* whose sources are in *workspace* of *server*; `journal` is a URL."""

    root: Path
    server: Server
    workspace: str
    names: tuple[str, ...]
    journal: str

    @property
    def environ(self) -> dict[str, str]:
        kept = {"PATH", "HOME", "LANG", "SSL_CERT_FILE", "TMPDIR"}
        return {k: v for k, v in os.environ.items() if k in kept} | {"TOKEN": self.server.token}

    def want(self, documents: Mapping[str, Json]) -> None:
        """Write the manifests."""
        for name, document in documents.items():
            (self.root / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")

    def put(self, name: str, document: Json, *, verb: str = "PUT") -> None:
        """Bring live to *document*, as somebody else would who waits for the answer."""
        answer = self._ask(verb, f"{self.url(name)}/mapping", document)
        assert answer.status_code == 204, answer.text

    def amend(self, name: str, live: Json, text: str) -> None:
        """Edit the description of *live* by hand; a fault may prevent it."""
        made = copy.deepcopy(live)
        made["schema"]["objectSchema"]["objectTypes"][0]["description"] = text
        self._tried("PATCH", f"{self.url(name)}/mapping", made)

    def touch(self, name: str) -> None:
        """Ask something of a source, so that the emulator goes on with what it has of it."""
        self._tried("GET", f"{self.url(name)}/configstatus")

    def live(self, name: str) -> Json | None:
        """Return what the emulator shows, None for a source without a mapping."""
        answer = self._ask("GET", f"{self.url(name)}/schema-and-mapping")
        if answer.status_code == 404:
            return None
        found: Json = answer.raise_for_status().json()
        return found

    def writes(self) -> dict[str, int]:
        """Return how many PUTs and PATCHes of a mapping each source has had."""
        url = httpx.URL(self.server.base_url).join("/emulator/requests")
        counts = dict.fromkeys(self.names, 0)
        for row in self._ask("GET", str(url)).raise_for_status().json()["requests"]:
            name = row["importSourceId"].removeprefix("id-")
            of_ours = row["workspaceId"] == self.workspace and name in counts
            if of_ours and row["operation"] in {"put-mapping", "patch-mapping"}:
                counts[name] += row["count"]
        return counts

    def arm(self, *faults: str) -> None:
        """Let the emulator go wrong from now on."""
        for fault in faults:
            self._faults("POST", fault.encode())

    def held(self) -> int:
        """Return how many requests the emulator holds back."""
        return self._faults("GET")

    def release(self) -> None:
        """Let the emulator take up what it holds back, and do nothing wrong any more."""
        self._faults("DELETE")

    def _faults(self, method: str, body: bytes | None = None) -> int:
        url = httpx.URL(self.server.base_url).join("/emulator/faults")
        headers = {"Authorization": f"Bearer {self.server.token}"}
        answer = _CLIENT.request(method, url, content=body, headers=headers)
        return int(answer.raise_for_status().json()["held"])

    def age(self) -> None:
        """Make everything in the journal as old as if the longest operation were long over."""
        with closing(JournalStore(self.journal)) as store, store.writing() as db:
            sent = operations.c.sent_at.is_not(None)
            db.execute(update(operations).where(sent).values(sent_at="2001-01-01T00:00:00.000Z"))

    def url(self, name: str) -> str:
        """Return the URL of a source."""
        base = self.server.base_url
        return f"{base}/workspace/{self.workspace}/v1/importsource/id-{name}"

    def _tried(self, method: str, url: str, body: Json | None = None) -> None:
        with contextlib.suppress(httpx.TransportError):  # a fault of the emulator
            self._ask(method, url, body)

    def _ask(self, method: str, url: str, body: Json | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.server.token}"}
        return _CLIENT.request(method, url, json=body, headers=headers)


def make_project(
    root: Path,
    server: Server,
    names: tuple[str, ...],
    journal: str,
    *,
    workspace: str | None = None,
) -> Project:
    """Write a project for *names* with its journal at the URL *journal*; no manifest yet."""
    workspace = workspace or f"w{os.getpid()}-{next(_NUMBERS)}"
    production = {
        "backend": "cloud",
        "baseUrl": server.base_url,
        "workspaceId": workspace,
        "auth": {"bearer": "${TOKEN}"},
        "sources": {name: {"importSourceId": f"id-{name}"} for name in names},
    }
    written = {"environments": {"production": production}, "journal": journal}
    root.mkdir(parents=True, exist_ok=True)
    (root / "reconciler.yaml").write_text(json.dumps(written), encoding="utf-8")
    return Project(root=root, server=server, workspace=workspace, names=names, journal=journal)
