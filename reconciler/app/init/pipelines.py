"""The pipelines that `init` writes, with the variables that the project names.

The files are those of docs/ci; `init/pipelines/` is their one place.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from pkgutil import get_data

from reconciler.app.init.files import NewFile
from reconciler.app.repository import root_of
from reconciler.regex import regex

# By the command line name of the system: where each file goes.
FILES: Mapping[str, Mapping[str, str]] = {
    "github": {
        f"github-actions/{name}.yml": f".github/workflows/{name}.yml"
        for name in ("reconciler-plan", "reconciler-apply", "reconciler-drift")
    },
    "gitlab": {"gitlab-ci.yml": ".gitlab-ci.yml"},
    "bitbucket": {"bitbucket-pipelines.yml": "bitbucket-pipelines.yml"},
}
_ENVIRONMENT = "production"
_PLAIN = regex(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
# The variables of the example project, as GitHub gives them to a step.
_VARIABLES = regex(
    r"(?P<indent> +)ASSETS_TOKEN: \$\{\{ secrets\.ASSETS_TOKEN \}\}\n"
    r"(?:(?P=indent)\w+: \$\{\{ (?:secrets|vars)\.(?!RECONCILER)\w+ \}\}\n)*"
)


def pipeline_files(system: str, *, environment: str, variables: Sequence[str]) -> list[NewFile]:
    """Return the pipeline of *system* for *environment*, whose *variables* it hands over.

    It goes where the system looks for it: at the root of the repository.
    """
    root = root_of(Path())
    return [
        NewFile(path=_beside(root / target), text=_text(name, environment, variables))
        for name, target in FILES[system].items()
    ]


def _beside(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _text(name: str, environment: str, variables: Iterable[str]) -> str:
    data = get_data("reconciler.app.init", f"pipelines/{name}")
    assert data is not None  # noqa: S101 - whatever loads the package can read its files
    text = data.decode()
    if _PLAIN.fullmatch(environment):
        text = text.replace(f"--environment {_ENVIRONMENT} ", f"--environment {environment} ")
    return _VARIABLES.sub(lambda found: _lines(found["indent"], variables), text)


def _lines(indent: str, variables: Iterable[str]) -> str:
    return "".join(
        f"{indent}{name}: ${{{{ {_kind(name)}.{name} }}}}\n" for name in dict.fromkeys(variables)
    )


def _kind(name: str) -> str:
    return "secrets" if "TOKEN" in name else "vars"
