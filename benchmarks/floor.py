"""The floor of a plan: the fastest parse of both documents, a verdict, a keyed walk; nothing else.

    python benchmarks/floor.py WANTED LIVE SCHEMA

It starts by itself and imports nothing of the program. WANTED may be YAML: the parser is then the
program's. The number of elements that differ is printed.
"""

import gc

gc.disable()  # which is what makes any loop that builds many containers slow

import os  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

import jsonschema_rs  # noqa: E402
import msgspec  # noqa: E402

Json = dict[str, Any]
# Of a type and of its mapping: where the parts are, their id, and what is not written of them.
_DEFAULTS = {"label": False, "minimumCardinality": 0, "maximumCardinality": 1, "unique": False}
_TYPE = "attributes", "externalId", _DEFAULTS
_MAPPING = "attributesMapping", "attributeExternalId", {"externalIdPart": False}


def _types(document: Json) -> dict[str, Json]:
    """Return the types by id, each told its parent's."""
    found: dict[str, Json] = {}
    stack = [(t, None) for t in reversed(document["schema"]["objectSchema"]["objectTypes"])]
    while stack:
        each, parent = stack.pop()
        each["parent"] = parent
        found[each["externalId"]] = each
        stack.extend((child, each["externalId"]) for child in reversed(each.get("children", ())))
    return found


def _mappings(document: Json) -> dict[str, Json]:
    return {
        each["objectTypeExternalId"]: each for each in document["mapping"]["objectTypeMappings"]
    }


def differences(
    want: dict[str, Json], have: dict[str, Json], parts: str, key: str, defaults: Json
) -> list[Any]:
    """Return what differs between elements, and between the parts of those that both have."""
    found: list[Any] = [("unmanaged", name, None) for name in have.keys() - want.keys()]
    apart = {parts, "children"}
    for name, each in want.items():
        other = have.get(name)
        if other is None:
            found.append(("create", name, each))
            continue
        if changed := _fields(each, other, apart):
            found.append(("update", name, changed))
        left = {part[key]: part for part in other[parts] if key in part}
        for part in each[parts]:
            live = left.pop(part[key], None)
            if live is None:
                found.append(("create", part[key], part))
            elif (full := {**defaults, **part}) != live:
                found.append(("update", part[key], _fields(full, live, set())))
        found += [("unmanaged", each, None) for each in left]
    return found


def _fields(want: Json, have: Json, apart: set[str]) -> Json:
    return {
        key: (have.get(key), want.get(key))
        for key in want.keys() | have.keys()
        if key not in apart and want.get(key) != have.get(key)
    }


def _read(path: str) -> Any:
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib alone takes milliseconds
        content = file.read()
    if not path.endswith(".yaml"):
        return msgspec.json.Decoder().decode(content)
    import ryaml  # noqa: PLC0415 - only where there is YAML

    return ryaml.loads(content.decode())  # type: ignore[attr-defined]  # not in its stub


def main() -> None:
    """Do it, and end without freeing millions of objects."""
    want, have, schema = (_read(path) for path in sys.argv[1:4])
    if not jsonschema_rs.validator_for(schema).is_valid(want):
        sys.exit("the document is not valid")
    found = differences(_types(want), _types(have), *_TYPE)
    found += differences(_mappings(want), _mappings(have), *_MAPPING)
    sys.stdout.write(f"{len(found)}\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
