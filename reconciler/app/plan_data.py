"""`plan --data`: the effect of the plan on data, as part of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reconciler.app.preview import name_of, take_data, with_unread_roots
from reconciler.app.progress import Progress
from reconciler.errors import WrongUsage
from reconciler.mapping.effect import Effects
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.preview import DataEffect
from reconciler.mapping.tally import Tally
from reconciler.planning.operation.read_back import before_and_after
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.value import replace


def with_data(plan: Plan, files: Mapping[str, Path], progress: Progress) -> Plan:
    """Return *plan* with its effect on the data in *files*, which are by source.

    Raises DataError if the data are malformed, WrongUsage for a source that is not planned.
    """
    unknown = files.keys() - {s.source for s in plan.sources}
    # A source that could not be read is not a mistake on the command line.
    if unknown and not plan.errored:
        raise WrongUsage(f'--data names the source "{min(unknown)}", which is not planned')
    return replace(
        plan,
        sources=tuple(
            replace(s, data_effect=_effect(s, files[s.source], progress))
            if s.source in files
            else s
            for s in plan.sources
        ),
    )


def _effect(planned: SourcePlan, file: Path, progress: Progress) -> DataEffect:
    before, after = before_and_after(planned)
    mapper = Mapper.of(after)
    tally = Tally(mapper)
    if before is None:
        coverage = take_data(str(file), [tally], mappers=[mapper], progress=progress)
        preview = with_unread_roots(tally.preview(), coverage)
        return DataEffect(data=name_of(str(file)), entries=preview.entries, preview=preview)
    other = Mapper.of(before)
    effects, counted = Effects(other, mapper, "live"), _Counted()
    take_data(str(file), [effects, counted], mappers=[mapper, other], progress=progress)
    return DataEffect(data=name_of(str(file)), entries=counted.entries, effect=effects.effect())


class _Counted:
    """Counts the entries."""

    def __init__(self) -> None:
        self.entries = 0

    def take(self, _root: str, _entry: Any, /) -> None:
        self.entries += 1
