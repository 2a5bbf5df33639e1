"""A plan as JSON (design.md#the-plan): what `plan --format json` prints and `-o` saves."""

import json
from collections.abc import Iterator
from functools import partial
from operator import attrgetter

from reconciler.model.json_pieces import json_pieces
from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import write_plan
from reconciler.render.escape import escape_json

_written = partial(json.dumps, ensure_ascii=False)


def plan_json(plan: Plan) -> str:
    """Return *plan* as one line of JSON, safe to print on a terminal."""
    return "".join(plan_pieces(plan))


def plan_pieces(plan: Plan) -> Iterator[str]:
    """Yield what `plan_json` returns, in pieces.

    Not indented: `show` is for people. The documents, which are most of it, are written by
    their own encoder, as `json.dumps` would.
    """
    pieces = json_pieces(write_plan(plan), _written, attrgetter("pieces"))
    yield from map(escape_json, pieces)
    yield "\n"
