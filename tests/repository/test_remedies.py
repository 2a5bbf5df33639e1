"""Every command that a message names exists, with its options and as many arguments as it takes.

Read from the syntax tree: what `command_line` makes, and what tables and pages mention in general.
"""

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

import click

from reconciler.cli.group import COMMANDS, group
from reconciler.command_line import called_with, command_line
from tests.support.command_lines import found_command, options
from tests.support.package import trees

# Rooms whose texts are in general, for a catalogue, a page or a comment on another machine; all
# other messages are read where the command is given, and `command_line` makes theirs.
IN_GENERAL = (
    "cli/spelling.py", "codes/", "manifest/other_file.py", "planning/catalogue.py",
    "planning/reasons.py", "planning/verdict/manual_steps.py",
    "render/adf/", "render/ci/", "render/markdown/",
)  # fmt: skip
PUNCTUATION = ".,;:`)"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """The words of a command line, and how many names follow them."""

    place: str
    words: str
    names: int = 0


def texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield every text of a module but the docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ):
            yield node


def suggestions() -> Iterator[Suggestion]:
    for path, tree in trees().items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="command_line"), args=[first, *names]):
                    assert isinstance(first, ast.Constant), f"{path}:{node.lineno}: no constant"
                    place = f"{path}:{node.lineno}"
                    yield Suggestion(place=place, words=str(first.value), names=len(names))


def mentions() -> Iterator[Suggestion]:
    for path, tree in trees().items():
        for text in texts(tree):
            for words in str(text.value).split("reconciler ")[1:]:
                if words and words.split()[0].strip(PUNCTUATION) in COMMANDS:
                    yield Suggestion(place=f"{path}:{text.lineno}", words=words)


def check(words: list[str], place: str) -> None:
    """Raise AssertionError if the command, which is named at *place*, cannot be called so."""
    try:
        call(words)
    except click.UsageError as error:
        raise AssertionError(f"{place}: {' '.join(words)}: {error.format_message()}") from error


def call(words: list[str]) -> None:
    """Raise click.UsageError if the command cannot be called so."""
    command, rest = found_command(words)
    assert command is not group, f"{words[0]} is no command"
    if "--help" in rest:
        return
    context = click.Context(command)
    given, left, _ = command.make_parser(context).parse_args(list(rest))
    assert not left, f"{left} is too much"
    for parameter in command.params:
        if parameter.required and not given.get(parameter.name or ""):
            raise click.MissingParameter(ctx=context, param=parameter)
        is_choice = isinstance(parameter.type, click.Choice)
        value = given.get(parameter.name or "")
        if is_choice and isinstance(value, str) and not value.isupper():
            parameter.type.convert(value, parameter, context)


def test_every_command_that_is_suggested_can_be_called() -> None:
    suggested = [each for each in suggestions() if each.words != "…"]
    assert suggested
    for each in suggested:
        check([*shlex.split(each.words), "--", *["-x"] * each.names], each.place)


def in_prose(text: str) -> list[str]:
    """Return the words of the command at the beginning of *text*, which goes on in prose."""
    head = re.split(r"[`;:,)]", text, maxsplit=1)[0]
    words = head.rstrip(".").split()
    command, rest = found_command(words)
    taken = words[: len(words) - len(rest)]
    kinds = [p.type for p in command.params if isinstance(p.type, click.Choice)]
    choices = [choice for kind in kinds for choice in kind.choices]
    for word in rest:
        if not (word.startswith("-") or word.isupper() or word in choices or "=FILE" in word):
            break
        taken.append(word)
    return taken


def test_every_command_that_is_mentioned_exists() -> None:
    mentioned = [*mentions()]
    assert mentioned
    for each in mentioned:
        assert each.place.startswith(IN_GENERAL), f"{each.place}: use command_line"
        check(in_prose(each.words), each.place)


def test_every_option_that_is_named_exists() -> None:
    known = {*options(group), "--help"}
    unknown = {
        f"{path}:{text.lineno} {option}"
        for path, tree in trees().items()
        for text in texts(tree)
        # The arguments of other programs are single words.
        if " " in str(text.value)
        for option in OPTION.findall(str(text.value))
        if option not in known
    }
    assert unknown == set()


def test_a_name_is_quoted_and_never_an_option() -> None:
    assert command_line("apply", "my disks; rm -r .") == "reconciler apply 'my disks; rm -r .'"
    assert command_line("ingest resume", "-x") == "reconciler ingest resume -- -x"


def test_project_and_environment_stay_as_they_were_given() -> None:
    with called_with(chdir="my project", environment="staging"):
        assert command_line("plan") == "reconciler --chdir 'my project' --environment staging plan"
        assert command_line("plan", environment="prod").endswith("--environment prod plan")
    assert command_line("plan") == "reconciler plan"
