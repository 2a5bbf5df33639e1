"""What an execution does between `completed` and DONE: its chunks become objects.

In slices, each a transaction of its own: other requests are served in between, and a killed
emulator continues where it was. The mapping is the one that is live when the work begins;
later patches apply to the next import. The mapping's engine decides which entries make no
object; `result_map` says how they are counted.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from reconciler.emulator.call import Place
from reconciler.emulator.import_results import Counted, result_map
from reconciler.emulator.object_schemas import shown_of, type_numbers
from reconciler.emulator.objects import prefix_of, settle, stage
from reconciler.emulator.store import one
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.objects import MappedObject
from reconciler.mapping.preview import DataFinding
from reconciler.model.document import Document
from reconciler.model.wire import read_document, write_document
from reconciler.semantics.schema_changes.lost_mappings import without_lost_mappings
from reconciler.value import Value

# Entries mapped in one transaction, unless a single chunk has more.
SLICE = 500

_LACKS = {
    DataFinding.NO_ID: Counted.WITHOUT_ID,
    DataFinding.NO_LABEL: Counted.WITHOUT_LABEL,
    DataFinding.MISSING: Counted.INCOMPLETE,
}


class _Work(Value):
    """The work of one execution, and the counts so far."""

    execution: str
    live: Document
    mapper: Mapper
    numbers: Mapping[str, int]
    counts: dict[str, Counter[str]]


def import_next_slice(tx: sqlite3.Connection, place: Place, execution: str) -> bool:
    """Do a slice of the work of *execution*; return whether there is more."""
    row = one(tx, "SELECT * FROM imports WHERE execution = ?", execution)
    if row is None:
        _begin(tx, place, execution)
        return True
    if row["result"] is not None:
        return False
    work = _work(tx, place, row)
    chunk = _map_chunks(tx, row["chunk"], work)
    if chunk is not None:
        tx.execute(
            "UPDATE imports SET chunk = ?, counts = ? WHERE execution = ?",
            (chunk, json.dumps(work.counts), execution),
        )
        return True
    settled = settle(tx, work.numbers, work.mapper, prefix_of(work.live.name))
    result = result_map(work.live, work.numbers, work.counts, settled)
    tx.execute("UPDATE imports SET result = ? WHERE execution = ?", (json.dumps(result), execution))
    return False


def result_of_import(tx: sqlite3.Connection, execution: str) -> dict[str, Any] | None:
    """Return the `objectTypeResultMap` of *execution*, None before its work is done."""
    row = one(tx, "SELECT result FROM imports WHERE execution = ?", execution)
    if row is None or row["result"] is None:
        return None
    result: dict[str, Any] = json.loads(row["result"])
    return result


def _begin(tx: sqlite3.Connection, place: Place, execution: str) -> None:
    """Store the live mapping for the duration of the work, without what was deleted of it."""
    live = without_lost_mappings(shown_of(tx, place))
    text = json.dumps(write_document(live), ensure_ascii=False)
    tx.execute("INSERT INTO imports (execution, live) VALUES (?, ?)", (execution, text))


def _work(tx: sqlite3.Connection, place: Place, row: sqlite3.Row) -> _Work:
    live, mapper = _compiled(row["live"])
    return _Work(
        execution=row["execution"],
        live=live,
        mapper=mapper,
        numbers=type_numbers(tx, place),
        counts={key: Counter(count) for key, count in json.loads(row["counts"]).items()},
    )


# The same for every slice of an import.
@lru_cache(maxsize=4)
def _compiled(live: str) -> tuple[Document, Mapper]:
    document = read_document(json.loads(live))
    return document, Mapper.of(document, elsewhere=True)


def _map_chunks(tx: sqlite3.Connection, after: int, work: _Work) -> int | None:
    """Map the next chunks; return the number of the last one, None if there are no more."""
    last, entries = None, 0
    chunks = tx.execute(
        "SELECT number, data, entries FROM chunks WHERE execution = ? AND number > ?"
        " ORDER BY number",
        (work.execution, after),
    )
    for chunk in chunks:
        stage(tx, work.numbers, _made(json.loads(chunk["data"]), work))
        last = chunk["number"]
        entries += chunk["entries"]
        if entries >= SLICE:
            break
    return last


def _made(data: Mapping[str, Any], work: _Work) -> Iterator[MappedObject]:
    """Yield the entries that become objects, and count all."""
    for root, value in data.items():
        for entry in value if isinstance(value, list) else [value]:
            for made in work.mapper.objects(root, entry):
                if made.type_key not in work.numbers:
                    continue  # deleted meanwhile
                count = work.counts.setdefault(made.type_key, Counter())
                count[Counted.ENTRIES] += 1
                if (lack := _lack(made, work.mapper)) is not None:
                    count[lack] += 1
                else:
                    count[Counted.TAKEN] += 1
                    yield _identified(made, work.execution, count[Counted.ENTRIES])


def _lack(made: MappedObject, mapper: Mapper) -> Counted | None:
    """Return the first reason why *made* does not become an object, or None."""
    losses = mapper.losses(made)
    return _LACKS[losses[0]] if losses else None


def _identified(made: MappedObject, execution: str, number: int) -> MappedObject:
    """Return *made* with an id of its own if its type has no identity.

    The id starts with the content, so that ids sort the same whatever the order of entries.
    """
    if made.external_id is not None:
        return made
    content = sha256(repr((made.values, made.references)).encode()).hexdigest()
    return made.identified_by(content, execution, str(number))
