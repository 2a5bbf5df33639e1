"""What the tests of probes start from."""

from tests.applying.conftest import stage

__all__ = ["stage"]
