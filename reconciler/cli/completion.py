"""Completion in a shell: what a parameter offers, and the scripts that ask for it.

A shell calls the program with the line so far in variables. An error is no answer there: nothing
is offered then.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.settings import Settings
from reconciler.regex import regex

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem, ShellComplete

SHELLS = ("bash", "zsh", "fish", "powershell")
VARIABLE = "_RECONCILER_COMPLETE"
NAME = "reconciler"
_BREAKS = {"=", ":"}  # of COMP_WORDBREAKS those that our words have
# As click's, but for names that a shell would split or expand, and the space behind `html=`.
_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' line word=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            dir,*) compopt -o dirnames ;;
            file,*) compopt -o default ;;
            plain,*)
                line=${line#plain,}
                [[ $line == *[=/] ]] && compopt -o nospace
                [[ $word == [\\'\\"]* ]] || printf -v line %%q "$line"
                COMPREPLY+=("$line")
                ;;
        esac
    done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

# A part of click's script, and what keeps a space from behind `html=`, which a file follows.
_ZSH = 'if [[ "$descr" == "_" ]]; then'
_ZSH_OPEN = f"""\
if [[ "$key" == *[=/] ]]; then
                compadd -U -S '' -V unsorted -- "$key"
            el{_ZSH}"""
# What PowerShell reads as it is written.
_BARE = regex(r"[\w./\\:=%+\[\]*?~^!-]+")

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def completes(*kinds: str, words: Sequence[str] = (), files: bool = False) -> Complete:
    """Return the `shell_complete` of a parameter: *words*, those of *kinds*, and *files*.

    A kind is a function of `reconciler.app.completion`. With a `=` at its end a file follows;
    `=` alone are the files behind the `=` of *words*.
    """

    def complete(
        ctx: click.Context, _parameter: click.Parameter, begun: str
    ) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a shell asks

        found = [CompletionItem(begun, type="file")] if files else []
        known = [*words]
        for kind in kinds:
            with contextlib.suppress(Exception), _directory(ctx):
                known += _words(kind, ctx, begun)
        return found + [
            CompletionItem(word) for word in known if word.startswith(begun) and word.isprintable()
        ]

    return complete


def _words(kind: str, ctx: click.Context, begun: str) -> list[str]:
    from reconciler.app import completion  # noqa: PLC0415 - only a shell asks

    if kind.endswith("="):
        before, is_whole, file = begun.partition("=")
        if is_whole:  # no shell looks for files within a word
            return [f"{before}={path}" for path in completion.paths(file)]
        return [f"{each}=" for each in _words(kind[:-1], ctx, begun)] if kind[:-1] else []
    if kind == "plans":
        return completion.plans(begun)
    if kind == "codes" and not begun:
        return []  # hundreds, among the few names of a project
    if kind == "addresses":
        return completion.addresses(Path(ctx.params["plan"]))
    names: list[str] = getattr(completion, kind)()
    return names


@contextlib.contextmanager
def _directory(ctx: click.Context) -> Iterator[None]:
    """Work in the directory that `--chdir` names, wherever it stands."""
    directory = ctx.ensure_object(Settings).directory or ctx.find_root().params.get("chdir")
    with contextlib.chdir(directory or "."):
        yield


def script(shell: str, program: click.Command) -> str:
    """Return the script that makes *shell* complete *program*."""
    kind = _shell(shell, program)
    if shell == "bash":
        return _BASH % kind.source_vars()
    return kind.source().replace(_ZSH, _ZSH_OPEN)


def answer(instruction: str, program: click.Command, settings: Settings) -> int:
    """Print what completes the line in the variables, for the shell that *instruction* names."""
    shell = instruction.partition("_")[0]
    with contextlib.suppress(Exception):
        asked = _shell(shell, program, obj=settings)
        if shell == "powershell":  # whose backslash is that of paths
            os.environ["COMP_WORDS"] = os.environ["COMP_WORDS"].replace("\\", "\\\\")
        words, begun = asked.get_completion_args()
        before, cut = "", ""
        if shell == "bash":
            words, begun, cut = _joined(words, begun)
        elif begun.startswith("--"):
            name, separator, _ = begun.partition("=")
            before = name + separator if separator else ""
        lines = []
        for item in asked.get_completions(words, begun):
            if item.type == "plain":
                item.value = before + item.value.removeprefix(cut)
                if shell == "powershell" and not _BARE.fullmatch(item.value):
                    item.value = "'" + item.value.replace("'", "''") + "'"
            lines.append(asked.format_completion(item))
        # Not by a screen, which would make codes of what it does not know.
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _joined(words: list[str], begun: str) -> tuple[list[str], str, str]:
    """Return both with what bash splits at `=` and `:` as one word, and what it completes apart."""
    joined: list[str] = []
    after_break = False
    for word in (*words, begun):
        if joined and (word in _BREAKS or after_break):
            joined[-1] += word
        else:
            joined.append(word)
        after_break = word in _BREAKS
    whole = joined.pop()
    cut = whole.removesuffix("" if begun in _BREAKS else begun)
    return joined, whole, cut.partition("=")[2] if whole.startswith("-") else cut


def _shell(name: str, program: click.Command, **context: Any) -> "ShellComplete":
    from click.shell_completion import get_completion_class  # noqa: PLC0415 - only a shell asks

    kind = get_completion_class(name)
    assert kind is not None  # noqa: S101 - click has those of SHELLS
    return kind(program, context, NAME, VARIABLE)
