"""The gate to git: one command, its output, and a sentence where it fails."""

import os
import subprocess
from pathlib import Path

from reconciler.errors import ReconcilerError


class GitError(ReconcilerError):
    """Git is not installed, or refused what was asked of it."""


def git(*arguments: str, directory: Path, stdin: bytes | None = None) -> bytes:
    """Return what `git` writes to standard output, run in *directory*.

    Raises GitError where it is not installed or fails. Takes no lock that it can do without.
    """
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and every argument is ours or after `--`
            ["git", "--no-optional-locks", *arguments],  # noqa: S607 - the user's own git
            cwd=directory,
            env=os.environ | {"LC_ALL": "C"},  # what it says is looked at, here and there
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitError(said[0] if said else f"git {arguments[0]} failed")
    return done.stdout
