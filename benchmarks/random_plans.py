"""Random plans, each saved, read and verified: not one may be refused.

    python -m benchmarks.random_plans [--plans 100000] [--seed N]

A plan that is refused is written whole, so that it becomes an explicit example.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from reconciler.errors import PlanFileError
from reconciler.planning.plan import Plan
from reconciler.planning.verification import open_plan
from reconciler.render.plan.json import plan_json
from tests.support.strategies.plans import plans

# hypothesis remembers what it drew: a fresh seed now and then keeps memory small.
DRAWS = 1_000


def verified(count: int, seed: int) -> Counter[str]:
    """Return how many plans were tried and refused, and their sources by action."""
    tried: Counter[str] = Counter()

    def each(made: Plan) -> None:
        written = json.loads(plan_json(made))
        tried["plans"] += 1
        tried.update(source.action.value for source in made.sources)
        try:
            open_plan(written)
        except PlanFileError as error:
            tried["refused"] += 1
            print(f"refused: {error}\n{json.dumps(written)}", flush=True)

    while tried["plans"] < count:
        draws = min(DRAWS, count - tried["plans"])
        how = settings(
            max_examples=draws,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        seeded(seed * 1_000_003 + tried["plans"])(how(given(plans())(each)))()
        if tried["plans"] % (10 * DRAWS) == 0:
            print(f"{tried['plans']:,} plans, {tried['refused']:,} refused", flush=True)
    return tried


def main() -> int:
    """Run the trial of the command line and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    asked = parser.parse_args()
    print(f"random plans with seed {asked.seed}", flush=True)
    began = time.monotonic()
    tried = verified(asked.plans, asked.seed)
    took = time.monotonic() - began
    print(", ".join(f"{name}: {n:,}" for name, n in tried.items()) + f" ({took:.0f} s)")
    print(f"{tried['refused']:,} of {tried['plans']:,} genuine plans were refused")
    return 1 if tried["refused"] else 0


if __name__ == "__main__":
    sys.exit(main())
