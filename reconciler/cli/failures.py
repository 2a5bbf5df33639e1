"""How errors are reported to the user: a sentence, never a traceback; and their exit codes.

Apart from `exit_codes`, which every run loads: `--help` fails at nothing.
"""

import click
from click.core import ParameterSource
from click.exceptions import NoArgsIsHelpError

from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.settings import Settings
from reconciler.diagnostics import Diagnostic
from reconciler.errors import (
    ManifestError,
    MappingExists,
    ReconcilerError,
    StalePlan,
    UnsafePlan,
    WrongUsage,
)
from reconciler.render.diagnostics import write_diagnostics, write_verdict
from reconciler.render.errors import error_code, explanation, write_error

# Exceptions that end a run: they become part of a report, then `report_error` prints them.
FAILURES = (ReconcilerError, OSError, ExceptionGroup)


def failure_diagnostics(error: Exception) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a report for *error*, which ended the run: at least one."""
    if isinstance(error, ExceptionGroup):
        return tuple(d for inner in error.exceptions for d in failure_diagnostics(inner))
    if isinstance(error, ManifestError):
        return error.diagnostics
    return (
        error_code(error).diagnostic(
            _os_sentence(error) if isinstance(error, OSError) else str(error),
            hint=explanation(error) if isinstance(error, ReconcilerError) else None,
        ),
    )


def report_error(error: Exception, settings: Settings) -> ExitCode:
    """Report the error on standard error, and return its exit code."""
    if isinstance(error, ExceptionGroup):
        # Several concurrent tasks may have failed.
        return worst([report_error(inner, settings) for inner in error.exceptions])
    match error:
        case click.UsageError():
            _report_usage(error, settings)
            return ExitCode.USAGE
        case click.ClickException():
            settings.err.line("error: ", error.format_message())
            return ExitCode.ERROR
        case ManifestError():
            write_diagnostics(error.diagnostics, settings.err)
            write_verdict(error.diagnostics, settings.err)
        case ReconcilerError():
            write_error(error, settings.err)
        case OSError():
            settings.err.line("error: ", _os_sentence(error))
        case _:
            first = f"{type(error).__name__}: {error}".splitlines()[0]
            settings.err.line("error: this is a bug in reconciler: ", first)
            settings.err.line("    please report it with what --log-level debug prints")
    if settings.log_level == "debug":
        import traceback  # noqa: PLC0415 - seldom

        settings.err.lines(
            (line,) for line in "".join(traceback.format_exception(error)).splitlines()
        )
    return of_error(error) if isinstance(error, ReconcilerError) else ExitCode.ERROR


def _report_usage(error: click.UsageError, settings: Settings) -> None:
    if isinstance(error, NoArgsIsHelpError):  # there is no command: the help has them
        settings.err.lines((line,) for line in error.format_message().splitlines())
        return
    if isinstance(error, click.BadParameter) and (variable := _variable(error)) is not None:
        error.param_hint = variable
    if error.ctx is not None:
        settings.err.lines((line,) for line in error.ctx.get_usage().splitlines())
    # click puts a tab before each choice.
    lines = [line.replace("\t", "    ", 1) for line in error.format_message().splitlines()]
    settings.err.line("error: ", lines[0] if lines else "wrong usage")
    settings.err.lines((line,) for line in lines[1:])
    if error.ctx is not None:
        settings.err.line(f"    {error.ctx.command_path} --help  shows its options")


def _variable(error: click.BadParameter) -> str | None:
    """Return the variable that gave the option which *error* is about, None if none did."""
    if error.ctx is None or not isinstance(error.param, click.Option):
        return None
    source = error.ctx.get_parameter_source(str(error.param.name))
    return str(error.param.envvar) if source is ParameterSource.ENVIRONMENT else None


def _os_sentence(error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason


def of_error(error: ReconcilerError) -> ExitCode:
    """Return the code for a run that *error* ended."""
    if isinstance(error, WrongUsage):
        return ExitCode.USAGE
    # A 409 on PUT means that somebody else configured the source first: the plan is stale.
    if isinstance(error, StalePlan | UnsafePlan | MappingExists):
        return ExitCode.BLOCKED
    return ExitCode.ERROR


def of_exception(error: BaseException) -> ExitCode:
    """Return the code for a run that *error*, of any type, ended."""
    match error:
        case BaseExceptionGroup():
            return worst(map(of_exception, error.exceptions))
        case KeyboardInterrupt() | click.Abort():
            return ExitCode.INTERRUPTED
        case click.UsageError():
            return ExitCode.USAGE
        case ReconcilerError():
            return of_error(error)
        case _:
            return ExitCode.ERROR
