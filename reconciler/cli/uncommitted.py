"""Whether git holds what a file says: the one question that we ask git."""

import os
import shutil
import subprocess
from pathlib import Path


def lost_if_overwritten(path: Path) -> str | None:
    """Return why what the file *path* says would be lost, None where HEAD of git holds it.

    Without git nobody knows, and that is a reason as well.
    """
    git = shutil.which("git")
    if git is None:
        return "git is not installed, so nobody knows whether it is under version control"
    command = (
        # No lock: a look must not get in the way of a git that runs beside us.
        *(git, "--no-optional-locks", "--literal-pathspecs"),
        *("status", "--porcelain", "--ignored", "--", path.name),
    )
    try:
        asked = subprocess.run(  # noqa: S603 - no shell, and the name stands behind `--`
            command,
            cwd=path.absolute().parent,
            env={**os.environ, "LC_ALL": "C"},  # we read what it says
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        return f"git could not be asked about it: {error.strerror}"
    if asked.returncode != 0:
        return _refusal(asked.stderr.decode(errors="replace"))
    said = asked.stdout[:2].decode()
    return _STANDS.get(said, "it has changes that are not committed") if said else None


_STANDS = {
    "??": "it is not under version control",
    "!!": "it is ignored by git, so not under version control",
}


def _refusal(said: str) -> str:
    """Return the reason in git's complaint; that of being outside of a work tree is not one."""
    if "not a git repository" in said:
        return "it is not under version control"
    first = next(iter(said.splitlines()), "no reason given")
    return f"git could not be asked about it: {first}"
