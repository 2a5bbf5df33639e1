"""Whether git holds what a file says."""

from pathlib import Path

from reconciler.cli.git import GitError, git


def lost_if_overwritten(path: Path) -> str | None:
    """Return why what the file *path* says would be lost, None where HEAD of git holds it.

    Without git nobody knows, and that is a reason as well.
    """
    asked = ("--literal-pathspecs", "status", "--porcelain", "--ignored", "--", path.name)
    try:
        said = git(*asked, directory=path.absolute().parent)
    except GitError as error:
        if "not a git repository" in str(error):
            return "it is not under version control"
        return f"git could not be asked about it: {error}"
    return _STANDS.get(said[:2], "it has changes that are not committed") if said else None


_STANDS = {
    b"??": "it is not under version control",
    b"!!": "it is ignored by git, so not under version control",
}
