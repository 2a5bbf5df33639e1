"""The Python API for where no event loop runs: `reconciler.aio`, and plans that are kept."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from reconciler import aio
from reconciler.aio import Project
from reconciler.app import saved_plan
from reconciler.errors import PlanError, ReconcilerError, WrongUsage
from reconciler.outcome.events import Event
from reconciler.outcome.results import ApplyReport
from reconciler.planning.drift.report import DriftReport
from reconciler.planning.plan import Plan
from reconciler.render.plan.json import plan_json

__all__ = [
    "ApplyReport",
    "DriftReport",
    "Event",
    "Plan",
    "Project",
    "ReconcilerError",
    "apply",
    "drift",
    "dump_plan",
    "load",
    "parse_plan",
    "plan",
    "read_plan",
    "save_plan",
]

P = ParamSpec("P")
T = TypeVar("T")


def _blocking(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Return *function* as one that runs a loop to its end, and refuses where one runs."""

    @wraps(function)
    def blocking(*arguments: P.args, **options: P.kwargs) -> T:
        with suppress(RuntimeError):  # for none, as it should be
            asyncio.get_running_loop()
            name = function.__name__
            raise WrongUsage(
                f"reconciler.{name} would block the event loop that runs here",
                hint=f"await reconciler.aio.{name}(…)",
            )
        # Not the result of the loop's own task: `asyncio.run` makes a text of it (event_loop.py).
        done: list[T] = []

        async def keep() -> None:
            done.append(await function(*arguments, **options))

        asyncio.run(keep())
        return done[0]

    return blocking


load = _blocking(aio.load)
plan = _blocking(aio.plan)
apply = _blocking(aio.apply)
drift = _blocking(aio.drift)


def dump_plan(plan: Plan) -> str:
    """Return *plan* as JSON, what `reconciler plan --format json` prints.

    Its JSON Schema is `reconciler schema plan`. It holds the whole configuration, and no secret of
    the project file.

    >>> text = dump_plan(plan(load("assets")))
    >>> parse_plan(text).digest == plan(load("assets")).digest
    True
    """
    aio.check_plan("dump_plan", plan)
    return plan_json(plan)


def parse_plan(text: str) -> Plan:
    """Return the plan of the JSON *text*, verified: its claims are what its inputs make.

    Raises PlanFileError if it is no plan, AlteredPlan if it was altered (plans.md),
    ManifestError if it is not JSON.
    """
    return saved_plan.parse_plan(text)


def save_plan(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write *plan* to *path* for `read_plan` or `reconciler apply`, readable by its owner only.

    Raises PlanError for one that is errored, ReconcilerError if the file cannot be written.

    >>> save_plan(plan(load("assets")), "plan.json")
    >>> ended = apply(load("assets"), read_plan("plan.json"))
    >>> str(ended.ending)
    'done'
    """
    aio.check_plan("save_plan", plan)
    if plan.errored:
        raise PlanError("the plan was made with errors: there is nothing to keep")
    saved_plan.save_plan(plan, Path(path))


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Return the plan in the file *path*, verified.

    Raises what `parse_plan` raises, and ManifestError if it cannot be read.
    """
    return saved_plan.load_plan(Path(path))
