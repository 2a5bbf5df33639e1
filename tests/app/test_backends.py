"""The backend of an environment: how fast it may be asked."""

from pathlib import Path

import pytest

from reconciler.app.backends import REQUESTS_PER_MINUTE, pace_of
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
