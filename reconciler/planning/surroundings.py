"""What is around a source: the other manifests of its environment, and its object schema.

Object types belong to an object schema, which sources share; external ids are unique over the
site (design.md#the-site). What a source's plan takes from that is one value, kept as evidence.
"""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.model.display import quoted
from reconciler.model.document import Document, walk_types
from reconciler.model.normalise import LiveDocument
from reconciler.planning.premises import Premise
from reconciler.value import Value, field, replace


class Surroundings(Value):
    """What planning one source takes from the others.

    `object_schema` names the object schema, None if nobody knows which it is. `others` has the
    source that each external id, icon and status of live belongs to, `elsewhere` where each
    external id is that is in use outside the object schema. `premises` is what nobody checked.
    `undecided` are the ids of live that are no manifest's and that no source read had, `unseen`
    the sources that were not read, one of which may have them, `unread` those of them that may be
    of its object schema. `made` has the source of each id that the plan's operations before this
    source's bring about. `rival` is what another source has for the object schema's name or
    description that this one does not have, None without any. `statuses` are the sources, this one
    included, whose manifests define each status of the object schema.
    """

    object_schema: str | None = None
    others: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    premises: tuple[str, ...] = ()
    undecided: frozenset[str] = frozenset()
    unseen: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    made: Mapping[str, str] = field(default_factory=dict)
    rival: str | None = None
    statuses: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def owner(self, external_id: str) -> str | None:
        """Return the source that an element of the object schema belongs to, None if unknown."""
        return self.others.get(external_id) or self.made.get(external_id)

    def resting_on(self, premises: Iterable[Premise]) -> "Surroundings":
        """Return the surroundings with these premises besides."""
        return replace(self, premises=tuple(sorted({*self.premises, *premises})))


ALONE = Surroundings()


class SiteSource(Value):
    """One source of the environment: what is wanted of it, and live where it was read.

    `remembered` is the manifest at its last apply, `object_schema` the id of its object schema;
    both are None if unknown. Of a source that was not read, `live` is that after its last apply.
    """

    name: str
    desired: Document
    live: LiveDocument | None = None
    was_read: bool = False
    object_schema: str | None = None
    remembered: Document | None = None


def alone(source: SiteSource) -> dict[str, Surroundings]:
    """Return what is around *source*, which was read, if nobody knows of another.

    Whatever there is, is its own: nothing is looked at.
    """
    return {source.name: Surroundings(object_schema=_schema_of(source))}


def surroundings_of(
    sources: Sequence[SiteSource], applied: Sequence[SiteSource] = ()
) -> dict[str, Surroundings]:
    """Return what is around each of *sources* that was read, by name.

    *applied* are sources of other environments of the site, with live after their last apply.

    An element that is only live belongs to the first source whose manifest has it, otherwise to
    the one whose last apply or mapping had it, otherwise an attribute to that of its type, and a
    type to the first of its object schema.
    """
    site = _Site(sorted(sources, key=lambda s: s.name))
    for source in applied:
        site.note_elsewhere(source)
    return {s.name: site.around(s) for s in site.sources if s.was_read}


