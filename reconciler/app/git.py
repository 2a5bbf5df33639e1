"""The gate to git: commands, the manifests of a commit without a checkout, uncommitted files."""

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from reconciler.app.selection import Changes
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ReconcilerError
from reconciler.journal.receipts import Commit
from reconciler.manifest.files import is_manifest_name
from reconciler.manifest.layers import heads_among, layers_among
from reconciler.manifest.load import Loaded, load_manifests
from reconciler.manifest.other_file import SUFFIXES
from reconciler.manifest.path_glob import PathGlob
from reconciler.manifest.project.model import Project
from reconciler.manifest.text.file import LARGEST_FILE, too_large
from reconciler.model.document import Document
from reconciler.value import Value, replace


class GitError(ReconcilerError):
    """Git is not installed, or the command failed."""


_SECONDS = 120.0


def git(*arguments: str, directory: Path, stdin: bytes | None = None) -> bytes:
    """Return the standard output of `git`, run in *directory*.

    Raises GitError if it is not installed or fails. Takes no optional locks.
    """
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and every argument is ours or after `--`
            ["git", "--no-optional-locks", *arguments],  # noqa: S607 - the user's own git
            cwd=directory,
            # Its messages are parsed in a few places; a partial clone may ask its remote.
            env=os.environ | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
            timeout=_SECONDS,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"git {arguments[0]} had not ended after {_SECONDS:g} s") from None
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitError(lines[0] if lines else f"git {arguments[0]} failed")
    return done.stdout


_NO_REVISION = "Needed a single revision"
_SHORT = 12
_LONGEST_HEADER = 4096


class CommitManifests(Value):
    """The desired documents of a commit by source; `broken` are the sources in error there.

    If it has an *unread* file, that may be the manifest of any source without a document.
    """

    name: str
    documents: Mapping[str, Document]
    broken: frozenset[str]
    unread: bool
    diagnostics: tuple[Diagnostic, ...]

    def of(self, source: str) -> Commit | None:
        """Return the commit's manifest of *source*, None if it was in error or may have been."""
        document = self.documents.get(source)
        if source in self.broken or (document is None and self.unread):
            return None
        return Commit(name=self.name, desired=document or Document())


def read_commit(project: Project, ref: str, *, option: str = "--base") -> CommitManifests:
    """Return the project's manifests in the commit *ref*, which *option* names.

    Raises ReconcilerError if there is no git, no repository or no such commit.
    """
    root = project.root.absolute()
    commit = _resolved(root, ref, option)
    project = replace(project, root=root)
    names = _listed(project, commit)
    wanted = _wanted(project)
    heads = heads_among(
        project,
        [
            path
            for path, name in names.items()
            if any(glob.matches(name) for glob in wanted) and is_manifest_name(root / name, root)
        ],
    )
    layers = layers_among(project, heads, names)
    texts = _texts(root, commit, {p: names[p] for p in (*heads, *layers.files)})
    layers = layers_among(project, heads, texts)

    def read(path: Path, *, file: str) -> bytes:
        if (text := texts[path]) is None:
            raise too_large(file)
        return text

    loaded = load_manifests(sorted(set(heads) & texts.keys()), read=read, layers=layers)
    errors = errors_in(loaded.diagnostics)
    name = f"commit {commit[:_SHORT]}"
    return CommitManifests(
        name=name,
        documents={m.source: m.document for m in loaded.manifests},
        broken=frozenset(d.source for d in errors if d.source),
        unread=any(each.source is None for each in loaded.faulty),
        diagnostics=tuple(_as_warning(name, d) for d in errors),
    )


def changes_since(project: Project, loaded: Loaded, ref: str) -> Changes:
    """Return which sources of *loaded*, all of the project, have changed since the commit *ref*.

    Whatever is not known to be equal has changed, so a manifest in error has, now or then. Raises
    ReconcilerError as `read_commit` does.
    """
    then = read_commit(project, ref, option="--changed-since")
    equal = {
        m.source
        for m in loaded.manifests
        if m.source not in then.broken and then.documents.get(m.source) == m.document
    }
    faulty = {each.source for each in loaded.faulty}
    now = {m.source for m in loaded.manifests} | {name for name in faulty if name is not None}
    # A file that cannot be read may be the manifest of any source.
    removed = frozenset[str]() if None in faulty else then.documents.keys() | then.broken
    return Changes(changed=frozenset(now - equal), removed=frozenset(removed - now))


