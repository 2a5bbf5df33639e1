"""`comment`: keep a comment with the plan on a pull request, or verify that it is up to date."""

import os
from contextlib import aclosing
from pathlib import Path

from reconciler.app.event_loop import run_async
from reconciler.app.plan import plan_again
from reconciler.app.plan_options import PlanSettings
from reconciler.app.repository import names_from_root, normal, project_directory
from reconciler.app.saved_plan import load_plan
from reconciler.app.selection import Selection
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.settings import Settings
from reconciler.cli.variables import by_hand
from reconciler.errors import WrongUsage
from reconciler.forges.bitbucket import Bitbucket
from reconciler.forges.comment import shown_plan, upsert_comment
from reconciler.forges.forge import Forge
from reconciler.forges.kinds import KINDS, ForgeName, comment_text
from reconciler.forges.labels import set_labels
from reconciler.forges.verification import verify_comment
from reconciler.planning.plan import Plan
from reconciler.render.ci.code_insights import plan_annotations, plan_report, report_id
from reconciler.render.markdown.marker import Marker
from reconciler.render.report import plan_named
from reconciler.render.terminal import Screen


def comment(
    settings: Settings,
    *,
    forge: str,
    path: Path,
    pr: int | None,
    limit: int | None,
    directory: str | None,
    author: str | None,
    url: str | None,
    labels: bool,
    code_insights: bool,
    dry_run: bool,
    verify: bool,
    selection: Selection,
    how: PlanSettings,
) -> int:
    """Run the command and return its exit code."""
    name = ForgeName(forge)
    _check_usage(name, labels=labels, code_insights=code_insights, verify=verify, dry_run=dry_run)
    given = {**selection.overrides(), **how.overrides()}
    overriding = by_hand(option for option, is_given in given.items() if is_given)
    if not verify and (selection.names or overriding):
        raise WrongUsage("options of planning go with --verify: a saved plan is as it is")
    plan = load_plan(path)
    how.check_digest(plan)
    naming = names_from_root(settings.started)
    shown = plan_named(plan, naming)
    marker = Marker.of(plan, normal(directory) if directory else naming(project_directory()))
    kind = KINDS[name]
    if verify:
        # Before planning, which takes a while: what is not set is told at once.
        asked = (kind.open_read_only or kind.open)(os.environ, pull=pr)
        now = plan_again(
            plan, selection, how, ScreenProgress(settings.err), environment=settings.environment
        )

        async def verified() -> None:
            async with aclosing(asked) as pull:
                verify_comment(await shown_plan(pull, marker, author=author), plan, now)

        run_async(verified())
        settings.out.line(f"The comment shows what would be applied now: {plan.digest}")
        return 0
    whole = url or kind.run_url(os.environ)
    text = comment_text(kind, shown, directory=marker.directory, limit=limit, whole=whole)
    if dry_run:
        settings.out.raw(text)
        return 0

    async def posted() -> None:
        pull = kind.open(os.environ, pull=pr)
        async with aclosing(pull):
            if code_insights and isinstance(pull, Bitbucket):
                await _publish(pull, shown, marker, whole, settings.out)
            await _upsert(pull, text, marker, author, settings.out)
            if labels:
                held = ", ".join(sorted(await set_labels(pull, plan)))
                settings.out.line(f"Labels: {held}")

    run_async(posted())
    return 0


def _check_usage(
    name: ForgeName, *, labels: bool, code_insights: bool, verify: bool, dry_run: bool
) -> None:
    if labels and not KINDS[name].has_labels:
        raise WrongUsage(f"pull requests of {name.title()} have no labels: leave --labels out")
    if code_insights and name is not ForgeName.BITBUCKET:
        raise WrongUsage("--code-insights is Bitbucket's")
    if verify and (labels or code_insights or dry_run):
        raise WrongUsage("--verify sends nothing: leave --labels, --code-insights, --dry-run out")


async def _upsert(pull: Forge, text: str, marker: Marker, author: str | None, out: Screen) -> None:
    kept = await upsert_comment(pull, text, marker, author=author)
    whose = f" by {kept.comment.author}" if kept.comment.author else ""
    out.line(f"{pull.name}: comment {kept.comment.id}{whose} {kept.done}")


async def _publish(
    pull: Bitbucket, plan: Plan, marker: Marker, link: str | None, out: Screen
) -> None:
    annotations = plan_annotations(plan)
    report = plan_report(plan, directory=marker.directory, link=link)
    await pull.publish(report_id(marker), report, annotations)
    out.line(f"Code Insights: {report['result']}, annotations: {len(annotations)}")
