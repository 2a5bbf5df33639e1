"""git, as somebody has it who has configured nothing."""

import os
import subprocess
from pathlib import Path

_WHO = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")


def git(root: Path, *arguments: str) -> str:
    """Return what git says in *root*; it must not fail."""
    environ = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    said = subprocess.check_output(
        ["git", *_WHO, *arguments], cwd=root, env=environ, text=True, stderr=subprocess.PIPE
    )
    return said.strip()


def commit(root: Path, files: str = ".") -> None:
    """Commit *files*, all by default; where there is no repository one is made."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all", files)
    git(root, "commit", "--quiet", "--message", "as it is")
