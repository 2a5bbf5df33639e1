"""A saved plan as somebody altered it: at one place, with or without its digests made anew."""

import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from reconciler.model.canonical import digest
from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import read_document
from reconciler.planning.live_digest import live_digest
from tests.support.strategies.documents import Json

# Where something stands in a plan: keys of objects, positions in lists.
Place = tuple[str | int, ...]

# What a schema lets stand in place of a value, by key: the ways to alter a plan that stays one.
WORDS: dict[str, tuple[Any, ...]] = {
    "action": ("create", "update", "no-op", "blocked", "add", "change", "remove"),
    "verdict": ("put", "patch", "patch-undocumented", "impossible", "orphan", "ignored"),
    "kind": ("object_type", "attribute", "icon", "status", "mapping", "attribute_mapping"),
    "risk": ("none", "review", "data"),
    "confidence": ("documented", "observed", "reported", "inferred", "unknown"),
    "convergence": ("proved", "partial", "unknown"),
    "config_status": ("IDLE", "RUNNING", "MISSING_MAPPING", None),
    "method": ("PUT", "PATCH"),
    "query": ({}, {"async": "true"}, {"async": "false"}, {"x": "y"}),
    "path": ("importsource/other/mapping", "importsource/../x", "object/1"),
    "rule": ("patch-amends", "not-drifted", "attempt-without-effect", "put-creates"),
    "attribution": ("drift", "unapplied", None),
    "orphans": ("report", "ignore", "fail"),
    "undocumented": ("attempt", "block", "skip"),
    "max_changes": (0, None),
    "max_change_percent": (0.0, None),
    "max_risk": ("none", "data", None),
    "line": (1, None),
    "column": (1, None),
    "operation": (None,),
    "certificate": (None,),
    "live": (None,),
    "remembered": (None,),
}  # fmt: skip


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Yield every place in *value*, itself first."""
    yield at
    within: Any = ()
    if isinstance(value, dict):
        within = value.items()
    elif isinstance(value, list):
        within = enumerate(value)
    for key, inner in within:
        yield from places(inner, (*at, key))


def at(value: Any, place: Place) -> Any:
    """What stands at *place*."""
    for key in place:
        value = value[key]
    return value


def alternatives(place: Place, value: Any) -> Iterator[Any]:
    """Yield what may be put at *place* instead of *value*, equal only if Python says so."""
    yield from (word for word in WORDS.get(str(place[-1]), ()) if word != value)
    match value:
        case bool():
            yield not value
            yield int(value)
        case int() | float():
            yield value + 1
        case str():
            yield f"{value} altered"
        case None:
            yield "altered"
        case list() if value:
            yield value[1:]
            yield [*value, value[-1]]
            if len(value) > 1:
                yield value[::-1]
        case dict() if value:
            yield {}
            yield dict(list(value.items())[1:])


def put(written: Json, place: Place, value: Any) -> Json:
    """*written* with *value* at *place*; the rest is shared."""
    if not place:
        return value  # type: ignore[no-any-return]
    made: Any = copy.copy(written)
    made[place[0]] = put(made[place[0]], place[1:], value)
    return made  # type: ignore[no-any-return]


def digest_of_live(evidence: Json) -> str:
    live, desired = (read_document(evidence[key] or {}) for key in ("live", "desired"))
    return live_digest(None if evidence["live"] is None else LiveDocument(document=live), desired)


def resealed(written: Json) -> Json:
    """*written* with all its digests and totals as they would be in a plan that says this.

    From the page about the format; what of live a source is concerned with, the program says.
    """
    made = copy.deepcopy(written)
    for source in made["sources"]:
        source["desired_digest"] = digest(source["evidence"]["desired"])
        with suppress(Exception):  # what is no document has no digest of its own
            source["live_digest"] = digest_of_live(source["evidence"])
        if source["operation"]:
            source["operation"]["body_digest"] = digest(source["operation"]["body"])
        for each in source["schema_operations"]:
            each["body_digest"] = each["body"] and digest(each["body"])
    actions = [s["action"] for s in made["sources"]]
    changes = [c for s in made["sources"] for c in s["changes"]]
    verdicts = [c["verdict"] for c in changes]
    sent = [c for c in changes if c["verdict"].startswith(("put", "patch", "schema"))]
    operations = sum(len(s["schema_operations"]) for s in made["sources"])
    made["has_changes"] = operations > 0 or any(s["operation"] for s in made["sources"])
    made["blocked"] = "blocked" in actions
    made["summary"] = {
        **{a.replace("-", "_"): actions.count(a) for a in ("create", "update", "no-op", "blocked")},
        **{a: sum(c["action"] == a for c in sent) for a in ("add", "change", "remove")},
        **{v.replace("-", "_"): verdicts.count(v) for v in
           ("impossible", "orphan", "write-only", "patch-undocumented", "ignored")},
        **{f"risk_{r}": sum(c["risk"] == r for c in changes) for r in ("review", "data")},
        **({"schema_operations": operations} if operations else {}),
    }  # fmt: skip
    made["digest"] = plan_digest(made)
    return made


def plan_digest(written: Json) -> str:
    """The plan's digest by design.md#digests."""
    of_change = ("address", "kind", "action", "field", "before", "after", "verdict",
                 "predicted_code", "risk", "risk_code")  # fmt: skip
    of_source = ("source", "workspace_id", "import_source_id", "config_status", "action",
                 "live_digest", "desired_digest", "schema_operations")  # fmt: skip
    call = ("method", "path", "query", "body")
    return digest(
        {
            **{key: written[key] for key in ("environment", "allow_residual", "accept_loss")},
            "sources": [
                {
                    **{key: source[key] for key in of_source},
                    **{key: (source["operation"] or {}).get(key) for key in call},
                    **{
                        name: [{key: change[key] for key in of_change} for change in source[name]]
                        for name in ("changes", "residual")
                    },
                }
                for source in sorted(written["sources"], key=lambda s: s["source"])
            ],
        }
    )
