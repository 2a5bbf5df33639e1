"""`init`: write a project, or another manifest of one."""

from pathlib import Path

from reconciler.app.init.run import InitRequest, init_project
from reconciler.app.preview import STANDARD_INPUT
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.questions import TerminalQuestions
from reconciler.cli.settings import Settings
from reconciler.data.entries import DataFormat
from reconciler.errors import WrongUsage
from reconciler.render.new_project import write_new_project


def init(
    settings: Settings,
    *,
    data: Path | None,
    data_format: str | None,
    backend: str | None,
    source: str | None,
    base_url: str | None,
    pipeline: str | None,
    yes: bool,
) -> int:
    """Run the command and return its exit code."""
    if str(data) == STANDARD_INPUT:
        raise WrongUsage("--from takes a file: data are read twice")
    asked = InitRequest(
        data=data,
        format_=DataFormat(data_format) if data_format else None,
        backend=backend,
        environment=settings.environment,
        source=source,
        base_url=base_url,
        pipeline=pipeline,
    )
    questions = TerminalQuestions(settings.err, usual=yes)
    result = init_project(asked, questions, ScreenProgress(settings.err))
    write_new_project(result, settings.out)
    return ExitCode.DONE
