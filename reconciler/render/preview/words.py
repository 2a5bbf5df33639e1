"""The words for findings about data, in every format, and their gravity."""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.mapping.objects import Lookup, MappedObject
from reconciler.mapping.preview import DataFinding, Effect, FindingCount, Preview, TypeEffect
from reconciler.model.display import first_of, unquoted
from reconciler.outcome.command_results import PreviewResult
from reconciler.render.shorten import count, shorten, value
from reconciler.render.terminal import Style
from reconciler.value import Value

_PLACE_WIDTH = 120
_MOST_VALUES = 5


class Topic(Value):
    """Findings of equal importance, under one heading."""

    code: str
    title: str
    noun: str
    symbol: str
    style: Style
    findings: frozenset[DataFinding]

    def of(self, preview: Preview) -> list[FindingCount]:
        """Return the findings of *preview* under this heading."""
        return [f for f in preview.findings if f.code in self.findings]


# The gravest first.
TOPICS = (
    Topic(
        code="losses",
        title="Objects that are lost or doubled",
        noun="findings that lose or double objects",
        symbol="!",
        style=Style.STOP,
        findings=frozenset(f for f in DataFinding if f.loses_objects),
    ),
    Topic(
        code="values",
        title="Values that do not fit",
        noun="findings about values",
        symbol="~",
        style=Style.CHANGE,
        findings=frozenset(
            {
                DataFinding.WRONG_TYPE,
                DataFinding.TOO_MANY,
                DataFinding.NOT_UNIQUE,
                DataFinding.REPEATED,
            }
        ),
    ),
    Topic(
        code="references",
        title="References",
        noun="findings about references",
        symbol="?",
        style=Style.ODD,
        findings=frozenset({DataFinding.UNRESOLVED, DataFinding.UNJUDGED, DataFinding.NOT_ESCAPED}),
    ),
    Topic(
        code="meeting",
        title="Where mapping and data do not meet",
        noun="findings where mapping and data do not meet",
        symbol=".",
        style=Style.QUIET,
        findings=frozenset(
            {
                DataFinding.NO_ENTRY,
                DataFinding.NO_VALUE,
                DataFinding.NOT_AN_OBJECT,
                DataFinding.UNREAD,
            }
        ),
    ),
)

# Singular and plural.
_SENTENCES: Mapping[DataFinding, tuple[str, str]] = {
    DataFinding.DUPLICATE: (
        "1 entry has the external id of another, and makes no object of its own",
        "{} entries have the external id of another, and make no object of their own",
    ),
    DataFinding.NO_ID: (
        "1 entry has no external id, and makes no object",
        "{} entries have no external id, and make no object",
    ),
    DataFinding.NO_LABEL: (
        "1 entry has no label, and makes no object",
        "{} entries have no label, and make no object",
    ),
    DataFinding.MISSING: (
        "1 entry makes no object",
        "{} entries make no object",
    ),
    DataFinding.WRONG_TYPE: (
        "1 value is not of the attribute's type",
        "{} values are not of the attribute's type",
    ),
    DataFinding.TOO_MANY: (
        "1 entry has more values than allowed",
        "{} entries have more values than allowed",
    ),
    DataFinding.NOT_UNIQUE: ("1 value is not unique", "{} values are not unique"),
    DataFinding.REPEATED: (
        "1 entry is a duplicate of another with the same external id",
        "{} entries are duplicates of others with the same external id",
    ),
    DataFinding.UNRESOLVED: (
        "1 reference finds nothing among these data",
        "{} references find nothing among these data",
    ),
    DataFinding.UNJUDGED: (
        "what 1 reference finds is known to Assets only",
        "what {} references find is known to Assets only",
    ),
    DataFinding.NOT_ESCAPED: (
        "whether 1 reference finds anything is not known",
        "whether {} references find anything is not known",
    ),
    DataFinding.NO_ENTRY: ("the selector finds nothing", "the selector finds nothing"),
    DataFinding.NO_VALUE: (
        "the locator finds nothing in the only entry",
        "the locator finds nothing in any of {} entries",
    ),
    DataFinding.NOT_AN_OBJECT: (
        "1 of what is selected is no object",
        "{} of what is selected are no objects",
    ),
    DataFinding.UNREAD: ("no mapping reads it, in 1 entry", "no mapping reads it, in {} entries"),
}
NOTHING_FOUND = "Every entry becomes an object as it should."
NO_EFFECT = "these data come out the same"


def sentence(found: FindingCount) -> str:
    """Return the finding in words: `2 values are not of the attribute's type (is no integer)`."""
    one, more = _SENTENCES[found.code]
    text = one if found.count == 1 else more.format(found.count)
    return f"{text} ({found.text})" if found.text else text


