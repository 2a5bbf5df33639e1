"""The backend of an environment: how fast it may be asked."""

from pathlib import Path

import pytest

from reconciler.cli.backends import REQUESTS_PER_MINUTE, pace_of
from reconciler.manifest.project import load_project

PROJECT = """\
environments:
  local: {{backend: embedded}}
  production: {{backend: cloud, workspaceId: w, auth: {{bearer: x}}}}
policy: {{{policy}}}
"""


@pytest.mark.parametrize(
    ("environment", "policy", "pace"),
    [
        ("local", "", None),
        ("local", "requestsPerMinute: 60", 60),
        ("production", "", REQUESTS_PER_MINUTE),
        ("production", "requestsPerMinute: 60", 60),
    ],
)
def test_the_pace(tmp_path: Path, environment: str, policy: str, pace: int | None) -> None:
    path = tmp_path / "reconciler.yaml"
    path.write_text(PROJECT.format(policy=policy))
    assert pace_of(load_project(path, environment=environment, variables={})) == pace
