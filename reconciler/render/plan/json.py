"""A plan as JSON (design.md#the-plan): what `plan --format json` prints and `-o` saves."""

import json

from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import write_plan
from reconciler.render.escape import escape_json


def plan_json(plan: Plan) -> str:
    """Return *plan* as one line of JSON, safe to print on a terminal.

    Not indented: the encoder that indents takes ten times as long, and `show` is for people.
    """
    return escape_json(json.dumps(write_plan(plan), ensure_ascii=False)) + "\n"
