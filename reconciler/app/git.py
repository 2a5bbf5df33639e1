"""The gate to git: commands, the manifests of a commit without a checkout, uncommitted files."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ReconcilerError
from reconciler.journal.receipts import Commit
from reconciler.manifest.files import is_manifest_name
from reconciler.manifest.layers import heads_among, layers_among
from reconciler.manifest.load import load_manifests
from reconciler.manifest.other_file import SUFFIXES
from reconciler.manifest.path_glob import PathGlob
from reconciler.manifest.project.file import Project
from reconciler.manifest.text.file import decode_text
from reconciler.model.document import Document


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


_SHORT = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class CommitManifests:
    """The desired documents of a commit by source; `broken` are the sources in error there."""

    name: str
    documents: Mapping[str, Document]
    broken: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]

    def of(self, source: str) -> Commit | None:
        """Return the commit's manifest of *source*, None if it was in error."""
        if source in self.broken:
            return None
        return Commit(name=self.name, desired=self.documents.get(source, Document()))


def read_commit(project: Project, ref: str) -> CommitManifests:
    """Return the project's manifests in the commit *ref*.

    Raises ReconcilerError if there is no git, no repository or no such commit.
    """
    root = project.root.absolute()
    commit = _resolved(root, ref)
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
    texts = dict(_texts(root, commit, {p: names[p] for p in (*heads, *layers.files)}))
    layers = layers_among(project, heads, texts)

    def read(path: Path, *, file: str) -> str:
        return decode_text(texts[path], file=file)

    loaded = load_manifests(sorted(set(heads) & texts.keys()), read=read, layers=layers)
    errors = errors_in(loaded.diagnostics)
    name = f"commit {commit[:_SHORT]}"
    return CommitManifests(
        name=name,
        documents={m.source: m.document for m in loaded.manifests},
        broken=frozenset(d.source for d in errors if d.source),
        diagnostics=tuple(_as_warning(name, d) for d in errors),
    )


def _resolved(root: Path, ref: str) -> str:
    try:
        found = git(
            "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}", directory=root
        )
    except GitError as error:
        raise ReconcilerError(
            f"--base {ref}: {error}",
            hint="a shallow clone, as CI systems make them, lacks older commits: fetch that one, "
            "or the whole history",
        ) from error
    return found.decode().strip()


def _wanted(project: Project) -> Sequence[PathGlob]:
    return [PathGlob.of("*")] if project.manifest_globs is None else project.manifest_globs


def _listed(project: Project, commit: str) -> dict[Path, str]:
    """Return the files that may be read, by absolute path, with their names below the root."""
    ups = {"../" * glob.up for glob in _wanted(project)}
    ups |= {"../" * PathGlob.of(f"{each}/*").up for each in project.overlays.values()}
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


def _texts(root: Path, commit: str, names: Mapping[Path, str]) -> Iterator[tuple[Path, bytes]]:
    """Yield the content of those files *names* that *commit* has."""
    asked = "".join(f"{commit}:./{name}\n" for name in names.values())
    stdin = asked.encode(errors="surrogateescape")
    answer = memoryview(git("cat-file", "--batch", directory=root, stdin=stdin))
    for path in names:
        header, answer = _line(answer)
        if header.endswith(b" missing"):
            continue
        size = int(header.rsplit(b" ", 1)[1])
        yield path, bytes(answer[:size])
        answer = answer[size + 1 :]


def _line(data: memoryview) -> tuple[bytes, memoryview]:
    end = bytes(data[:4096]).index(b"\n")
    return bytes(data[:end]), data[end + 1 :]


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
        return f"git could not be asked about it: {error}"
    return _STANDS.get(output[:2], "it has changes that are not committed") if output else None


_STANDS = {
    b"??": "it is not under version control",
    b"!!": "it is ignored by git, so not under version control",
}
