"""The directory of what the program keeps by itself: for its owner only, and nothing for git."""

from pathlib import Path


def make_data_directory(directory: Path) -> None:
    """Make *directory*, and the ones above it. Raises OSError.

    A journal in a commit would come back with each checkout, and forget what was sent since.
    """
    if directory.exists():
        return
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    ignored = directory / ".gitignore"
    ignored.touch(mode=0o600)
    ignored.write_text("*\n", encoding="utf-8")
