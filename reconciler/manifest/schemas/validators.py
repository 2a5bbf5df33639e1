"""Two validators: jsonschema_rs is fast, and jsonschema has errors that can be explained.

jsonschema takes seconds for a large document, so it leaves out the items of lists that
jsonschema_rs finds valid.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jsonschema_rs
    from jsonschema import ValidationError


def explaining_validator(schema: dict[str, Any]) -> Any:
    """Return jsonschema's validator of *schema*, which has an `$id`: its `iter_errors` explains."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow to import, seldom needed
    from jsonschema.validators import extend  # noqa: PLC0415

    for part in schema.get("$defs", {}).values():
        part.pop("$schema", None)  # below such a key jsonschema takes its own validator
    references = dict(_items_below(schema, "", ""))
    every_item = Draft202012Validator.VALIDATORS["items"]

    @cache
    def decider(reference: str) -> "jsonschema_rs.Draft202012Validator":
        return fast_validator({"$ref": reference, "$defs": {"whole": schema}})

    def items(validator: Any, below: Any, instance: Any, above: Any) -> "Iterator[ValidationError]":
        reference = references.get(id(below))
        if reference is None or not isinstance(instance, list) or "prefixItems" in above:
            yield from every_item(validator, below, instance, above)
            return
        is_valid = decider(reference).is_valid
        for index, item in enumerate(instance):
            if not is_valid(item):
                yield from validator.descend(item, below, path=index)

    validator: Any = extend(Draft202012Validator, {"items": items})  # type: ignore[no-untyped-call]
    return validator(schema)


def fast_validator(schema: dict[str, Any]) -> "jsonschema_rs.Draft202012Validator":
    """Return the validator that tells valid from not valid."""
    # Rust imports decimal at its first check, and panics if a signal interrupts that.
    import decimal  # noqa: F401, PLC0415

    import jsonschema_rs  # noqa: PLC0415 - a third of the start-up of `reconciler --version`

    return jsonschema_rs.Draft202012Validator(schema)


def _items_below(part: Any, base: str, at: str) -> Iterator[tuple[int, str]]:
    """Yield the reference to each schema of items in the schema *part*, by its identity."""
    if isinstance(part, Mapping):
        base, at = (part["$id"], "") if "$id" in part else (base, at)
        for key, below in part.items():
            here = f"{at}/{key.replace('~', '~0').replace('/', '~1')}"
            if key == "items":
                yield id(below), f"{base}#{here}"
            yield from _items_below(below, base, here)
    elif isinstance(part, list):
        for index, below in enumerate(part):
            yield from _items_below(below, base, f"{at}/{index}")
