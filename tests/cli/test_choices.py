"""The tables of what options may be hold what the enums and tables of the domain do."""

from collections.abc import Iterable

import pytest

from reconciler.app.preview import Against
from reconciler.cli import choices
from reconciler.data.entries import DataFormat
from reconciler.forges.kinds import KINDS
from reconciler.forges.trackers import TRACKERS
from reconciler.manifest import schemas
from reconciler.manifest.project.model import LOCAL
from reconciler.model.policy import Risk

TABLES: dict[str, Iterable[str]] = {
    "AGAINST": Against,
    "DATA_FORMATS": DataFormat,
    "FORGES": KINDS,
    "LOCAL_WORKSPACE": LOCAL,
    "RISKS": Risk,
    "SCHEMAS": schemas.KINDS,
    "TRACKERS": TRACKERS,
}


@pytest.mark.parametrize("name", TABLES)
def test_an_option_may_be_what_the_domain_knows(name: str) -> None:
    assert list(getattr(choices, name)) == [*map(str, TABLES[name])]


def test_each_table_is_compared() -> None:
    assert {name for name in vars(choices) if name.isupper()} == TABLES.keys()
