"""Put figures into docs/reliability.md, between their markers."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"


def put(marker: str, table: str) -> None:
    """Replace what stands between `<!-- marker… -->` and the next `<!-- end -->`."""
    text = PAGE.read_text(encoding="utf-8")
    pattern = rf"(<!-- {re.escape(marker)}[^\n]*-->\n).*?(<!-- end -->)"
    new, count = re.subn(pattern, rf"\1\n{table}\n\n\2", text, count=1, flags=re.DOTALL)
    if not count:
        raise LookupError(f"{PAGE} has no marker {marker}")
    PAGE.write_text(new, encoding="utf-8")