def checked_out(root: Path) -> tuple[str, str] | None:
    """Return the commit below *root*, which says if it `-dirty`, and its author; None without."""
    named = ("describe", "--always", "--dirty", "--exclude=*", f"--abbrev={_SHORT}")
    try:
        commit = git(*named, directory=root)
        author = git("log", "-1", "--format=%an", directory=root)
    except GitError:
        return None
    return commit.decode(errors="replace").strip(), author.decode(errors="replace").strip()


def _resolved(root: Path, ref: str, option: str) -> str:
    try:
        found = git(
            "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}", directory=root
        )
    except GitError as error:
        if _NO_REVISION not in str(error):
            raise ReconcilerError(f"{option} {ref}: {error}") from error
        found = b""
    commit = found.decode().strip()
    if not commit.isalnum():  # also of what is no commit but all that does not lead to it: ^REF
        raise ReconcilerError(
            f"{option} {ref}: there is no such commit",
            hint="a shallow clone, as CI systems make them, lacks older commits: fetch that one, "
            "or the whole history",
        )
    return commit


def _wanted(project: Project) -> Sequence[PathGlob]:
    return [PathGlob.of("*")] if project.manifest_globs is None else project.manifest_globs


def _listed(project: Project, commit: str) -> dict[Path, str]:
    """Return the files that may be read, by absolute path, with their names below the root."""
    ups = {"../" * glob.up for glob in _wanted(project)}
    ups |= {"../" * PathGlob.of(f"{each}/*").up for each in project.overlays.values() if each}
    # Git's own globs take exponential time for many `**`.
    patterns = {f":(glob,icase){up}**/*{suffix}" for up in ups for suffix in SUFFIXES}
    # Of index and commit together: files that only the index has are missing in the commit.
    listed = git(
        "ls-files", "-z", f"--with-tree={commit}", "--", *sorted(patterns), directory=project.root
    )
    names = dict.fromkeys(listed.decode(errors="surrogateescape").split("\0"))
    return {
        Path(os.path.normpath(project.root / name)): name
        for name in names
        if name and "\n" not in name
    }


def _texts(root: Path, commit: str, names: Mapping[Path, str]) -> dict[Path, bytes | None]:
    """Return the content of the files *names* that *commit* has, None of one too large to read."""
    headers = _cat(root, commit, names.values(), "--batch-check").split(b"\n")
    sizes = {
        path: int(header.rsplit(b" ", 1)[1])
        for path, header in zip(names, headers, strict=False)
        if not header.endswith(b" missing")
    }
    texts: dict[Path, bytes | None] = dict.fromkeys(sizes)
    small = [path for path, size in sizes.items() if size <= LARGEST_FILE]
    answer = memoryview(_cat(root, commit, [names[path] for path in small], "--batch"))
    for path in small:
        start = bytes(answer[:_LONGEST_HEADER]).index(b"\n") + 1
        end = start + sizes[path]
        texts[path] = bytes(answer[start:end])
        answer = answer[end + 1 :]
    return texts


def _cat(root: Path, commit: str, names: Iterable[str], how: str) -> bytes:
    asked = "".join(f"{commit}:./{name}\n" for name in names).encode(errors="surrogateescape")
    return git("cat-file", how, directory=root, stdin=asked)


def _as_warning(name: str, error: Diagnostic) -> Diagnostic:
    """Return the warning that a manifest was in error then; it is no error now."""
    return RunCode.BASE_IN_ERROR.diagnostic(
        f"{error.file} of {name} is in error, so its source has no base: {error.text}",
        source=error.source,
    )


def lost_if_overwritten(path: Path) -> str | None:
    """Return why overwriting *path* would lose content, None if git's HEAD has it.

    Without git that is unknown, which is a reason too.
    """
    asked = ("--literal-pathspecs", "status", "--porcelain", "--ignored", "--", path.name)
    try:
        output = git(*asked, directory=path.absolute().parent)
    except GitError as error:
        if "not a git repository" in str(error):
            return "it is not under version control"
        return f"git failed: {error}"
    return _STANDS.get(output[:2], "it has changes that are not committed") if output else None


_STANDS = {
    b"??": "it is not under version control",
    b"!!": "it is ignored by git, so not under version control",
}