class _Site:
    """All sources with what they have: each document is walked once."""

    def __init__(self, sources: Sequence[SiteSource]) -> None:
        self.sources = sources
        self.schemas: dict[str, str | None] = {}
        # Where nobody knows the object schema, the one that has something of the manifest.
        self.homes: dict[str, str | None] = {}
        self.schema_of_id: dict[str, str] = {}
        self.type_of: dict[str, str] = {}
        self.first: dict[str, str] = {}
        self.definers: dict[str, list[str]] = {}
        self.keepers: dict[str, str] = {}
        paths: dict[str, dict[tuple[str, ...], str]] = {}
        # What was read tells the object schemas that receipts are about, and a source that says
        # its own tells that of those which show the same.
        for source in sorted(sources, key=lambda s: (not s.was_read, s.object_schema is None)):
            schema = self.schemas[source.name] = self._schema(source)
            if schema is None or source.live is None:
                continue
            if source.was_read:
                self.first[schema] = min(source.name, self.first.get(schema, source.name))
            known = paths.setdefault(schema, {})
            for names, external_id in elements(source.live.document):
                if external_id is not None:
                    self.schema_of_id.setdefault(external_id, schema)
                    known.setdefault(names, external_id)
                    if names[-2:-1] == ("",) and (within := known.get(names[:-2])):
                        self.type_of.setdefault(external_id, within)
        anywhere = dict(ChainMap(*paths.values()))
        for source in sources:
            # The object schema of a source that was not read is not known: any may be its own.
            known = paths.get(self.schemas[source.name] or "", {} if source.was_read else anywhere)
            home = self.schemas[source.name]
            for external_id in ids_of(source.desired, known):
                self.definers.setdefault(external_id, []).append(source.name)
                home = home or self.schema_of_id.get(external_id)
            self.homes[source.name] = home
            before = [*ids_of(source.remembered, known)] if source.remembered else []
            for external_id in (
                *before,
                *mapped_ids(source.live.document if source.live else Document()),
            ):
                self.keepers.setdefault(external_id, source.name)
        decided = self.definers.keys() | self.keepers.keys()
        self.undecided = frozenset(self.schema_of_id.keys() - decided)
        self.owners = self._owners()
        self.said = self._said()
        self.statuses = self._statuses()

    def note_elsewhere(self, source: SiteSource) -> None:
        """Note what another environment has: what was read tells more, and nothing here is its."""
        if (schema := self._schema(source)) is not None:
            for external_id in _live_ids(source):
                self.schema_of_id.setdefault(external_id, schema)

    def _owners(self) -> dict[str, dict[str, str]]:
        """Return, by object schema, whose each external id is: one mapping for all its sources."""
        owners: dict[str, dict[str, str]] = {schema: {} for schema in self.first}
        for external_id, names in self.definers.items():
            lives = self.schema_of_id.get(external_id)
            for name in names:
                schema = self.schemas[name] or lives
                if schema is not None:
                    owners.setdefault(schema, {}).setdefault(external_id, name)
        for external_id, schema in self.schema_of_id.items():
            # Types come before their attributes, which nobody has apart from them.
            of_type = owners.get(schema, {}).get(self.type_of.get(external_id, ""))
            keeper = self.keepers.get(external_id) or of_type or self.first.get(schema)
            if keeper is not None:
                owners.setdefault(schema, {}).setdefault(external_id, keeper)
        self._own_named_parts(owners)
        return owners

    def _own_named_parts(self, owners: Mapping[str, dict[str, str]]) -> None:
        """Add whose each icon and status is: their names are unique in an object schema only."""
        homes = [(s, owners.get(self.homes[s.name] or "")) for s in self.sources]
        said = [(s.name, known, s.desired) for s, known in homes]
        said += [(s.name, known, s.remembered) for s, known in homes if s.remembered]
        said += [(s.name, known, s.live.document) for s, known in homes if s.was_read and s.live]
        for name, known, document in said:
            if known is not None:
                for part in _named_parts(document):
                    known.setdefault(part, name)

    def _said(self) -> dict[str, dict[tuple[str, str], str]]:
        """Return, by object schema, what is said of it, and the first source that says it."""
        said: dict[str, dict[tuple[str, str], str]] = {}
        for source in self.sources:
            if (schema := self.homes[source.name]) is not None:
                known = said.setdefault(schema, {})
                for each in source.desired.schema_texts.items():
                    known.setdefault(each, source.name)
        return said

    def _statuses(self) -> dict[str | None, dict[str, list[str]]]:
        """Return, by object schema, the sources that define each status."""
        found: dict[str | None, dict[str, list[str]]] = {}
        for source in self.sources:
            known = found.setdefault(self.homes[source.name], {})
            for each in source.desired.statuses:
                known.setdefault(each.name, []).append(source.name)
        return found

    def _schema(self, source: SiteSource) -> str | None:
        """Return the object schema's id; without one, that of a source that shows the same ids."""
        if source.object_schema is not None or source.live is None:
            return _schema_of(source)
        same = next((s for i in _live_ids(source) if (s := self.schema_of_id.get(i))), None)
        return same or _schema_of(source)

    def around(self, source: SiteSource) -> Surroundings:
        schema = self.schemas[source.name]
        elsewhere: dict[str, str] = {}
        premises: set[str] = set()
        for external_id in ids_of(source.desired, {}):
            if (lives := self.schema_of_id.get(external_id)) is not None and lives != schema:
                elsewhere[external_id] = f"another object schema ({lives})"
            for name in self.definers[external_id]:
                apart = self.schemas[name]
                if name == source.name or apart == schema is not None:
                    continue
                if apart is None or schema is None:
                    premises.add(Premise.ONE_OBJECT_SCHEMA)
                else:
                    elsewhere.setdefault(external_id, f'the source "{name}"')
        return Surroundings(
            object_schema=schema,
            others=self.owners.get(schema or "", {}),
            elsewhere=elsewhere,
            premises=tuple(sorted(premises)),
            undecided=self.undecided,
            unseen=tuple(s.name for s in self.sources if not s.was_read),
            rival=next(self._rivals(source), None),
            statuses=self.statuses[self.homes[source.name]],
            unread=tuple(
                s.name
                for s in self.sources
                if not s.was_read and (schema is None or self.schemas[s.name] in {None, schema})
            ),
        )

    def _rivals(self, source: SiteSource) -> Iterator[str]:
        own = source.desired.schema_texts
        for (what, text), name in self.said.get(self.schemas[source.name] or "", {}).items():
            if own.get(what, text) != text:
                yield f"the source {quoted(name)} has the {what} {quoted(text)}"


