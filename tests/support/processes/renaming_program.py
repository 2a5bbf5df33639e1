"""`reconciler` whose planner renames: started as a module, with the arguments of `reconciler`.

The plan is that of `renaming`, for a project whose sources are `devices` and `switches`.
"""

import sys
from typing import Any

from reconciler.app.backends import Backends
from reconciler.app.desired import Desired
from reconciler.app.plan import Planned
from reconciler.cli import main
from reconciler.cli.commands import apply
from tests.support.stages.schema_operations import SITE, renaming


async def plan_live(desired: Desired, backends: Backends, **_: Any) -> Planned:
    """Return the plan that renames a type for the source `devices`, and describes it."""
    assert backends.object_schemas is not None
    plan = await renaming(
        backends.sources,
        backends.object_schemas,
        {"devices": SITE},
        text="Where it is",
    )
    assert [each.source for each in desired.manifests] == ["devices"]
    return Planned(plan=plan, unread={}, inputs=())


if __name__ == "__main__":
    setattr(apply, "plan_live", plan_live)  # noqa: B010 - it is a module
    sys.argv[0] = "reconciler"
    main()
