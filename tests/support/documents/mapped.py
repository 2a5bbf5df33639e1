"""A small schema and mapping for tests of the engine, and what it makes of entries."""

from collections.abc import Iterable
from typing import Any

from reconciler.mapping.mapper import Mapper
from reconciler.mapping.objects import MappedObject
from reconciler.mapping.preview import DataFinding, Preview
from reconciler.mapping.tally import Tally
from reconciler.model.wire import read_document

Fields = dict[str, Any]


def attribute(key: str, type_: str = "text", **fields: Any) -> Fields:
    """Return an attribute of the schema; its key is its name too."""
    return {"externalId": key, "name": key, "description": "", "type": type_, **fields}


def fill(key: str, *locators: str, part: bool = False, iql: str | None = None) -> Fields:
    """Return the mapping of an attribute."""
    made: Fields = {
        "attributeExternalId": key,
        "attributeName": key,
        "attributeLocators": list(locators or (key,)),
        "externalIdPart": part,
    }
    return made | ({"objectMappingIQL": iql} if iql else {})


def object_type(key: str, *attributes: Fields) -> Fields:
    """Return an object type."""
    return {"externalId": key, "name": key, "description": "", "attributes": list(attributes)}


def type_mapping(key: str, selector: str, *entries: Fields) -> Fields:
    """Return the mapping of an object type."""
    return {
        "objectTypeExternalId": key,
        "objectTypeName": key,
        "selector": selector,
        "description": "",
        "attributesMapping": list(entries),
    }


def mapper(types: Iterable[Fields], mappings: Iterable[Fields]) -> Mapper:
    """Return the mapper of these types and mappings."""
    schema = {"objectSchema": {"name": "S", "description": "", "objectTypes": list(types)}}
    document = {"schema": schema, "mapping": {"objectTypeMappings": list(mappings)}}
    return Mapper.of(read_document(document))


ID, LABEL = attribute("id"), attribute("name", label=True)
PLAIN = (fill("id", part=True), fill("name"))


def one_type(*attributes: Fields, entries: tuple[Fields, ...], selector: str = "rows") -> Mapper:
    """Return the mapper of one type with an id, a label and these attributes."""
    made = object_type("t", ID, LABEL, *attributes)
    return mapper([made], [type_mapping("t", selector, *PLAIN, *entries)])


def objects(made: Mapper, root: str, *entries: Any) -> list[MappedObject]:
    """Return the objects that *entries* of *root* make."""
    return [o for entry in entries for o in made.objects(root, entry)]


def preview(made: Mapper, data: dict[str, list[Any]], sample: int = 0) -> Preview:
    """Return what *data* make."""
    tally = Tally(made, sample)
    for root, entries in data.items():
        for entry in entries:
            tally.take(root, entry)
    return tally.preview()


def found(seen: Preview) -> dict[DataFinding, int]:
    """Return how often there is each finding."""
    counts: dict[DataFinding, int] = {}
    for each in seen.findings:
        counts[each.code] = counts.get(each.code, 0) + each.count
    return counts
