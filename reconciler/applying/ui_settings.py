"""What the UI has of a mapping: read before and after an operation that overwrites it.

Whether a PATCH resets it is not known, and no API sets it back: a loss is not what was planned
(api.md#ui-settings-that-a-patch-may-reset). Where it cannot be read nothing is claimed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.applying.context import ApplyTask, Context
from reconciler.applying.refresh import described
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
