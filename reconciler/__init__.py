"""Terraform for the import sources of Jira Service Management Assets.

What `__all__` names is the Python API, with `reconciler.aio`, where the same functions are awaited
(docs/reference/python.md). Each is imported when it is first named: a command starts without.
"""

__version__ = "0.1.0"

__all__ = [
    "ApplyReport",
    "DriftReport",
    "Event",
    "Plan",
    "Project",
    "ReconcilerError",
    "aio",
    "apply",
    "drift",
    "dump_plan",
    "errors",
    "load",
    "parse_plan",
    "plan",
    "read_plan",
    "save_plan",
]

TYPE_CHECKING = False  # as `typing` has it, which takes longer to import than all of this
if TYPE_CHECKING:
    from reconciler import aio, errors
    from reconciler.aio import Project
    from reconciler.errors import ReconcilerError
    from reconciler.outcome.events import Event
    from reconciler.outcome.results import ApplyReport
    from reconciler.planning.drift.report import DriftReport
    from reconciler.planning.plan import Plan
    from reconciler.sync import (
        apply,
        drift,
        dump_plan,
        load,
        parse_plan,
        plan,
        read_plan,
        save_plan,
    )
else:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415 - nor this

        if name in {"aio", "errors"}:
            return import_module(f"{__name__}.{name}")
        return getattr(import_module(f"{__name__}.sync"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
