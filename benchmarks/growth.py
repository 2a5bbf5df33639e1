"""How the time grows with inputs that a stranger may write; none may grow much faster than it.

    python -m benchmarks.growth [WORD...]

Each is doubled until it takes a second of the processor or has a hundred thousand parts; the
exponent is that of the last two doublings. WORD selects by name.
"""

import math
import sys
import tempfile
import time
from pathlib import Path

from tests.support.samples.growth import FAMILIES, Growing

LONG = 1.0  # seconds
MOST = 100_000
STEEPEST = 1.5


def measured(family: Growing) -> tuple[int, float, float]:
    """Return the largest number of parts that was tried, its seconds, and the exponent."""
    seconds: list[float] = []
    parts = 500
    with tempfile.TemporaryDirectory() as directory:
        while True:
            work = family(parts, Path(directory))
            began = time.process_time()
            work()
            seconds.append(time.process_time() - began)
            if seconds[-1] > LONG or parts * 2 > MOST:
                break
            parts *= 2
    before = max(seconds[-3] if len(seconds) > 2 else seconds[0], 1e-3)  # noqa: PLR2004 - two doublings
    doublings = min(len(seconds) - 1, 2) or 1
    return parts, seconds[-1], math.log2(max(seconds[-1], 1e-3) / before) / doublings


def main() -> int:
    """Print a row for each family; return 1 if one grows too fast."""
    steep = []
    for name, family in FAMILIES.items():
        if sys.argv[1:] and not any(word in name for word in sys.argv[1:]):
            continue
        parts, seconds, exponent = measured(family)
        print(f"{name:48} {parts:7,} parts {seconds:6.2f} s   exponent {exponent:4.1f}", flush=True)
        if exponent > STEEPEST and seconds > LONG / 4:
            steep.append(name)
    if steep:
        print(f"grow too fast: {', '.join(steep)}")
    return 1 if steep else 0


if __name__ == "__main__":
    sys.exit(main())
