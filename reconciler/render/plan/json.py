"""A plan as JSON (design.md#the-plan): what `plan --format json` prints and `-o` saves."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from reconciler.model.wire import DocumentJson
from reconciler.planning.plan import Evidence, Plan
from reconciler.planning.plan_file import write_evidence, write_plan
from reconciler.render.escape import escape_json
from reconciler.value import field_names, replace

_written = partial(json.dumps, ensure_ascii=False)


def plan_json(plan: Plan) -> str:
    """Return *plan* as one line of JSON, safe to print on a terminal.

    Not indented: `show` is for people. The documents, which are most of it, are written by
    their own encoder, as `json.dumps` would.
    """
    written = write_plan(plan, evidence=_evidence)
    return escape_json("".join((*_object(written, {"sources": _sources(written)}), "\n")))


def _sources(written: Mapping[str, Any]) -> Iterator[str]:
    yield "["
    for at, each in enumerate(written["sources"]):
        yield ", " if at else ""
        yield from _object(each, {"evidence": each["evidence"]})
    yield "]"


def _evidence(evidence: Evidence) -> Iterable[str]:
    parts = {name: getattr(evidence, name) for name in field_names(Evidence)}
    texts = {name: [part.text] for name, part in parts.items() if isinstance(part, DocumentJson)}
    without: dict[str, Any] = dict.fromkeys(texts)
    return _object(write_evidence(replace(evidence, **without)), texts)


def _object(value: Mapping[str, Any], texts: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield the JSON of *value*, in which that of some keys is known, in pieces."""
    for at, (key, each) in enumerate(value.items()):
        yield f"{', ' if at else '{'}{_written(key)}: "
        yield from texts.get(key) or [_written(each)]
    yield "}"
