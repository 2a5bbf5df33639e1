"""Preview 100,000 objects of 20 attributes: seconds and MiB, and how many times parsing alone.

    python -m benchmarks.preview [--objects 100000] [--write]

Every object has two parts of its external id, a value of each type, a unique one, one of two
locators, one of a dotted locator, and a reference to another object. The floor is measured in the
same run: a process that reads the same lines with Python's json, and does nothing with them.
The bound is on the time by the clock: measure on a machine that does nothing else.
`--write` puts the figures into docs/mapping.md.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import page
from benchmarks.process import Ran, run

RECONCILER = (sys.executable, "-m", "reconciler")
MOST_SECONDS = 20.0
MOST_MIB = 300.0
FLOOR = "import json, sys\nfor line in open(sys.argv[1], 'rb'): json.loads(line)"
Json = dict[str, Any]

# The attribute's type, its locators, and what else its definition says.
_FILLED: tuple[tuple[str, list[str], Json], ...] = (
    ("text", ["name"], {"label": True, "minimumCardinality": 1, "maximumCardinality": 1}),
    ("text", ["site"], {}),
    ("text", ["serial"], {"unique": True}),
    ("text", ["vendor", "model"], {}),
    ("text", ["place.room"], {}),
    ("integer", ["cpus"], {"minimumCardinality": 1, "maximumCardinality": 1}),
    ("integer", ["memory"], {}),
    ("double", ["load"], {}),
    ("boolean", ["virtual"], {}),
    ("date", ["bought"], {}),
    ("date_time", ["seen"], {}),
    ("time", ["backup"], {}),
    ("url", ["console"], {}),
    ("email", ["contact"], {}),
    ("ipaddress", ["addresses"], {"maximumCardinality": -1}),
    ("select", ["tier"], {}),
    ("textarea", ["notes"], {}),
    ("text", ["system"], {}),
    ("text", ["version"], {}),
)
_PARTS = frozenset({"name", "site"})
_REFERENCE = "host/runs-on"


def manifest() -> Json:
    """Return the manifest of one object type with 20 attributes, all filled."""
    defined = [
        _attribute(f"host/{number}", f"Attribute {number}", type=kind, **more)
        for number, (kind, _, more) in enumerate(_FILLED)
    ]
    refers = {"type": "referenced_object", "referenceObjectTypeExternalId": "host"}
    filled = [
        {
            "attributeExternalId": f"host/{number}",
            "attributeName": f"Attribute {number}",
            "attributeLocators": locators,
            "externalIdPart": locators[0] in _PARTS,
        }
        for number, (_, locators, _) in enumerate(_FILLED)
    ]
    filled.append(
        {
            "attributeExternalId": _REFERENCE,
            "attributeName": "Runs On",
            "attributeLocators": ["on"],
            "objectMappingIQL": '"Attribute 0" = ${on}',
        }
    )
    host = {
        "externalId": "host",
        "name": "Host",
        "description": "A host",
        "attributes": [*defined, _attribute(_REFERENCE, "Runs On", **refers)],
    }
    mapped = {
        "objectTypeExternalId": "host",
        "objectTypeName": "Host",
        "selector": "hosts",
        "description": "All hosts",
        "attributesMapping": filled,
    }
    schema = {"name": "Hosts", "description": "All hosts", "objectTypes": [host]}
    return {
        "source": "hosts",
        "schema": {"objectSchema": schema},
        "mapping": {"objectTypeMappings": [mapped]},
    }


def _attribute(external_id: str, name: str, **more: Any) -> Json:
    return {"externalId": external_id, "name": name, "description": "", **more}


def entries(objects: int) -> Iterator[Json]:
    """Yield the entries, no two alike."""
    for n in range(objects):
        yield {
            "name": f"host-{n:06}.example.com",
            "site": f"site-{n % 40}",
            "serial": f"SN{n * 7919:012}",
            "vendor": "Example Works",
            "model": f"Model {n % 25}",
            "place": {"room": f"Room {n % 300}", "floor": n % 9},
            "cpus": n % 128 + 1,
            "memory": 1024 * (n % 64 + 1),
            "load": n % 1000 / 7,
            "virtual": n % 3 == 0,
            "bought": f"20{n % 20 + 10}-{n % 12 + 1:02}-{n % 28 + 1:02}",
            "seen": f"2026-01-{n % 28 + 1:02}T{n % 24:02}:30:00Z",
            "backup": f"{n % 24:02}:{n % 60:02}:00",
            "console": f"https://console.example.com/hosts/{n}",
            "contact": f"team-{n % 200}@example.com",
            "addresses": [f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", f"fd00::{n % 65536:x}"],
            "tier": f"tier-{n % 4}",
            "notes": f"Moved from rack {n % 500}; see the ticket before the next reboot",
            "system": f"Linux {n % 6}",
            "version": f"{n % 9}.{n % 31}.{n % 7}",
            "on": f"host-{n // 20:06}.example.com",
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """Previews of all the objects in both formats, of a tenth of them, and the floor."""

    objects: int
    size: int
    floor: Ran
    lines: Ran
    json: Ran
    tenth: Ran


def measured(objects: int) -> Measured:
    """Return what was measured. Raises RuntimeError where an object is missing."""
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        project = {"environments": {"local": {"backend": "embedded"}}, "manifests": ["m.json"]}
        (root / "reconciler.yaml").write_text(json.dumps(project), encoding="utf-8")
        (root / "m.json").write_text(json.dumps(manifest()), encoding="utf-8")
        lines, whole, tenth = root / "d.ndjson", root / "d.json", root / "tenth.ndjson"
        with lines.open("w") as one, whole.open("w") as other, tenth.open("w") as few:
            other.write('{"hosts": [')
            for number, entry in enumerate(entries(objects)):
                text = json.dumps(entry)
                one.write(f"{text}\n")
                other.write(f"{',' if number else ''}{text}")
                few.write(f"{text}\n" if number < objects // 10 else "")
            other.write("]}")
        return Measured(
            objects=objects,
            size=lines.stat().st_size,
            floor=run((sys.executable, "-c", FLOOR, str(lines)), root, os.environ),
            lines=_previewed(root, lines, objects),
            json=_previewed(root, whole, objects),
            tenth=_previewed(root, tenth, objects // 10),
        )


def _previewed(root: Path, data: Path, objects: int) -> Ran:
    ran = run((*RECONCILER, "preview", "hosts", data.name, "--format", "json"), root, os.environ)
    (told,) = json.loads(ran.out)["preview"]["types"]
    if ran.code or told["objects"] != objects or len(told["filled"]) != len(_FILLED) + 1:
        raise RuntimeError(f"the preview of {data.name} ended with {ran.code}: {told}")
    return ran


def verdict(found: Measured) -> tuple[str, bool]:
    """Return what was measured as Markdown, and whether it is within the bounds."""
    both = found.lines, found.json
    grown = (found.lines.mib - found.tenth.mib) / (found.objects - found.objects // 10)
    rows = {
        f"{found.objects:,} objects, NDJSON": found.lines,
        f"{found.objects:,} objects, JSON": found.json,
        f"{found.objects // 10:,} objects, NDJSON": found.tenth,
    }
    floor = f"{found.floor.seconds:.1f} | {found.floor.cpu:.1f} |"
    table = "\n".join(
        f"| {what} | {ran.seconds:.1f} | {ran.cpu:.1f} | {ran.mib:.0f} |"
        for what, ran in rows.items()
    )
    told = f"""\
| what | seconds | CPU seconds | MiB at most |
|---|--:|--:|--:|
{table}
| the floor: the lines parsed by Python's json | {floor} |

The data are {found.size / 1024**2:.0f} MiB. A preview of NDJSON takes \
{found.lines.cpu / found.floor.cpu:.1f} × the processor time of the floor,
and {1024 * 1024 * grown:.0f} bytes more for each object more."""
    within = all(r.seconds <= MOST_SECONDS and r.mib <= MOST_MIB for r in both)
    return told, within


def main() -> int:
    """Measure, print and return the exit code: 1 beyond a bound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help="into docs/mapping.md")
    given = parser.parse_args()
    text, within = verdict(measured(given.objects))
    print(text)
    if given.write:
        page.put("mapping.md", "preview", text)
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
