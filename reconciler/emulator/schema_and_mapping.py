"""What GET schema-and-mapping shows of live: the differences of api.md#what-get-returns.

Defaults and both reference keys are in live already (`semantics.server_defaults`).
"""

import random
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.emulator.call import Place, seeded_id
from reconciler.emulator.faults import EmulatorOptions
from reconciler.model.document import (
    SYSTEM_ATTRIBUTE,
    Attribute,
    Document,
    ObjectType,
    TypeMapping,
    walk_types,
)
from reconciler.model.fields import ATTRIBUTE, OBJECT_TYPE, Table
from reconciler.model.normalise import attribute_with_defaults
from reconciler.model.wire import (
    write_attribute,
    write_attribute_mapping,
    write_icon,
    write_object_type,
    write_status,
    write_type_mapping,
)
from reconciler.semantics.questions import Question
from reconciler.value import replace

# The question of whether an answer has a field that none was ever seen to have.
SHOWN = {"iconKey": Question.ICON_KEY_SHOWN, "typeValues": Question.TYPE_VALUES_SHOWN}
# The object schema that a source has to itself; no PUT or PATCH renames one (api.md#schema-name).
OWN_SCHEMA = "Emulated"
_SYSTEM_ATTRIBUTE = write_attribute(
    attribute_with_defaults(Attribute(name=SYSTEM_ATTRIBUTE, type="text", minimum_cardinality=1))
)


def get_answer(
    live: Document,
    place: Place,
    options: EmulatorOptions,
    *,
    name: str | None = None,
    description: str = "",
) -> dict[str, Any]:
    """Return the JSON that GET answers: no `$schema`, nothing write-only, a different order.

    *name* and *description* are the object schema's; no name if the source has it to itself.
    """
    return _Answer(live, place, options, name or OWN_SCHEMA, description).document()


def generated_id(*seeds: object) -> str:
    """Return an external id in the server's format (observed), the same for the same seeds."""
    return f"cmdb::externalId/{seeded_id(*seeds)}"


class _Answer:
    """One answer: live, the configured form, and the order of its lists."""

    def __init__(
        self,
        live: Document,
        place: Place,
        options: EmulatorOptions,
        name: str,
        description: str,
    ) -> None:
        self.live = live
        self.name = name
        self.description = description
        self.options = options
        self.observed = options.answers == "observed"
        self.order = random.Random(repr((options.seed, *place)))  # noqa: S311 - order, no secret
        self.types = {t.external_id: t.name for t, _ in walk_types(live.object_types)}
        # A mapping may fill inherited attributes: names by id, nearest ancestor first.
        self.attributes = {
            t.external_id: {
                a.external_id: a.name for owner in (*above, t) for a in owner.attributes
            }
            for t, above in walk_types(live.object_types)
        }

    def document(self) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "objectSchema": {
                "name": self.name,
                "description": self.description,
                "objectTypes": self.shuffled(map(self.object_type, self.live.object_types)),
            }
        }
        if self.options.profile.has(Question.ICONS_SHOWN, "shown"):
            schema["iconSchema"] = {"icons": [write_icon(i) for i in self.live.icons]}
        elif self.observed:
            schema["iconSchema"] = {"icons": []}
        if self.options.profile.has(Question.STATUSES_SHOWN, "shown"):
            schema["statusSchema"] = {"statuses": [write_status(s) for s in self.live.statuses]}
        mappings = self.shuffled(map(self.type_mapping, self.live.mappings))
        return {"schema": schema, "mapping": {"objectTypeMappings": mappings}}

    def shuffled(self, elements: Iterable[Any]) -> list[Any]:
        out = list(elements)
        self.order.shuffle(out)
        return out

    def object_type(self, live: ObjectType) -> dict[str, Any]:
        out = self.seen(OBJECT_TYPE, write_object_type(replace(live, attributes=(), children=())))
        if self.observed:
            out.setdefault("inheritance", False)
        out["attributes"] = [
            self.system_attribute(live),
            *self.shuffled(map(self.attribute, live.attributes)),
        ]
        if live.children:
            out["children"] = self.shuffled(map(self.object_type, live.children))
        return out

    def system_attribute(self, owner: ObjectType) -> dict[str, Any]:
        """Return the `Key` that Assets adds to each type, in one of its two forms."""
        generated = generated_id(owner.external_id, SYSTEM_ATTRIBUTE) if self.observed else None
        return {**({"externalId": generated} if generated else {}), **_SYSTEM_ATTRIBUTE}

    def attribute(self, live: Attribute) -> dict[str, Any]:
        return self.seen(ATTRIBUTE, write_attribute(live))

    def seen(self, table: Table, out: dict[str, Any]) -> dict[str, Any]:
        """Return *out* without what no answer was ever seen to show, unless asked for."""
        for field in table.write_only:
            if self.options.profile.has(SHOWN[field.key], "hidden"):
                out.pop(field.key, None)
        return out

    def type_mapping(self, live: TypeMapping) -> dict[str, Any]:
        owner = live.object_type_external_id
        out = write_type_mapping(replace(live, attributes=()))
        out["attributesMapping"] = self.shuffled(
            _with_name(write_attribute_mapping(e), "attribute", self.attributes.get(owner, {}))
            for e in live.attributes
        )
        return _with_name(out, "objectType", self.types)


def _with_name(
    out: dict[str, Any], element: str, names: Mapping[str | None, str]
) -> dict[str, Any]:
    """Return the mapping *out* with the name of the element that its external id refers to."""
    if (name := names.get(out.get(f"{element}ExternalId"))) is not None:
        out[f"{element}Name"] = name
    return out