def _schema_of(source: SiteSource) -> str | None:
    """Return the object schema's id; without one, a name of its own if live was read."""
    if source.object_schema is not None or source.live is None:
        return source.object_schema
    return f"that of {source.name}"


def elements(document: Document) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """Yield name path and external id of each type, and of each attribute after its type.

    An empty name stands between the names of types and that of the attribute.
    """
    for object_type, ancestors in walk_types(document.object_types):
        names = (*(a.name for a in ancestors), object_type.name)
        yield names, object_type.external_id
        for attribute in object_type.attributes:
            if not attribute.is_system:
                yield (*names, "", attribute.name), attribute.external_id


def named_part(kind: str, name: str) -> str:
    """Return under what an icon or a status is told apart from external ids."""
    return f"{kind}[{name}]"


def _named_parts(document: Document) -> Iterator[str]:
    yield from (named_part("icon", each.key) for each in document.icons)
    yield from (named_part("status", each.name) for each in document.statuses)


def _live_ids(source: SiteSource) -> Iterator[str]:
    live = source.live.document if source.live else Document()
    return (i for _, i in elements(live) if i is not None)


def ids_of(document: Document, known: Mapping[tuple[str, ...], str]) -> Iterator[str]:
    """Yield the external ids of *document*, and those under which *known* has its names.

    A manifest has one name under two ids where it states another one than live: it is refused,
    and the element that lives is its own nevertheless.
    """
    for names, stated in elements(document):
        yield from {i: None for i in (stated, known.get(names)) if i is not None}


def mapped_ids(document: Document) -> list[str]:
    """Return the external ids of what the mappings of *document* fill."""
    ids: list[str | None] = []
    for mapping in document.mappings:
        ids.append(mapping.object_type_external_id)
        ids += [entry.attribute_external_id for entry in mapping.attributes]
    return [each for each in ids if each is not None]
