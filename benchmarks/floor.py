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
Types = dict[str, tuple[Json, str | None]]
_DEFAULTS = {"label": False, "minimumCardinality": 0, "maximumCardinality": 1, "unique": False}
_MAPPED = {"externalIdPart": False}


def _fields(want: Json, have: Json, *, without: str = "") -> Json:
    return {
        key: (have.get(key), want.get(key))
        for key in want.keys() | have.keys()
        if key not in {without, "children"} and want.get(key) != have.get(key)
    }


def _types(document: Json) -> Types:
    found: Types = {}
    stack: list[tuple[Json, str | None]]
    stack = [(t, None) for t in reversed(document["schema"]["objectSchema"]["objectTypes"])]
    while stack:
        each, parent = stack.pop()
        found[each["externalId"]] = each, parent
        stack.extend((child, each["externalId"]) for child in reversed(each.get("children", ())))
    return found


def _parts(want: list[Json], have: list[Json], key: str, defaults: Json) -> list[Any]:
    """Compare the attributes of a type, or those of its mapping."""
    found: list[Any] = []
    left = {each[key]: each for each in have if key in each}
    for each in want:
        other = left.pop(each[key], None)
        if other is None:
            found.append(("create", each[key], each))
        elif (full := {**defaults, **each}) != other:
            found.append(("update", each[key], _fields(full, other)))
    found += [("unmanaged", each, None) for each in left]
    return found


def differences(want: Json, have: Json) -> list[Any]:
    """Return what differs, by external id."""
    found: list[Any] = []
    wanted, live = _types(want), _types(have)
    for name, (each, parent) in wanted.items():
        if name not in live:
            found.append(("create", name, None))
            continue
        other, above = live[name]
        if parent != above:
            found.append(("move", name, (above, parent)))
        if any(each.get(key) != other.get(key) for key in ("name", "description", "iconKey")):
            found.append(("update", name, _fields(each, other, without="attributes")))
        found += _parts(each["attributes"], other["attributes"], "externalId", _DEFAULTS)
    found += [("unmanaged", name, None) for name in live.keys() - wanted.keys()]
    left = {m["objectTypeExternalId"]: m for m in have["mapping"]["objectTypeMappings"]}
    for each in want["mapping"]["objectTypeMappings"]:
        name = each["objectTypeExternalId"]
        mapped = left.pop(name, None)
        if mapped is None:
            found.append(("create", name, None))
            continue
        if any(each[k] != mapped[k] for k in ("selector", "description", "objectTypeName")):
            found.append(("update", name, _fields(each, mapped, without="attributesMapping")))
        both = each["attributesMapping"], mapped["attributesMapping"]
        found += _parts(*both, "attributeExternalId", _MAPPED)
    found += [("unmanaged", name, None) for name in left]
    return found


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
    sys.stdout.write(f"{len(differences(want, have))}\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
