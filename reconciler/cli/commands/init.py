"""`init`: write a project, or another manifest of one."""

import sys
from pathlib import Path

from reconciler.app.init.run import InitRequest, init_project
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.settings import Settings
from reconciler.errors import WrongUsage
from reconciler.render.new_project import write_new_project


def init(settings: Settings, *, data: Path | None, source: str | None, yes: bool) -> int:
    """Run the command and return its exit code."""
    if data is None and not yes and not sys.stdin.isatty():
        raise WrongUsage(
            "there is no terminal to ask on",
            hint="say what to begin with: --from FILE, or --yes for an example",
        )
    asked = InitRequest(data=data, environment=settings.environment, source=source)
    result = init_project(asked, ScreenProgress(settings.err))
    write_new_project(result, settings.out)
    return ExitCode.DONE
