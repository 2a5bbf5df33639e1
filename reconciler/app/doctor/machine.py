"""What this machine has to do with it: versions, modes of files, git, proxy and certificates."""

import os
import platform
import shlex
import stat
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from reconciler import __version__
from reconciler.app.git import GitError, git
from reconciler.app.project import journal_file
from reconciler.codes.check import CheckCode
from reconciler.errors import ManifestError
from reconciler.manifest.project.model import DATA_DIRECTORY, Project
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, result

_OTHERS_WRITE = stat.S_IWOTH
_OTHERS_USE = stat.S_IRWXG | stat.S_IRWXO
_LIBRARIES = ("httpx", "SQLAlchemy")


def versions() -> CheckResult:
    """Return the versions of what runs."""
    found = [f"{name} {_version(name)}" for name in _LIBRARIES]
    own = f"reconciler {__version__}, Python {platform.python_version()}"
    return result(CheckCode.VERSIONS, CheckLevel.OK, ", ".join([own, *found]))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # as in a bundle without metadata
        return "of an unknown version"


def file_modes(project: Project, *, has_secret: bool) -> Iterator[CheckResult]:
    """Yield whose files others may write, or read; *has_secret* is what the project file has."""
    data = project.root / DATA_DIRECTORY
    files = {path: True for path in (data, *_data_files(project)) if path.exists()}
    if project.path is not None:
        files[project.path] = has_secret
    if os.name != "posix":
        return
    worst = [found for path, secret in files.items() if (found := _mode(path, is_secret=secret))]
    yield from worst
    if files and not worst:
        names = ", ".join(map(str, files))
        text = f"file permissions are safe: {names}"
        yield result(CheckCode.FILE_MODES, CheckLevel.OK, text)


def _data_files(project: Project) -> Iterator[Path]:
    data = project.root / DATA_DIRECTORY
    if data.is_dir():
        yield from sorted(path for path in data.glob("*.db*") if path.is_file())
    try:
        journal = journal_file(project)
    except ManifestError:  # a variable that is not set has its own result
        return
    if journal is not None and journal.parent != data:
        yield journal


def _mode(path: Path, *, is_secret: bool) -> CheckResult | None:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        text = f"{path} cannot be looked at: {error.strerror}"
        return result(CheckCode.FILE_MODES, CheckLevel.ERROR, text)
    if mode & _OTHERS_WRITE:
        text = f"everybody on this machine can write {path} (mode {mode:o})"
        return result(CheckCode.FILE_MODES, CheckLevel.FAIL, text, f"chmod go-w {path}")
    if is_secret and mode & _OTHERS_USE:
        text = f"others on this machine can use {path} (mode {mode:o})"
        return result(CheckCode.FILE_MODES, CheckLevel.WARN, text, f"chmod go-rwx {path}")
    return None


def git_ignore(project: Project) -> CheckResult:
    """Return whether git leaves the data directory alone, by what git itself says."""
    try:
        tracked = git("ls-files", "--", DATA_DIRECTORY, directory=project.root)
        status = git(
            "status", "--porcelain", "--ignored", "--", DATA_DIRECTORY, directory=project.root
        )
    except GitError as error:
        if "not a git repository" in str(error):
            return result(
                CheckCode.GIT_IGNORE, CheckLevel.OK, "the project is in no git repository"
            )
        return result(
            CheckCode.GIT_IGNORE,
            CheckLevel.WARN,
            f"git failed: {error}",
            "run git there to see why",
        )
    if tracked:
        text = f"{DATA_DIRECTORY}/ is tracked by git: its journal holds documents"
        remedy = shlex.join(["git", "rm", "-r", "--cached", DATA_DIRECTORY])
        return result(CheckCode.GIT_IGNORE, CheckLevel.WARN, text, remedy)
    if status.startswith(b"??"):
        text = f"{DATA_DIRECTORY}/ is not ignored by git: the next commit may hold its journal"
        remedy = f"write {DATA_DIRECTORY}/ into .gitignore"
        return result(CheckCode.GIT_IGNORE, CheckLevel.WARN, text, remedy)
    return result(CheckCode.GIT_IGNORE, CheckLevel.OK, f"git ignores {DATA_DIRECTORY}/")


def connection(url: str, environ: Mapping[str, str]) -> Iterator[CheckResult]:
    """Yield by which proxy and which certificates the site at *url* is reached."""
    parts = urlsplit(url)
    if parts.scheme == "http":
        text = "plain http to this machine: neither a proxy nor TLS"
        yield result(CheckCode.CONNECTION, CheckLevel.OK, text)
        return
    bad = [
        (name, place)
        for name, exists in (("SSL_CERT_FILE", Path.is_file), ("SSL_CERT_DIR", Path.is_dir))
        if (place := environ.get(name)) and not exists(Path(place))
    ]
    for name, place in bad:
        text = f"{name} names {place}, which is not there"
        remedy = f"set {name} to the certificates of your organisation, or unset it"
        yield result(CheckCode.CONNECTION, CheckLevel.FAIL, text, remedy)
    by = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if environ.get(name)), None)
    if not bad:
        tls = f"certificates by {by}" if by else "certificates of the program"
        yield result(
            CheckCode.CONNECTION, CheckLevel.OK, f"TLS with {tls}, {_proxy(parts.hostname)}"
        )


def _proxy(host: str | None) -> str:
    proxies = getproxies()
    used = proxies.get("https") or proxies.get("all")
    if not used:
        return "no proxy"
    if host and proxy_bypass(host):
        return "no proxy (NO_PROXY)"
    # Nothing else of it: it may hold a password.
    try:
        parts = urlsplit(used if "://" in used else f"http://{used}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "a proxy whose URL cannot be read"
    return f"proxy {parts.scheme}://{parts.hostname}{port}"
