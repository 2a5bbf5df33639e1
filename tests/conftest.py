"""What every test may count on: its own modules are importable, and the environment is clean.

The laws of tests/property are tried on few examples here, and on many with
`HYPOTHESIS_PROFILE=soak pytest tests/property`. A failure prints the blob that
`@reproduce_failure` runs it again with.
"""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "property"))
sys.path.insert(0, str(Path(__file__).parent / "e2e"))

settings.register_profile("suite", settings.default, deadline=None, print_blob=True)
settings.register_profile("soak", settings.get_profile("suite"), max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the variables of the machine that it runs on."""
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
