"""Screens: when there is colour, what is escaped, what a vanished reader does."""

import io
import sys

import pytest

from reconciler.render.diagnostics import caret_lines
from reconciler.render.escape import escape, escape_json
from reconciler.render.shorten import difference, shorten, value
from reconciler.render.table import table_lines, write_table
from reconciler.render.terminal import Screen, Style, folded, plain, screen_for
from reconciler.render.wrapping import cells


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "no_color", "interactive", "colour"),
    [
        pytest.param(_Terminal(), {}, False, True, True, id="a terminal has both"),
        pytest.param(io.StringIO(), {}, False, False, False, id="a pipe has neither"),
        pytest.param(
            _Terminal(), {"NO_COLOR": "1"}, False, True, False, id="NO_COLOR takes the colour"
        ),
        pytest.param(_Terminal(), {"NO_COLOR": ""}, False, True, True, id="an empty one does not"),
        pytest.param(_Terminal(), {}, True, True, False, id="--no-color takes the colour"),
        pytest.param(_Terminal(), {"CI": "true"}, False, False, False, id="CI takes both"),
        pytest.param(_Terminal(), {"CI": "false"}, False, True, True, id="CI=false does not"),
        pytest.param(io.StringIO(), {"FORCE_COLOR": "1"}, False, False, True, id="but if forced"),
        pytest.param(
            _Terminal(), {"CI": "1", "FORCE_COLOR": "1"}, False, False, True, id="in CI, too"
        ),
        pytest.param(
            _Terminal(),
            {"NO_COLOR": "1", "FORCE_COLOR": "1"},
            False,
            True,
            False,
            id="NO_COLOR is stronger",
        ),
        pytest.param(_Terminal(), {"TERM": "dumb"}, False, False, False, id="dumb has neither"),
    ],
)
def test_what_a_stream_may_show(
    stream: io.StringIO,
    environ: dict[str, str],
    no_color: bool,  # noqa: FBT001 - a column of the table
    interactive: bool,  # noqa: FBT001 - same
    colour: bool,  # noqa: FBT001 - same
) -> None:
    screen = screen_for(stream, environ, no_color=no_color)
    assert (screen.interactive, screen.colour) == (interactive, colour)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Größe → 大 🙂", "Größe → 大 🙂"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202eevil", "\\u202eevil"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_unsafe_characters_are_shown_by_their_code(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_forced_colour_gets_into_a_pipe_of_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    stream = io.StringIO()
    screen_for(stream, {"FORCE_COLOR": "1"}).line(("new", Style.ADD), " \x1b[2J")
    assert stream.getvalue() == "\x1b[32mnew\x1b[0m \\x1b[2J\n"


@pytest.mark.parametrize("colour", [False, True], ids=["plain", "in colour"])
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("::stop-commands::pwn", r"  \x3a:stop-commands::pwn"),
        ("x ##[error]y", r"  x \x23#[error]y"),
        ("##vso[task.complete]", r"  \x23#vso[task.complete]"),
        ("a::b ## c", "  a::b ## c"),
    ],
)
def test_no_name_is_a_command_to_the_log_of_a_ci_system(
    name: str, shown: str, *, colour: bool
) -> None:
    stream = io.StringIO()
    Screen(stream=stream, colour=colour).line("  ", (name, Style.STRONG))
    assert stream.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "") == f"{shown}\n"


def test_escaped_json_has_the_same_value() -> None:
    assert escape_json('{\n "a": "\u202e\U000e0041\x7f"\n}') == (
        '{\n "a": "\\u202e\\udb40\\udc41\\u007f"\n}'
    )


def test_what_is_printable_is_safe_in_json() -> None:
    printable = "".join(filter(str.isprintable, map(chr, range(sys.maxunicode + 1))))
    assert (
        escape_json(f"\n{printable}") == f"\n{printable}"
    )  # it is looked for, as of several lines


def test_names_in_colour_are_not_markup_and_cannot_escape() -> None:
    stream = _Terminal()
    Screen(stream=stream, interactive=True, colour=True).line(
        ("[red]\x1b[2J[/red]", Style.ADD), " :smile:"
    )
    assert stream.getvalue() == "\x1b[32m[red]\\x1b[2J[/red]\x1b[0m :smile:\n"


def test_long_lines_are_not_wrapped_on_a_terminal() -> None:
    stream = _Terminal()
    Screen(stream=stream, interactive=True, colour=True).line("x" * 500)
    assert stream.getvalue() == "x" * 500 + "\n"


