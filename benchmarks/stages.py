"""What a row's commands run in: a directory with a project, and perhaps a server."""

import functools
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import documents
from tests.support.processes.project import Project, make_project, typical
from tests.support.processes.server import emulator

UNPACED = 1_000_000
# What a look for drift asks of a source.
ASKED = {
    "get-source": "",
    "get-configstatus": "/configstatus",
    "get-schema-and-mapping": "/schema-and-mapping",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """Documents in *directory*, each made when it is first asked for: `L.json`, `L.live.json`."""

    directory: Path

    def lend(self, name: str, to: Path) -> None:
        """Copy the document SIZE[.KIND].(json|yaml)."""
        kept = self.directory / name
        if not kept.exists():
            size, *kind, _ = name.split(".")
            documents.write(kept, _document(size, "".join(kind)))
        shutil.copy(kept, to)


@functools.lru_cache(maxsize=1)
def _wanted(size: str) -> documents.Json:
    return documents.wanted(size)


def _document(size: str, kind: str) -> documents.Json:
    made = _wanted(size)
    return _KINDS[kind](made) if kind not in {"", "wanted"} else made


_KINDS: Mapping[str, Callable[[documents.Json], documents.Json]] = {
    "same": documents.answer,
    "live": lambda made: documents.drifted(documents.answer(made), 1),
    "one": lambda made: documents.edited(documents.answer(made)),  # as one record of the peer is
    "far": lambda made: documents.drifted(documents.answer(made), 14.5),  # L: some 10,000 changes
    "before": lambda made: documents.drifted(made, 1),
    "faults": lambda made: documents.spoiled(made, 1000),
}


# Fills a directory for the block, and yields the environment of the commands.
Stage = Callable[[Path, Shelf], AbstractContextManager[Mapping[str, str]]]


@contextmanager
def nothing(_: Path, __: Shelf) -> Iterator[Mapping[str, str]]:
    """Leave the directory empty."""
    yield os.environ


def project(manifest: str, **others: str) -> Stage:
    """Write a project on the embedded backend, its manifest `m`, and *others* as `NAME.json`."""

    @contextmanager
    def filled(directory: Path, shelf: Shelf) -> Iterator[Mapping[str, str]]:
        name = f"m{Path(manifest).suffix}"
        made = {"environments": {"local": {"backend": "embedded"}}, "manifests": [name]}
        (directory / "reconciler.yaml").write_text(json.dumps(made), encoding="utf-8")
        shelf.lend(manifest, directory / name)
        for other, document in others.items():
            shelf.lend(document, directory / f"{other}.json")
        yield os.environ

    return filled


def previewed(count: int) -> Stage:
    """Write a project with `data.ndjson` of *count* objects, and `tenth.ndjson`."""

    @contextmanager
    def filled(directory: Path, shelf: Shelf) -> Iterator[Mapping[str, str]]:
        for name, number in (("data", count), ("tenth", count // 10)):
            with (directory / f"{name}.ndjson").open("w", encoding="utf-8") as out:
                entries = documents.entries(documents.wanted("one"), number)
                out.writelines(f"{json.dumps(each)}\n" for each in entries)
        with project("one.json")(directory, shelf) as environ:
            yield environ

    return filled


def zone(records: int) -> Stage:
    """Write what octodns-sync needs to plan one change of *records*, from YAML to YAML."""

    @contextmanager
    def filled(directory: Path, _: Shelf) -> Iterator[Mapping[str, str]]:
        provider = {"class": "octodns.provider.yaml.YamlProvider", "default_ttl": 300}
        made = {
            "providers": {each: {**provider, "directory": each} for each in ("want", "have")},
            "zones": {"example.com.": {"sources": ["want"], "targets": ["have"]}},
        }
        (directory / "octodns.json").write_text(json.dumps(made), encoding="utf-8")
        for each, changed in (("want", "192.0.2.1"), ("have", "192.0.2.2")):
            (directory / each).mkdir()
            with (directory / each / "example.com.yaml").open("w", encoding="utf-8") as out:
                out.write("---\n")
                for number in range(records):
                    value = changed if number == records // 2 else f"10.0.{number % 250}.1"
                    out.write(f"host-{number:06}:\n  type: A\n  value: {value}\n")
        yield os.environ

    return filled


def together(*stages: Stage, **below: Stage) -> Stage:
    """Do *stages* in one directory, and each of *below* in the folder of its name."""

    @contextmanager
    def filled(directory: Path, shelf: Shelf) -> Iterator[Mapping[str, str]]:
        with ExitStack() as stack:
            environ = dict(os.environ)
            for each in stages:
                environ |= stack.enter_context(each(directory, shelf))
            for name, each in below.items():
                (directory / name).mkdir()
                environ |= stack.enter_context(each(directory / name, shelf))
            yield environ

    return filled


@contextmanager
def served(
    directory: Path, names: tuple[str, ...], *options: str, pace: int = UNPACED
) -> Iterator[Project]:
    """Write a project of *names* on an emulator of its own, no manifest yet."""
    with emulator(*options) as server:
        made = make_project(directory, server, names, f"sqlite:///{directory / 'journal.db'}")
        path = directory / "reconciler.yaml"
        settings = json.loads(path.read_text(encoding="utf-8"))
        settings["manifests"] = [f"{name}.json" for name in names]
        settings["policy"] = {"requestsPerMinute": pace}
        path.write_text(json.dumps(settings), encoding="utf-8")
        yield made


@contextmanager
def pulled(directory: Path, shelf: Shelf) -> Iterator[Mapping[str, str]]:
    """Put L on a server, 1 % away from `wanted.json`."""
    with served(directory, ("m",)) as made:
        for name in ("before", "wanted"):
            shelf.lend(f"L.{name}.json", directory / f"{name}.json")
        made.put("m", json.loads((directory / "before.json").read_text(encoding="utf-8")))
        yield made.environ


def many(count: int, *, pace: int = UNPACED) -> Stage:
    """Put *count* small sources on a server, in sync; a look for drift asks for `urls`."""

    @contextmanager
    def filled(directory: Path, _: Shelf) -> Iterator[Mapping[str, str]]:
        names = tuple(f"source-{number:05}" for number in range(count))
        with served(directory, names, pace=pace) as made:
            for name in names:
                made.want({name: typical(name)})
                made.put(name, typical(name))
            urls = [f"{made.url(name)}{path}" for name in names for path in ASKED.values()]
            (directory / "urls").write_text("\n".join(urls), encoding="utf-8")
            yield made.environ
            if more := {op for op in made.server.requests() if "get" in op} - ASKED.keys():
                raise RuntimeError(f"a look for drift asks for more: {', '.join(more)}")

    return filled
