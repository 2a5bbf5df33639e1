"""What Assets says of import sources themselves, before an operation and after it.

What the UI has of a mapping is read around an operation that overwrites it: whether a PATCH resets
it is not known, and no API restores it, so a loss is not what was planned
(api.md#ui-settings-that-a-patch-may-reset). After schema operations Assets may call a source not
valid whose mapping fills what was deleted: no operation takes a mapping away
(api.md#companion-deletions). Where nothing can be read nothing is claimed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.applying.context import ApplyTask, Context, SourceTask
from reconciler.applying.refresh import described
from reconciler.command_line import plan_again
from reconciler.errors import ReconcilerError
from reconciler.model.display import quoted

Settings = Mapping[str, Mapping[str, Any]]


async def settings_before(context: Context, task: ApplyTask) -> Settings | None:
    """Return the settings of the mappings that *task* overwrites, None if nothing is known."""
    if not (names := _overwritten(task)):
        return None
    found = await described(context.backend, task.ref)
    return None if found is None else {n: s for n, s in found.settings.items() if n in names}


async def lost_settings(context: Context, task: ApplyTask) -> str | None:
    """Return the sentence about the settings that are gone after *task*, None if none is."""
    known = {
        name: dict.fromkeys(task.planned.evidence.settings[name]) for name in _overwritten(task)
    }
    before = known if task.settings is None else task.settings
    if not before or (found := await described(context.backend, task.ref)) is None:
        return None
    lost = [*_lost(before, found.settings)]
    if not lost:
        return None
    return f"settings in the UI were reset ({'; '.join(lost)}): set them again in Assets"


def _lost(before: Settings, after: Settings) -> Iterator[str]:
    for name, settings in sorted(before.items()):
        there = after.get(name, {})
        gone = [
            key
            for key, was in settings.items()
            if key not in there or was not in {None, there[key]}
        ]
        if gone:
            yield f"{', '.join(sorted(gone))} of {quoted(name)}"


def _overwritten(task: ApplyTask) -> set[str]:
    mapping = task.operation.body.get("mapping", {})
    sent = {each.get("objectTypeName") for each in mapping.get("objectTypeMappings", ())}
    return {name for name in task.planned.evidence.settings if name in sent}


async def invalid_after(context: Context, task: SourceTask) -> ReconcilerError | None:
    """Return which of *task*'s source and those beside it are not valid, None if none is known."""
    found = [
        f"{source.name} ({description.fault})"
        for source in (task.ref, *task.beside)
        if (description := await described(context.backend, source)) and description.fault
    ]
    if not found:
        return None
    return ReconcilerError(
        f"Assets says that the configuration of {', '.join(found)} is not valid",
        hint="in Assets open the object schema, Schema configuration, Import, and correct the "
        f"import's mapping there: take out what is gone; then {plan_again()}",
    )