def where(found: FindingCount, preview: Preview) -> str:
    """Return the subject of *found*: object type and attribute by name, then the place."""
    names = {each.type: " / ".join(each.names) for each in preview.types}
    key, attribute = found.type, found.attribute
    parts = (
        names.get(key, key) if key is not None else None,
        preview.attributes.get(attribute, attribute) if attribute is not None else None,
        place(found),
    )
    return " · ".join(part for part in parts if part)


def place(found: FindingCount, width: int = _PLACE_WIDTH) -> str | None:
    """Return the selector, locator, expression or field that *found* is about, if any."""
    if found.place is None:
        return None
    return unquoted(shorten(found.place, width))


def object_identity(one: MappedObject) -> str:
    """Return the external id of an object, with its parts joined, then its label."""
    parts = one.external_id
    known = "no external id" if parts is None else " + ".join(map(value, parts))
    return f"{known}   {'no label' if one.label is None else f'label {value(one.label)}'}"


def contents(one: MappedObject, attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the values and references of an object, each with its attribute's name."""
    for key, values in one.values.items():
        yield attributes.get(key, key), f"= {first_of([*map(value, values)], _MOST_VALUES)}"
    for key, asked in one.references.items():
        yield attributes.get(key, key), f"→ {_asked(asked)}"


def _asked(asked: Lookup) -> str:
    unjudged = f" ({asked.unjudged})" if asked.unjudged else ""
    return f"{asked.target} where {shorten(asked.asked)}{unjudged}"


def summary(preview: Preview) -> str:
    """Return the counts of the data: `12 entries make 10 objects of 2 object types`."""
    objects = sum(each.objects for each in preview.types)
    filled = sum(each.objects > 0 for each in preview.types)
    verb = "makes" if preview.entries == 1 else "make"
    return (
        f"{count(preview.entries, 'entry', 'entries')} {verb} {count(objects, 'object')} "
        f"of {count(filled, 'object type')}"
    )


def preview_verdict(result: PreviewResult) -> str:
    """Return the verdict on the preview in a line."""
    if result.preview is None:
        return "Nothing could be previewed."
    lost = [f for f in result.preview.findings if f.code.loses_objects]
    parts = [f"Objects are lost or doubled: {count(len(lost), 'finding')}"] if lost else []
    if result.effect is not None and result.effect.loses_objects:
        parts.append(f"Against {result.effect.against} objects are lost or imported a second time")
    if parts:
        return f"{'; '.join(parts)}."
    if result.preview.findings:
        return f"No object is lost; {count(len(result.preview.findings), 'finding')}."
    return NOTHING_FOUND


def effect_sentences(each: TypeEffect) -> Iterator[tuple[str, Style]]:
    """Yield the effects on the objects of a type, the gravest first."""
    if each.identity_changed:
        one = each.identity_changed == 1
        objects = count(each.identity_changed, "object")
        verb = "changes its" if one else "change their"
        again = "it is" if one else "they are"
        text = f"{objects} {verb} external id: {again} imported a second time"
        yield text, Style.STOP
    if each.gone:
        verb = "is no longer made" if each.gone == 1 else "are no longer made"
        yield f"{count(each.gone, 'object')} {verb}", Style.STOP
    if each.new:
        yield f"{count(each.new, 'object')} {'comes' if each.new == 1 else 'come'}", Style.ADD


def value_sentences(each: TypeEffect, effect: Effect) -> Iterator[tuple[str, str, Style]]:
    """Yield the effects on the values: attribute, sentence and gravity."""
    for counts, text, style in (
        (each.emptied, "emptied", Style.REMOVE),
        (each.changed, "changed", Style.CHANGE),
        (each.filled, "newly filled", Style.ADD),
    ):
        for key, number in counts.items():
            if number:
                name = effect.attributes.get(key, key)
                yield name, f"{text} in {count(number, 'object')}", style


def losses(preview: Preview) -> Iterator[tuple[Topic, FindingCount]]:
    """Yield the effects that lose or duplicate objects."""
    for found in TOPICS[0].of(preview):
        yield TOPICS[0], found


def affected(effect: Effect) -> Sequence[TypeEffect]:
    """Return the object types that *effect* changes."""
    return [t for t in effect.types if any(effect_sentences(t)) or any(value_sentences(t, effect))]


def numbers(each: TypeEffect) -> str:
    """Return the number of objects: `12 objects`, `12 → 10 objects`."""
    if each.objects_before == each.objects_after:
        return count(each.objects_after, "object")
    return f"{each.objects_before} → {count(each.objects_after, 'object')}"
