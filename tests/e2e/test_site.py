"""The story of the simulated site ends as the tutorial tells it, whatever the network does.

`make site` plays it in processes that a shell starts, with PostgreSQL (design.md#promises).
"""

from pathlib import Path

from tests.support.site.stage import GOLDEN, stage
from tests.support.site.story import STORY


def test_the_story_behind_a_bad_network_is_the_tutorial(tmp_path: Path) -> None:
    with stage(tmp_path, database=False, own=False) as site:
        told = "".join(site.play(STORY))
    assert len(site.weather.split(",")) > 1
    assert not [name for name, text in site.variables.items() if "TOKEN" in name and text in told]
    assert told == GOLDEN.read_text(encoding="utf-8")
