"""What the tests of runs start from."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.stages.applying import Stage, Staging
from tests.support.stages.schema_operations import prepare


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Staging]:
    """Return a maker of stages; the journal of one survives its process."""
    opened: list[Stage] = []

    def make(*faults: str, **options: Any) -> Stage:
        opened.append(Stage(tmp_path, *faults, **options))
        return opened[-1]

    yield make
    for each in opened:
        each.__exit__()


@pytest.fixture
def site(stage: Staging) -> Callable[..., Stage]:
    """Return a maker of stages with the object schema Network."""

    def make(*faults: str, **options: Any) -> Stage:
        on = prepare(stage(**options))
        on.add_faults(*faults)
        return on

    return make
