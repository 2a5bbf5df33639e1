"""Two values that differ are shown differently, to an eye and to a page that joins blanks."""

import re
from typing import Any
from unicodedata import category, normalize

from hypothesis import assume, example, given
from hypothesis import strategies as st

from reconciler.model.display import display, visible
from reconciler.render.shorten import difference, value_pair

# What nobody sees, or what looks like something else here: the hard cases are drawn often.
odd = st.sampled_from(
    [
        *"ae\\\"' /x1u0…",
        "é",
        "e\u0301",
        "\u0301",
        "Å",
        "\u212b",
        "각",
        "\u1100\u1161\u11a8",
        *"\n\t\r\0\x1b\x85\xa0\xad\u034f\u200b\u200d\u202e\u2028\u2800\u3164\ufe0f\ufeff\ud800",
        "\U000e0041",
        "का",
        "\\x1b",
        "\\u0301",
    ]
)
texts = st.lists(odd, max_size=6).map("".join) | st.text(st.characters(), max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | texts,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(texts, below, max_size=2),
)


def as_seen(text: str) -> str:
    """*text* as an eye has it: normalised, without ink that is none, blanks joined and trimmed."""
    inked = "".join(c for c in normalize("NFC", text) if category(c) not in {"Cf", "Cc", "Cs"})
    return re.sub(r"[\s\u2800\u3164]+", " ", re.sub("[\u034f\ufe00-\ufe0f]", "", inked)).strip()


@given(values, values)
@example("Café", "Cafe\u0301")
@example("a  b", "a b")
@example("a ", "a")
@example("\\x1b", "\x1b")
@example("no\xa0break", "no break")
@example(["a", "b"], ["a, b"])
@example(None, "(absent)")
def test_values_that_differ_look_different(one: Any, other: Any) -> None:
    assume(repr(one) != repr(other))
    assert as_seen(display(one)) != as_seen(display(other))


@given(texts, st.text("ab", max_size=200), texts, texts)
def test_so_do_the_two_sides_of_a_change_however_long(
    head: str, long: str, one: str, other: str
) -> None:
    assume(one != other)
    before, after = (f"{head}{long}{each}{long}" for each in (one, other))
    for pair in ((before, after), ([before], [after]), (before, [after])):
        shown = value_pair(*pair)
        assert as_seen(shown[0]) != as_seen(shown[1])
        assert difference(*pair) == " → ".join(shown)


@given(texts)
def test_what_is_shown_is_seen_as_it_is(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown == normalize("NFC", shown)


@given(st.text(st.characters(categories=["L", "N", "P"], exclude_characters='\\"')))
def test_ordinary_letters_of_any_language_stay(text: str) -> None:
    text = normalize("NFC", text)
    assume(all(category(c)[0] in "LNP" and c not in "\u115f\u1160\u3164\uffa0" for c in text))
    assume(not re.search("[\u1160-\u11ff]", text))
    assert display(text) == f'"{text}"'
