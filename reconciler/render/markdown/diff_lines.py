"""The lines of a plan as a diff block shows them: the first column is what forges colour."""

from reconciler.render.terminal import BlockLine, Style, plain

_INDENT = 4
_COLUMNS = {Style.ADD: "+", Style.REMOVE: "-", Style.CHANGE: "!", Style.STOP: "!"}


def diff_line(line: BlockLine) -> str:
    """Return *line* with `+`, `-`, `!` or a space first.

    A `+` or `-` moves there from its place; other signs stay, for `!` colours both what
    changes and what cannot.
    """
    sign, style = line.sign or ("", Style.QUIET)
    column = _COLUMNS.get(style, " ")
    if column in "+-" and sign.startswith(column):
        sign = f" {sign[1:]}"
    return f"{column} {plain((line.indent[_INDENT:], sign, *line.said))}".rstrip()
