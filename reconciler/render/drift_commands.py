"""The two ways to end drift, as one would type them, and what neither command reaches."""

import shlex

from reconciler.planning.drift import Finding, SourceDrift
from reconciler.planning.plan import LEFT_OPEN, Verdict

CANNOT_TAKE_BACK = "apply cannot take it back"


def back_to_git(environment: str, source: SourceDrift) -> str:
    """Return the command that makes live what the manifest says, as far as the API can.

    What is impossible would keep all of the source from being sent.
    """
    is_impossible = any(f.change.verdict is Verdict.IMPOSSIBLE for f in source.findings)
    options = ("--allow-residual",) if is_impossible else ()
    return _command(environment, "apply", *options, source=source.source)


def into_git(environment: str, source: SourceDrift) -> str:
    """Return the command that writes into the manifest what live has."""
    return _command(environment, "pull", source=source.source)


def by_hand(finding: Finding) -> str | None:
    """Return that `apply` cannot take *finding* back, and what can; None where it can."""
    change = finding.change
    if change.verdict not in LEFT_OPEN:
        return None
    return ": ".join(filter(None, ("apply cannot take it back", change.remedy)))


def _command(environment: str, *words: str, source: str) -> str:
    # A name may look like an option.
    end = ("--",) if source.startswith("-") else ()
    return shlex.join(("reconciler", "--environment", environment, *words, *end, source))
