"""What the reference pages hold below their marker, from the program itself.

A page is prose, the marker, and what is generated: who edits the prose keeps the marker.
"""

import html
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import click
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

MARKER = "<!-- What follows is generated; the prose above is not. -->"


def commands(group: click.Group) -> str:
    """Return each command of *group* with its help, usage and options, in the group's order."""
    return "\n".join(_commands(group, click.Context(group, info_name="reconciler")))


def keys(schema: Mapping[str, Any]) -> str:
    """Return a table of every key that a document under *schema* may have, with its meaning."""
    rows = [f"| `{path}` | {kind} | {text} |" for path, kind, text in _keys(schema, schema, "")]
    return "\n".join(["| Key | Value | Meaning |", "|---|---|---|", *rows, ""])


def with_generated(page: str, generated: str) -> str:
    """Return *page* with its prose as it is and *generated* below the marker."""
    prose, marker, _ = page.partition(MARKER)
    if not marker:
        raise ValueError("the page has no marker")
    return f"{prose}{MARKER}\n\n{generated}"


def picture(command: str, shown: str) -> str:
    """Return an SVG of a terminal in which *command* has shown the coloured text *shown*."""
    console = Console(record=True, width=100, file=io.StringIO(), color_system="truecolor")
    console.print(Text.from_ansi(f"$ {command}\n{shown}"))
    # Its own form names a font of somebody else's site.
    form = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    svg = console.export_svg(title=command, unique_id="terminal", code_format=form)
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines())


def _commands(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield from _commands(command, inner)
            if not command.invoke_without_command:
                continue
        yield f"## {inner.command_path.removeprefix('reconciler ')}\n"
        yield f"```text\n{command.get_usage(inner).removeprefix('Usage: ')}\n```\n"
        yield from (f"{_prose(part)}\n" for part in (command.help, command.epilog) if part)
        options = [
            record
            for each in command.params
            if isinstance(each, click.Option) and (record := each.get_help_record(inner))
        ]
        if options:
            yield "| Option | What it does |\n|---|---|"
            yield from (f"| {_code(option)} | {_cell(text)} |" for option, text in options)
            yield ""


def _prose(text: str) -> str:
    """Return the help *text* as Markdown: paragraphs of one line each, and blocks as they are."""
    return "\n\n".join(map(_paragraph, re.split(r"\n\s*\n", text.strip())))


def _paragraph(text: str) -> str:
    block = text.removeprefix("\b\n")
    if block != text:
        return f"```text\n{block.rstrip()}\n```"
    return _escaped(" ".join(text.split()))


def _code(text: str) -> str:
    """Return code for a cell, where not every reader takes a pipe between backticks."""
    return f"<code>{html.escape(text, quote=False).replace('|', '&#124;')}</code>"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _escaped(text: str) -> str:
    return re.sub(r"([<>*\[\]])", r"\\\1", text)


def _keys(
    root: Mapping[str, Any], schema: Mapping[str, Any], path: str
) -> Iterator[tuple[str, str, str]]:
    schema = _resolved(root, schema)
    for name, value in schema.get("properties", {}).items():
        yield from _key(
            root, value, f"{path}.{name}".lstrip("."), required=name in schema.get("required", ())
        )
    if isinstance(each := schema.get("additionalProperties"), Mapping):
        yield from _key(root, each, f"{path}.NAME", required=False)
    if isinstance(each := schema.get("items"), Mapping) and _resolved(root, each).get("properties"):
        yield from _keys(root, each, f"{path}[]")


def _key(
    root: Mapping[str, Any], schema: Mapping[str, Any], path: str, *, required: bool
) -> Iterator[tuple[str, str, str]]:
    found = _resolved(root, schema)
    text = _cell(found.get("description", ""))
    yield path, _kind(found), " ".join(filter(None, ["Required." if required else "", text]))
    # A type may hold types: its keys are listed once.
    if f".{path.rpartition('.')[2]}[]." not in f"{path}.":
        yield from _keys(root, found, path)


def _kind(schema: Mapping[str, Any]) -> str:
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"] if each is not None)
    kinds = schema.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    words = {"array": "list"}
    return " or ".join(words.get(kind, kind) for kind in kinds if kind != "null")


def _resolved(root: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return *schema* with what it refers to, its own keys first."""
    while (reference := schema.get("$ref")) is not None:
        found: Any = root
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        schema = {**found, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema
