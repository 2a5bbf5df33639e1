"""The table of answers: what is known of each operation's statuses and of its body."""

from collections.abc import Mapping

from reconciler.assets import answer_bodies as body
from reconciler.assets.answer_bodies import Schema
from reconciler.value import Value

# 403 and 404 are documented of the source itself, and gateways answer the others.
_OF_ANY = frozenset({401, 403, 404, 408, 429})
_OF_SERVERS = 500


class KnownAnswer(Value):
    """What is known of the answers to `operation`: its `statuses`, and the `body` of a success.

    Without a `body` none is documented.
    """

    operation: str
    statuses: frozenset[int]
    body: Schema | None

    def has(self, status: int) -> bool:
        """Return whether *status* is known of it."""
        return status in self.statuses | _OF_ANY or status >= _OF_SERVERS


# The method, and the path below /v1/ with a … for each id; the first that fits counts. PUT is
# answered 303 as PATCH is (api.md#asynchronous-answers).
_ROWS: Mapping[str, tuple[str, Schema | None]] = {
    "GET imports/info": ("200 400", body.INFO),
    "GET importsource/…": ("200", body.IMPORT_SOURCE),
    "PUT importsource/…/mapping": ("204 303 400 409", None),
    "PATCH importsource/…/mapping": ("204 303 400", None),
    "GET importsource/…/mapping/progress/…": ("200 400", body.PROGRESS),
    "GET importsource/…/configstatus": ("200 400", body.CONFIG_STATUS),
    "GET importsource/…/schema-and-mapping": ("200 400", body.document()),
    "POST importsource/…/executions": ("200 400 409", body.STARTED),
    "GET importsource/…/executions/status": ("200 400", body.EXECUTION),
    "GET importsource/…/executions/…/status": ("200 400", body.EXECUTION),
    "PUT importsource/…/executions/…/progress": ("200 400", None),
    "POST importsource/…/executions/…/data": ("200 400", None),
    "POST importsource/…/executions/…/history/failed": ("204 400", None),
    "DELETE importsource/…/executions/…": ("200 204 400", None),
    "POST importsource/…/token": ("200", body.TOKEN),
    "GET importsource/objectschema/…": ("200", body.SOURCES),
    "GET objectschema/list": ("200", body.SCHEMAS),
    "GET objectschema/…": ("200", body.OBJECT_SCHEMA),
    "PUT objectschema/…": ("200 400", body.OBJECT_SCHEMA),
    "GET objectschema/…/objecttypes/flat": ("200", body.SCHEMA_TYPES),
    "GET objectschema/…/attributes": ("200", body.SCHEMA_ATTRIBUTES),
    "PUT objecttype/…": ("200 400", body.SCHEMA_TYPE),
    "DELETE objecttype/…": ("200 400", body.SCHEMA_TYPE),
    "POST objecttype/…/position": ("200 400", body.SCHEMA_TYPE),
    "PUT objecttypeattribute/…/…": ("200 400", body.SCHEMA_ATTRIBUTE),
    "DELETE objecttypeattribute/…": ("200 400", None),
    "GET config/statustype": ("200", body.SCHEMA_STATUSES),
    "PUT config/statustype/…": ("200 400", body.SCHEMA_STATUS),
    "DELETE config/statustype/…": ("200 400", None),
    "POST object/aql": ("200 400", body.OBJECTS),
    "POST object/aql/totalcount": ("200 400", body.TOTAL),
}


KNOWN: Mapping[str, KnownAnswer] = {
    operation: KnownAnswer(
        operation=operation, statuses=frozenset(map(int, statuses.split())), body=schema
    )
    for operation, (statuses, schema) in _ROWS.items()
}
_STEPS = {tuple(each.replace(" ", "/").split("/")): known for each, known in KNOWN.items()}


def known_answer(method: str, path: str) -> KnownAnswer | None:
    """Return what is known of the answers to *method* on *path*, which is below `/v1/`."""
    asked = (method, *path.split("/"))
    for steps, known in _STEPS.items():
        if len(steps) == len(asked) and all(map(_fits, steps, asked)):
            return known
    return None


def _fits(step: str, asked: str) -> bool:
    return step == asked or (step == "…" and asked != "")
