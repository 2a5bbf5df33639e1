"""What the reference pages hold below their marker, from the program itself.

A page is prose, the marker, and what is generated: who edits the prose keeps the marker.
"""

import html
import io
import re
from collections.abc import Iterator

import click
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

MARKER = "<!-- What follows is generated; the prose above is not. -->"


def commands(group: click.Group) -> str:
    """Return each command of *group* with its help, usage and options, in the group's order."""
    return "\n".join(_commands(group, click.Context(group, info_name="reconciler")))


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
            yield from (f"| {_code(option)} | {cell(text)} |" for option, text in options)
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


def cell(text: str) -> str:
    """Return *text* for a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _escaped(text: str) -> str:
    return re.sub(r"([<>*\[\]])", r"\\\1", text)
