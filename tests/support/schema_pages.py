"""Tables of what a document under one of our JSON Schemas holds: its keys, values and meanings.

The table of a report ends where an object begins that has a table of its own, and links that. The
tables of what people write are whole: their objects are small, and paths are what is looked for.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from reconciler.manifest import schemas
from tests.support.pages import cell
from tests.support.paths import ROOT

Schema = Mapping[str, Any]
Row = tuple[str, str, str]
# The file of the definitions that several reports share.
SHARED = "report"
_WIDTH = 92


def keys(kind: str) -> str:
    """Return a table of every key of a document of *kind*."""
    return _table(_Tables(kind, is_whole=True).rows(schemas.schema(kind), ""))


def report(kind: str, examples: Sequence[Any]) -> str:
    """Return the section of the report *kind*: what it is, *examples*, and its tables."""
    tables, schema = _Tables(kind), schemas.schema(kind)
    # Where there are several they are printed one a line.
    several = len(examples) > 1
    shown = "\n".join(json.dumps(each) if several else _json(each, "") for each in examples)
    parts = [
        f"## {kind}\n",
        f"{schema['description']} `reconciler schema {kind}` prints its JSON Schema.\n",
        *([f"```json\n{shown}\n```\n"] if shown else []),
        _table(tables.rows(schema, "")),
        *tables.sections(),
    ]
    return "\n".join(parts)


def in_several_reports() -> str:
    """Return the section of the objects that several reports have."""
    return "\n".join(["## In several reports\n", *_Tables(SHARED).sections()])


def without_meaning(kind: str) -> list[str]:
    """Return the keys of the report *kind* of which its schema does not say what they mean."""
    tables = _Tables(kind)
    parts = (schemas.schema(kind), *_own(kind).values())
    return [path for part in parts for path, _, text in tables.rows(part, "") if not text]


def strict(schema: Any) -> Any:
    """Return *schema* with no key but those it names; what has parts is as it was."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    inner = {key: each if key == "allOf" else strict(each) for key, each in schema.items()}
    is_whole = isinstance(inner.get("properties"), Mapping) and "allOf" not in inner
    return {"additionalProperties": False, **inner} if is_whole else inner


@cache
def _own(kind: str) -> dict[str, Any]:
    """Return the definitions that the file of *kind* itself has."""
    file = ROOT / "reconciler" / "manifest" / "schemas" / f"{kind}.schema.json"
    definitions: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")).get("$defs", {})
    return definitions


@cache
def _schema(kind: str) -> Any:
    return {"$defs": _own(kind)} if kind == SHARED else schemas.schema(kind)


