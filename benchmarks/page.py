"""Put figures into a page of docs/, between their markers."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def put(name: str, marker: str, table: str) -> None:
    """Replace what stands between `<!-- marker… -->` and the next `<!-- end -->` in docs/*name*."""
    page = DOCS / name
    text = page.read_text(encoding="utf-8")
    pattern = rf"(<!-- {re.escape(marker)}[^\n]*-->\n).*?(<!-- end -->)"
    new, count = re.subn(pattern, rf"\1\n{table}\n\n\2", text, count=1, flags=re.DOTALL)
    if not count:
        raise LookupError(f"{page} has no marker {marker}")
    page.write_text(new, encoding="utf-8")
