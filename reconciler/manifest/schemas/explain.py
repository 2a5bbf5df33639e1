"""JSON Schema errors as sentences that name the element, the key and the value."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reconciler.codes.file import FileCode
from reconciler.manifest.text.pointer import Pointer, write_pointer
from reconciler.manifest.wording import any_of, did_you_mean, element_at, key_at, kind_of, quote
from reconciler.value import Value

if TYPE_CHECKING:
    from jsonschema import ValidationError


class SchemaFault(Value):
    """One fault by a JSON Schema: its place, its sentence and the violated keyword.

    `code` is the code of the diagnostic. `at_key` is whether the key is at fault, not its value.
    """

    pointer: str
    text: str
    keyword: str
    code: FileCode = FileCode.SCHEMA
    hint: str | None = None
    at_key: bool = False

    def __str__(self) -> str:
        return f"{self.text} (at {self.pointer or '/'})"


_TYPES = {
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_YAML_1_1_BOOLEANS = frozenset({"yes", "no", "on", "off", "y", "n"})
# What others call what a schema lets be chosen, where the spelling is not near.
_SYNONYMS = {
    "string": ("text",),
    "str": ("text",),
    "int": ("integer",),
    "number": ("integer", "double"),
    "float": ("double",),
    "decimal": ("double",),
    "timestamp": ("date_time",),
    "uri": ("url",),
    "enum": ("select",),
    "list": ("select",),
    "reference": ("referenced_object",),
    "object": ("referenced_object",),
}


def explain_faults(errors: "Iterable[ValidationError]", root: Any) -> Iterator[SchemaFault]:
    """Yield a fault for each of the *errors* that jsonschema found in *root*."""
    seen: set[tuple[Any, ...]] = set()
    for error in errors:
        at: Pointer = tuple(error.absolute_path)
        # jsonschema has one equal error per missing key; the first is enough to name them all.
        identity = (*at, None, *error.absolute_schema_path)
        if identity in seen:
            continue
        seen.add(identity)
        yield from _EXPLAINERS.get(str(error.validator), _explain_other)(error, at, root)


def opaque(at: Sequence[str | int]) -> SchemaFault:
    """Return a fault that only states its place."""
    return SchemaFault(
        pointer=write_pointer(tuple(at)), text="the value here is not valid", keyword="schema"
    )


def _explain_required(error: "ValidationError", at: Pointer, root: Any) -> Iterator[SchemaFault]:
    wanted: Any = error.validator_value
    present: Any = error.instance
    for key in wanted:
        if key not in present:
            yield SchemaFault(
                pointer=write_pointer(at),
                text=f'{element_at(root, at)} has no "{key}"',
                keyword="required",
                code=FileCode.MISSING_KEY,
                hint=_comment(error) or _misspelt(key, present, error.schema),
            )


def _misspelt(key: str, present: Iterable[str], schema: Any) -> str | None:
    """Return the hint that an unknown key may be the missing *key*."""
    known = schema.get("properties", ()) if isinstance(schema, dict) else ()
    for other in present:
        if other not in known and did_you_mean(other, [key]):
            return f'is "{other}" meant to be "{key}"?'
    return None


def _explain_type(error: "ValidationError", at: Pointer, root: Any) -> Iterator[SchemaFault]:
    wanted: Any = error.validator_value
    words = [_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
    hint = None
    if (
        "boolean" in wanted
        and isinstance(error.instance, str)
        and error.instance in _YAML_1_1_BOOLEANS
    ):
        hint = "YAML 1.2 has true and false only; anything else is text"
    elif wanted == "string" and isinstance(error.instance, int | float):
        hint = "quote it, and it is text"
    elif not isinstance(wanted, str):
        hint = _comment(error)  # says which of the kinds is meant when
    yield SchemaFault(
        pointer=write_pointer(at),
        text=f"{key_at(root, at)} must be {' or '.join(words)}, not {_value(error)}",
        keyword="type",
        code=FileCode.WRONG_TYPE,
        hint=hint,
    )


def _explain_choice(error: "ValidationError", at: Pointer, root: Any) -> Iterator[SchemaFault]:
    wanted: Any = error.validator_value
    choices = [wanted] if error.validator == "const" else wanted
    known = [choice for choice in choices if isinstance(choice, str)]
    hint = _comment(error)
    if hint is None and isinstance(error.instance, str):
        meant = _SYNONYMS.get(error.instance.casefold(), ())
        if meant and {*meant} <= {*known}:
            hint = f"did you mean {any_of(meant)}?"
        else:
            hint = did_you_mean(error.instance, known)
    yield SchemaFault(
        pointer=write_pointer(at),
        text=f"{key_at(root, at)} is {_value(error)}; it must be {any_of(choices)}",
        keyword=str(error.validator),
        code=FileCode.UNKNOWN_VALUE,
        hint=hint,
    )


def _explain_unknown_keys(
    error: "ValidationError", at: Pointer, root: Any
) -> Iterator[SchemaFault]:
    known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    present: Any = error.instance
    for key in present:
        if key not in known:
            yield SchemaFault(
                pointer=write_pointer((*at, key)),
                text=f"{quote(key)} is not a key of {element_at(root, at)}",
                keyword="additionalProperties",
                code=FileCode.UNKNOWN_KEY,
                hint=_in_levels(key, known)
                or _deeper(key, at, known)
                or did_you_mean(key, known)
                or f"its keys are {', '.join(known)}",
                at_key=True,
            )


def _in_levels(key: str, known: Mapping[str, Any]) -> str | None:
    """Return the hint that the dots of *key* are levels, None if they lead nowhere in *known*."""
    first, *others = key.split(".")
    part = known.get(first)
    for name in others:
        # What stands behind a reference has a place of its own, and faults of its own.
        if not isinstance(part, dict) or "$ref" in part:
            break
        part = part.get("properties", {}).get(name, part.get("additionalProperties"))
    if not others or not part:
        return None
    inner = "".join(f"{{{name}: " for name in others)
    return f"dots are levels: write {first}: {inner}…{'}' * len(others)}"


def _deeper(key: str, at: Pointer, known: Mapping[str, Any]) -> str | None:
    """Return the hint where below *at* the keys *known* have *key*, None if they do not."""
    below: list[tuple[Pointer, Any]] = [((name,), part) for name, part in known.items()]
    for path, part in below:
        inner = part.get("properties", {})
        if key in inner:
            return f"did you mean {'.'.join(map(str, (*at, *path, key)))}?"
        below += [((*path, name), each) for name, each in inner.items()]
    return None


def _explain_twice(error: "ValidationError", at: Pointer, root: Any) -> Iterator[SchemaFault]:
    items: Any = error.instance
    seen: set[str] = set()
    for i, value in enumerate(items):
        if (text := json.dumps(value, sort_keys=True)) not in seen:
            seen.add(text)
        else:
            yield SchemaFault(
                pointer=write_pointer((*at, i)),
                text=f"{key_at(root, at)} names {quote(value)} twice",
                keyword="uniqueItems",
                code=FileCode.DUPLICATE_VALUE,
            )


def _limit(code: FileCode, words: str) -> "_Explainer":
    def explain_limit(error: "ValidationError", at: Pointer, root: Any) -> Iterator[SchemaFault]:
        yield SchemaFault(
            pointer=write_pointer(at),
            text=f"{key_at(root, at)} "
            + words.format(value=_value(error), limit=error.validator_value),
            keyword=str(error.validator),
            code=code,
            hint=_comment(error),
        )

    return explain_limit


def _explain_other(error: "ValidationError", at: Pointer, root: Any) -> Iterator[SchemaFault]:
    yield SchemaFault(
        pointer=write_pointer(at),
        text=f"{key_at(root, at)} is not valid by {quote(str(error.validator))} of the schema",
        keyword=str(error.validator),
    )


def _value(error: "ValidationError") -> str:
    # A value that the schema marks as write-only is or contains a secret.
    secret = isinstance(error.schema, dict) and error.schema.get("writeOnly")
    return kind_of(error.instance) if secret else quote(error.instance)


def _comment(error: "ValidationError") -> str | None:
    return error.schema.get("$comment") if isinstance(error.schema, dict) else None


_Explainer = Callable[["ValidationError", Pointer, Any], Iterator[SchemaFault]]
_EXPLAINERS: dict[str, _Explainer] = {
    "required": _explain_required,
    "type": _explain_type,
    "enum": _explain_choice,
    "const": _explain_choice,
    "additionalProperties": _explain_unknown_keys,
    "uniqueItems": _explain_twice,
    "minItems": _limit(FileCode.TOO_FEW, "must have at least {limit} entry"),
    "minProperties": _limit(FileCode.TOO_FEW, "must have at least {limit} key"),
    "maxProperties": _limit(FileCode.TOO_MANY, "must have at most {limit} key"),
    "minLength": _limit(FileCode.WRONG_LENGTH, "must have at least {limit} characters"),
    "maxLength": _limit(FileCode.WRONG_LENGTH, "must have at most {limit} characters"),
    "minimum": _limit(FileCode.OUT_OF_RANGE, "is {value}; it must be at least {limit}"),
    "maximum": _limit(FileCode.OUT_OF_RANGE, "is {value}; it must be at most {limit}"),
    "pattern": _limit(
        FileCode.WRONG_CHARACTERS, "is {value}, with characters that are not allowed"
    ),
}