def _json(value: Any, indent: str) -> str:
    """Return *value* as JSON, with what fits into a line in one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= _WIDTH or not isinstance(value, dict | list):
        return line
    is_object, inner = isinstance(value, dict), f"{indent}  "
    items = value.items() if isinstance(value, dict) else (("", each) for each in value)
    parts = (f'"{k}": {_json(v, inner)}' if is_object else _json(v, inner) for k, v in items)
    body = ",\n".join(f"{inner}{part}" for part in parts)
    return f"{{\n{body}\n{indent}}}" if is_object else f"[\n{body}\n{indent}]"


def _table(rows: Iterator[Row]) -> str:
    lines = [f"| `{path}` | {value} | {text} |" for path, value, text in rows]
    return "\n".join(["| Key | Value | Meaning |", "|---|---|---|", *lines, ""])


class _Tables:
    """The tables of the schema of *kind*: one that is whole, or one for each object in it."""

    def __init__(self, kind: str, *, is_whole: bool = False) -> None:
        self.kind = kind
        self.is_whole = is_whole

    def sections(self) -> Iterator[str]:
        """Yield heading, description and table of each object that is defined."""
        for name, part in _own(self.kind).items():
            if "properties" not in part:
                continue
            yield f"### {name if self.kind == SHARED else f'{self.kind}: {name}'}\n"
            more = [link for each in part.get("allOf", ()) if (link := self.link(each))]
            said = [
                part.get("description", ""),
                *(f"It has the keys of {each}, too" for each in more),
            ]
            if text := ". ".join(filter(None, said)):
                yield f"{text[0].upper()}{text[1:]}.\n"
            yield _table(self.rows(part, ""))

    def rows(self, schema: Schema, path: str) -> Iterator[Row]:
        """Yield path, value and meaning of each key of an object under *schema*."""
        for name, below in schema.get("properties", {}).items():
            here = f"{path}.{name}".lstrip(".")
            needed = "Required." if self.is_whole and name in schema.get("required", ()) else ""
            meaning = self.resolved(below).get("description", "")
            yield here, self.value(below), cell(f"{needed} {meaning}".strip())
            yield from self.inner(below, here)

    def inner(self, schema: Schema, path: str) -> Iterator[Row]:
        """Yield the rows of the objects in a value at *path* that have no table of their own."""
        above, _, name = path.removesuffix("[]").rpartition(".")
        # A type may hold types: its keys are listed once.
        if self.link(schema) or f".{name}[]." in f".{above}.":
            return
        found = self.resolved(schema)
        yield from self.rows(found, path)
        for part in (*_ways(found), *found.get("allOf", ())):
            yield from self.inner(part, path)
        for step, key in (("[]", "items"), (".NAME", "additionalProperties")):
            if isinstance(below := found.get(key), Mapping):
                yield from self.inner(below, path + step)

    def value(self, schema: Schema) -> str:
        """Return which values there may be, with links to tables."""
        for link in filter(None, map(self.link, (schema, *schema.get("allOf", ())))):
            return link
        found = self.resolved(schema)
        if "const" in found:
            return f"`{found['const']}`"
        if "type" in found:
            named = found["type"]
            names = [named] if isinstance(named, str) else named
            return " or ".join(self.of_type(each, found) for each in names)
        values = [f"`{each}`" for each in found.get("enum", ()) if each is not None]
        words = [", ".join(values), *(self.value(way) for way in _ways(found))]
        words += ["null"] if None in found.get("enum", ()) else []
        return " or ".join(sorted(filter(None, words), key="null".__eq__)) or "any"

    def of_type(self, name: str, found: Schema) -> str:
        word = "list" if name == "array" else name
        each = found.get({"array": "items", "object": "additionalProperties"}.get(name, ""))
        of = self.value(each) if isinstance(each, Mapping) else "object"
        return word if of in {"object", "any"} else f"{word} of {of}"

    def link(self, schema: Schema) -> str:
        """Return a link to the table of what *schema* refers to, if that has one."""
        kind, steps = self.target(schema.get("$ref", "#"))
        if self.is_whole or len(steps) != len(("$defs", "name")):
            return ""
        kind, name = kind if steps[1] in _own(kind) else SHARED, steps[1]
        if "properties" not in _own(kind)[name]:
            return ""
        pages = {"plan": "plan-format.md"}
        page, here = (pages.get(each, "reports.md") for each in (kind, self.kind))
        anchor = name if kind == SHARED else f"{kind}-{name}"
        return f"[{name}]({'' if page == here else page}#{anchor})"

    def target(self, reference: str) -> tuple[str, list[str]]:
        kind, _, pointer = reference.removeprefix("urn:reconciler:schema:").partition("#")
        return kind or self.kind, pointer.split("/")[1:]

    def resolved(self, schema: Schema) -> Schema:
        """Return *schema* with what it refers to, its own keys first."""
        while (reference := schema.get("$ref")) is not None:
            kind, steps = self.target(reference)
            found = _schema(kind)
            for step in steps:
                found = found[step]
            schema = {**found, **{key: value for key, value in schema.items() if key != "$ref"}}
        return schema


def _ways(schema: Schema) -> list[Schema]:
    return [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
