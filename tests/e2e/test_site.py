"""The story of the simulated site ends the same whatever the network does (design.md#promises).

`make site` plays it behind a bad network, in processes of their own, with PostgreSQL.
"""

from pathlib import Path

from tests.support.site.stage import GOLDEN, calm, stage
from tests.support.site.story import STORY


def test_the_story_is_the_same_on_a_good_network(tmp_path: Path) -> None:
    with stage(tmp_path, network=False, database=False, own=False) as site:
        told = "".join(site.play(STORY))
    assert not [name for name, text in site.variables.items() if "TOKEN" in name and text in told]
    assert calm(told) == calm(GOLDEN.read_text(encoding="utf-8"))
