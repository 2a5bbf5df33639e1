"""`explain`: why this verb, or why a change is impossible; or what a code means."""

from collections.abc import Iterable
from pathlib import Path

from reconciler.app.desired import desired_of, labels_of
from reconciler.app.event_loop import run_async
from reconciler.app.plan import plan_now
from reconciler.app.plan_options import PlanSettings
from reconciler.app.project import open_project
from reconciler.app.saved_plan import load_plan
from reconciler.app.selection import Selection
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.rehearsal import begin_rehearsal
from reconciler.cli.settings import Settings
from reconciler.command_line import command_line
from reconciler.errors import WrongUsage
from reconciler.manifest.load import load_project_manifests
from reconciler.manifest.wording import did_you_mean, quote
from reconciler.model.address import Address
from reconciler.planning.catalogue import CATALOGUE, Meaning, meanings, meanings_spelt
from reconciler.planning.explain import explain as stories_of
from reconciler.planning.explain import is_number
from reconciler.planning.plan import Plan
from reconciler.planning.shown_plan import without_prefix
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.meaning import write_meanings
from reconciler.render.plan.explanation import write_explanations


def explain(settings: Settings, *, plan: Path, asked: str | None) -> int:
    """Run the command and return its exit code."""
    file = None if asked is None else str(plan)
    if asked is not None:
        made = load_plan(plan)
    elif found := meanings(asked := str(plan)):
        write_meanings(found, settings.out)
        return ExitCode.DONE
    else:
        made_now = _plan_or_meanings(asked, settings)
        if not isinstance(made_now, Plan):
            write_meanings(made_now, settings.out)
            return ExitCode.DONE
        made = made_now
        if made.errored:
            write_diagnostics(made.diagnostics, settings.err)
            return ExitCode.ERROR
    made = without_prefix(made)
    # An address is accepted with the prefix of the plan's ids, too.
    asked = str(made.id_prefix.off_address(Address.parse(asked)))
    write_explanations(stories_of(made, asked, file=file), settings.out, file=file)
    return ExitCode.DONE


def _plan_or_meanings(asked: str, settings: Settings) -> Plan | tuple[Meaning, ...]:
    """Return a plan of the source that *asked* is about; of all sources where it is a number.

    Where it is about none, what it means as a code in another spelling.

    Raises WrongUsage if it is about none, or the name of a file.
    """
    project = open_project(settings.environment)
    loaded = load_project_manifests(project)
    sources = labels_of(loaded)
    if Path(asked).is_file() and asked not in sources:
        held = (m.source for m in loaded.manifests if Path(m.file) == Path(asked))
        said = (source,) if (source := next(held, None)) else (asked, "SOURCE")
        raise WrongUsage(
            f"{quote(asked)} is a file: say what of it is to be explained",
            hint=command_line("explain", *said),
        )
    if is_number(asked):
        selection = Selection()
    elif (named := _source_of(asked, sources)) is not None:
        selection = Selection.of_one(named)
    elif found := meanings_spelt(asked):
        return found
    else:
        known = {*sources, *(str(each.code) for each in CATALOGUE)}
        raise WrongUsage(
            f"no code is {quote(asked)}, no source and no file",
            hint=did_you_mean(asked, known) or "docs/reference/codes.md has all codes",
        )
    begin_rehearsal(project, settings.err)
    desired = desired_of(project, loaded, selection)
    return run_async(plan_now(desired, PlanSettings(), ScreenProgress(settings.err)))


def _source_of(asked: str, sources: Iterable[str]) -> str | None:
    """Return the one of *sources* whose name, or an address in which, *asked* is."""
    parts = {asked, asked.removesuffix("/operation"), Address.parse(asked).source}
    return next((name for name in sources if parts & {name, str(Address.of(name))}), None)
