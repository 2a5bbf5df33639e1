"""The backend of an environment: how fast it may be asked."""

from pathlib import Path

import pytest

from reconciler.app.backends import REQUESTS_PER_MINUTE, pace_of, reading_deadline
from reconciler.manifest.project.file import load_project

PROJECT = """\
environments:
  local: {{backend: embedded}}
  production: {{backend: cloud, workspaceId: w, auth: {{bearer: x}}}}
policy: {{{policy}}}
"""


@pytest.mark.parametrize(
    ("environment", "policy", "share", "pace"),
    [
        ("local", "", 1, None),
        ("local", "", 8, None),
        ("local", "requestsPerMinute: 60", 1, 60),
        ("production", "", 1, REQUESTS_PER_MINUTE),
        ("production", "", 8, REQUESTS_PER_MINUTE // 8),
        ("production", "requestsPerMinute: 60", 1, 60),
        ("production", "requestsPerMinute: 60", 7, 8),
        ("production", "requestsPerMinute: 60", 100, 1),
    ],
)
def test_the_pace(
    tmp_path: Path, environment: str, policy: str, share: int, pace: int | None
) -> None:
    path = tmp_path / "reconciler.yaml"
    path.write_text(PROJECT.format(policy=policy))
    project = load_project(path, environment=environment, variables={})
    assert pace_of(project, share=share) == pace


@pytest.mark.parametrize(
    ("sources", "lanes", "pace", "seconds"),
    [
        (1, 10, None, 130),
        (10, 10, None, 130),
        (11, 10, None, 140),
        (500, 10, 900, 720),
        (4, 1, 6, 280),
    ],
)
def test_reading_takes_longer_with_more_rounds_and_with_a_slow_pace(
    sources: int, lanes: int, pace: int | None, seconds: float
) -> None:
    assert reading_deadline(sources, lanes=lanes, pace=pace).seconds == seconds
