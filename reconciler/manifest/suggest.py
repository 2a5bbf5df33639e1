"""What a misspelt word was probably meant to be."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_MOST_COMPARED = 5_000  # difflib compares with each candidate: bounded, or a typo costs seconds


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of *known* that is nearest to *word*, None where none is near.

    External ids are often paths: what two have in common up to the last slash says nothing.
    """
    head, slash, tail = word.rpartition("/")
    cut = len(head + slash)
    names = sorted(known)
    beside = [name[cut:] for name in names if name[:cut] == word[:cut]]
    if (near := _nearest(tail, beside)) is not None:
        return word[:cut] + near
    return _nearest(word, [name for name in names if name[:cut] != word[:cut]])


def _nearest(word: str, candidates: Sequence[str]) -> str | None:
    folded = {name.casefold(): name for name in candidates}
    if (same := folded.get(word.casefold())) is not None:
        return same
    return next(iter(get_close_matches(word, candidates[:_MOST_COMPARED], n=1, cutoff=0.7)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the hint for a misspelt *word*, None where nothing known is near."""
    near = closest(word, known)
    return None if near is None else f'did you mean "{near}"?'
