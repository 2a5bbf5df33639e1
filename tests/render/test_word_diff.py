"""Laws and tables of word diffs, and of the edit script beneath them."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.plan.values import word_spans
from reconciler.render.terminal import plain
from reconciler.render.word_diff import (
    LONGEST,
    DiffPart,
    Split,
    Token,
    has_common_word,
    hunks,
    iql_words,
    word_diff,
    words,
)

# Few words, so that they meet again; signs that look like marks.
_TEXTS = st.lists(
    st.sampled_from(
        ["a", "b", "file", " ", "  ", "\n", "[-", "-]", "{+", "+}", "\\", "[", "]", "="]
    )
).map("".join)
_SPLITS = st.sampled_from([words, iql_words])


def joined(tokens: tuple[Token, ...], *parts: DiffPart) -> str:
    return "".join(t.text for t in tokens if t.part in parts)


@given(before=_TEXTS | st.text(), after=_TEXTS | st.text(), split=_SPLITS)
def test_kept_and_removed_are_the_old_text_and_kept_and_added_the_new(
    before: str, after: str, split: Split
) -> None:
    tokens = word_diff(before, after, split)
    assert joined(tokens, DiffPart.KEPT, DiffPart.REMOVED) == before
    assert joined(tokens, DiffPart.KEPT, DiffPart.ADDED) == after


@given(text=_TEXTS, split=_SPLITS)
def test_a_text_does_not_differ_from_itself(text: str, split: Split) -> None:
    assert {t.part for t in word_diff(text, text, split)} <= {DiffPart.KEPT}


@given(before=_TEXTS, after=_TEXTS)
def test_no_token_is_empty_and_no_two_of_a_kind_follow_each_other(before: str, after: str) -> None:
    tokens = word_diff(before, after)
    assert all(t.text for t in tokens)
    assert all(a.part is not b.part for a, b in pairwise(tokens))


@given(before=st.lists(st.integers(0, 5)), after=st.lists(st.integers(0, 5)))
def test_hunks_lead_from_one_list_to_the_other(before: list[int], after: list[int]) -> None:
    found = hunks(before, after)
    assert [i for h in found for i in (*h.kept, *h.removed)] == before
    assert [i for h in found for i in (*h.kept, *h.added)] == after
    assert all(h.removed or h.added for h in found[:-1])


@pytest.mark.parametrize(
    ("before", "after", "split", "shown"),
    [
        pytest.param(
            "Path of the file",
            "Path of a file on the drive",
            words,
            "Path of {+a file on +}the [-file-]{+drive+}",
            id="words",
        ),
        pytest.param(
            "the quick brown fox",
            "a slow brown fox",
            words,
            "[-the quick-]{+a slow+} brown fox",
            id="words that follow each other change as one",
        ),
        pytest.param("a\nb c", "a b c", words, "a[-\\n-]{+ +}b c", id="white space"),
        pytest.param(
            'Name="${os}"',
            'Name="${os.id${0}}"',
            iql_words,
            'Name="[-${os}-]{+${os.id${0}}+}"',
            id="IQL, a placeholder in one piece",
        ),
        pytest.param(
            "Size IN (${a},b)",
            "Size IN (${a},c)",
            iql_words,
            "Size IN (${a},[-b-]{+c+})",
            id="IQL, split at brackets and commas",
        ),
        pytest.param("one", "two", words, None, id="no word in common"),
        pytest.param("a = b", "c = d", words, None, id="only a sign in common"),
        pytest.param("", "two", words, None, id="nothing before"),
        pytest.param(
            "see [-a-] now", "see {+b+} now", words,
            "see [-\\[-a\\-]-]{+\\{+b\\+}+} now", id="marks in the texts",
        ),
        pytest.param(
            "in ] now", "in { now", words, "in [-\\]-]{+\\{+} now", id="half marks at the edges"
        ),
        pytest.param(
            r"in C:\old now", r"in C:\new now", words, r"in [-C:\\old-]{+C:\\new+} now",
            id="a backslash is doubled",
        ),
        pytest.param(
            f"old {'word ' * 30}old {'word ' * 30}old",
            f"new {'word ' * 30}new {'word ' * 30}new",
            words,
            "[-old-]{+new+} word word word word … word word word word [-old-]{+new+}"
            " word word word word … word word word word [-old-]{+new+}",
            id="long stretches that stay are shortened",
        ),
        pytest.param(
            f"{'word ' * 30}old {'word ' * 30}",
            f"{'word ' * 30}new {'word ' * 30}",
            words,
            "… word word word word [-old-]{+new+} word word word word …",
            id="and shorter still at the ends",
        ),
    ],
)  # fmt: skip
def test_a_difference_is_shown_with_marks(
    before: str, after: str, split: Split, shown: str | None
) -> None:
    tokens = word_diff(before, after, split)
    assert (plain(tuple(word_spans(tokens))) if has_common_word(tokens) else None) == shown


@given(before=_TEXTS, after=_TEXTS)
def test_nothing_in_the_texts_reads_as_a_mark(before: str, after: str) -> None:
    before, after = f"same {before}", f"same {after}"
    spans = word_spans(word_diff(before, after))
    text = "".join(span if isinstance(span, str) else span[0] for span in spans)
    unescaped = re.sub(r"\\[\\\[\]{}+-]", "_", text)
    marks = re.findall(r"(?=(\[-|-\]|\{\+|\+\}))", unescaped)
    expected = [
        mark
        for token in word_diff(before, after)
        for mark in {DiffPart.REMOVED: ("[-", "-]"), DiffPart.ADDED: ("{+", "+}")}.get(
            token.part, ()
        )
    ]
    assert marks == expected


def test_what_changes_beyond_a_screenful_is_counted() -> None:
    text = plain(tuple(word_spans(word_diff(f"same {'x' * 2000}", f"same {'y' * 1000}"))))
    assert text.endswith("x…-] … 1,405 more characters differ")
    assert len(text) < 1700


def test_a_line_stays_a_screenful_where_little_changes_in_many_places() -> None:
    before = " ".join(f"word{n} is the same and old{n}" for n in range(100))
    text = plain(tuple(word_spans(word_diff(before, before.replace("old", "new")))))
    assert "more characters differ" in text
    assert len(text) < 2200


def test_texts_too_far_apart_are_replaced_between_their_common_ends() -> None:
    before = " ".join(f"a{n}" for n in range(LONGEST + 1))
    after = " ".join(f"b{n}" for n in range(LONGEST + 1))
    tokens = word_diff(f"same {before} kept {before} end", f"same {after} kept {after} end")
    assert [t.part for t in tokens] == [
        DiffPart.KEPT,
        DiffPart.REMOVED,
        DiffPart.ADDED,
        DiffPart.KEPT,
    ]
    assert has_common_word(tokens)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a " * 10_000, "a b " * 10_000, id="one word over and over"),
        pytest.param("a b " * 5_000, "b a " * 5_000, id="two in turns"),
        pytest.param("x" * 100_000, "y" * 100_000, id="one long word"),
        pytest.param("${" * 50_000, "${a" * 50_000, id="placeholders that never end"),
    ],
)
def test_ten_thousand_words_are_compared_at_their_ends_only(before: str, after: str) -> None:
    """What lies between is not looked into, for that would take quadratic time."""
    tokens = word_diff(before, after, iql_words)
    assert len(tokens) <= len(DiffPart) + 1
    assert "".join(t.text for t in tokens if t.part is not DiffPart.ADDED) == before
