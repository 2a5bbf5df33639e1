"""What is asynchronous is run to its end, and what it returns is left alone."""

import pytest

from reconciler.app.event_loop import run_async


class Large:
    """What nobody wants to see in words."""

    def __repr__(self) -> str:
        raise AssertionError


def test_the_result_is_not_put_into_words() -> None:
    large = Large()

    async def work() -> Large:
        return large

    assert run_async(work()) is large


def test_what_is_raised_is_raised() -> None:
    async def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_async(work())