def test_cells_of_a_table_are_not_markup_and_cannot_escape() -> None:
    stream = _Terminal()
    write_table(["a"], [["[red]\x1b[2J"]], Screen(stream=stream, interactive=True))
    assert "[red]\\x1b[2J" in stream.getvalue()


def test_a_table_that_is_wider_than_the_terminal_is_a_list() -> None:
    rows = [["laptops", "IDLE", "never"], ["phones", "RUNNING", ""]]
    headings = ("source", "config status", "last apply")
    wide = ["source    config status   last apply", "laptops   IDLE            never"]
    assert [plain(line) for line in table_lines(headings, rows, 36)][:2] == wide
    assert [plain(line) for line in table_lines(headings, rows, 35)] == [
        "laptops",
        "    config status   IDLE",
        "    last apply      never",
        "phones",
        "    config status   RUNNING",
    ]


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("short", 9, "short"), ("0123456789", 9, "012345…89"), ("0123456789", 10, "0123456789")],
)
def test_long_text_loses_its_middle(text: str, width: int, shown: str) -> None:
    assert shorten(text, width) == shown


def test_a_value_is_written_as_json() -> None:
    assert (value(None), value(1), value(["a"]), value('"')) == (
        "(absent)",
        "1",
        '["a"]',
        '"\\""',
    )


def test_two_long_texts_show_where_they_part() -> None:
    shown = difference("same " * 40 + "end", "same " * 40 + "fin", 30)
    assert shown == '"…same same end" → "…same same fin"'


@pytest.mark.parametrize(
    ("text", "column", "width", "shown", "caret"),
    [
        ("      type: txet", 13, 100, "type: txet", 6),
        ("type: 大大 txet", 10, 100, "type: 大大 txet", 11),
        ("a\x1b[2J\tb: x", 9, 100, "a [2J b: x", 8),
        ("  short", 2, 100, " short", 0),
        ("a: b", 90, 100, "a: b", 4),
        ("x" * 200 + " here", 202, 40, "x" * 17 + " here", 18),
        ("", 1, 100, "", 0),
    ],
)
def test_the_caret_is_below_the_column(
    text: str, column: int, width: int, shown: str, caret: int
) -> None:
    line, below = map(plain, caret_lines(text, column, width))
    assert (line[4:], below[4:]) == (shown, " " * caret + "^")
    assert cells(line) <= width


@pytest.mark.parametrize(
    ("said", "width", "lines"),
    [
        ("    ~ Path  a/path   moved to Owner", 40, ["    ~ Path  a/path   moved to Owner"]),
        (
            "    ~ Path  a/path   moved to Owner  a/owner",
            40,
            ["    ~ Path  a/path", "      moved to Owner  a/owner"],
        ),
        ("one two three", 8, ["one two", "  three"]),
        ("a/bb/ccc[dd]/e:f", 8, ["a/bb/", "  ccc[dd]/", "  e:f"]),
        ("no-place-to-break-it and", 8, ["no-place-to-break-it", "  and"]),
        ("大大大 大大大", 8, ["大大大", "  大大大"]),
        ("\x1b[2J \x1b[2J", 8, ["\\x1b[2J", "  \\x1b[2J"]),
    ],
)
def test_lines_are_folded_between_words_with_a_hanging_indent(
    said: str, width: int, lines: list[str]
) -> None:
    assert [plain(line) for line in folded([(said,)], width)] == lines


def test_a_command_is_copied_as_a_whole() -> None:
    command = ("reconciler apply --max-changes 9 plan.json", Style.COMMAND)
    shown = [*folded([("Next: ", command, " (one waits)")], 40)]
    assert shown == [("Next:",), ("  ", command), ("  ", "(one waits)")]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (
            "or take it over: reconciler pull some-source; that keeps it",
            ["or take it over:", "  reconciler pull some-source; that", "  keeps it"],
        ),
        (
            "2 values lost; --accept-loss 's/objectTypes[a b]/attributes[c d e f g]=2'",
            ["2 values lost;", "  --accept-loss 's/objectTypes[a b]/attributes[c d e f g]=2'"],
        ),
    ],
)
def test_so_is_one_in_a_sentence_and_an_option_that_a_person_has_to_repeat(
    said: str, lines: list[str]
) -> None:
    assert [plain(line) for line in folded([(said,)], 40)] == lines


@pytest.mark.parametrize(
    ("environ", "columns"), [({"COLUMNS": "72"}, 72), ({"COLUMNS": "9"}, 40), ({}, 100)]
)
def test_the_width_is_that_of_the_terminal_within_what_can_be_read(
    environ: dict[str, str], columns: int
) -> None:
    assert screen_for(_Terminal(), environ).columns == columns
    assert screen_for(io.StringIO(), environ).columns is None
