"""The text of a saved plan: its documents are read in C where they are as they were written.

They are nearly all of the text. What is around them is parsed with every check of other JSON, and
where anything is written otherwise the whole of it is.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.errors import ManifestError
from reconciler.manifest.text.parser import json_value
from reconciler.model.answer import plain_json
from reconciler.model.json_form import JsonSlice, from_json_text
from reconciler.model.wire import DocumentJson
from reconciler.value import Value, field_names

Documents = Mapping[str, DocumentJson]  # of a source's evidence, by name
_BEGINNING = 1_000  # of a document: enough to find it by


class _Evidence(Value):
    desired: JsonSlice
    live: JsonSlice


_DOCUMENTS = field_names(_Evidence)


class _Source(Value):
    evidence: _Evidence


class _Plan(Value):
    sources: tuple[_Source, ...]


class PlanText(Value):
    """The JSON of a saved plan; the `documents` of each source, if it lacks them, are apart."""

    raw: Any
    documents: tuple[Documents, ...] = ()


def read_plan_text(text: str, *, file: str) -> PlanText:
    """Return what *text*, the content of *file*, says. Raises ManifestError as `json_value`."""
    return _apart(text) or PlanText(raw=json_value(text, file=file))


def _apart(text: str) -> PlanText | None:
    """Return *text* with its documents apart, None if anything in it is written otherwise."""
    try:
        sources = from_json_text(text, _Plan).sources
        found = [*map(_documents, sources)]
        rest = _without(text, [part for each in found for part, _ in each.values()])
        raw = json_value(rest, file="")
    except (ValueError, RecursionError, ManifestError):
        return None
    documents = tuple({name: read for name, (_, read) in each.items()} for each in found)
    for source, known in zip(raw["sources"], documents, strict=True):
        if any(source["evidence"][name] != {} for name in known):
            return None
    return PlanText(raw=raw, documents=documents)


def _documents(source: _Source) -> dict[str, tuple[str, DocumentJson]]:
    """Return the documents of *source* by name, each with its text. Raises ValueError."""
    found = {}
    for name in _DOCUMENTS:
        part = str(getattr(source.evidence, name), "utf-8")
        if part == "null":
            continue
        if (read := plain_json(part)) is None:
            raise ValueError(name)
        found[name] = part, read
    return found


def _without(text: str, parts: Iterable[str]) -> str:
    """Return *text* with `{}` for each of *parts*, in their order. Raises ValueError."""
    pieces, end = [], 0
    for part in parts:
        start = text.index(part[:_BEGINNING], end)
        if not text.startswith(part, start):
            raise ValueError(part[:_BEGINNING])
        pieces.append(text[end:start])
        end = start + len(part)
    return "{}".join((*pieces, text[end:]))
