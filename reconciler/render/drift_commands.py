"""The two ways to end drift, as one would type them."""

import shlex


def back_to_git(environment: str, source: str) -> str:
    """Return the command that makes live what the manifest says."""
    return shlex.join(("reconciler", "--environment", environment, "apply", source))


def into_git(environment: str, source: str) -> str:
    """Return the command that writes into the manifest what live has."""
    return shlex.join(("reconciler", "--environment", environment, "pull", source))
