"""What tells one finding from another from run to run, also when lines move."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable

from reconciler.render.ci.finding import Finding

# Some sentences name the place of something else: "(line 12)", "manifests/teams.yaml:9:19".
_PLACES = re.compile(r"\bline \d+|(?::\d+){1,2}\b")


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """Return 64 hex digits for each of *findings*, no two the same.

    A change is known by its address, a diagnostic by its sentence; lines do not count.
    Of several that are the same in all this, each is known by its number among them.
    """
    seen: Counter[tuple[str | None, ...]] = Counter()
    found = []
    for finding in findings:
        what = str(finding.address or _PLACES.sub("", finding.text))
        key = (finding.code, finding.file, finding.source, what)
        text = json.dumps([*key, seen[key]])  # ASCII: a lone surrogate is no fault here
        found.append(hashlib.sha256(text.encode()).hexdigest())
        seen[key] += 1
    return found
