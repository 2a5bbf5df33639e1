"""The text of facts.yaml: a probe writes it, and what only reads it loads no writer."""

from reconciler.manifest.project.facts import FactsFile
from reconciler.manifest.text.yaml_writer import yaml_text
from reconciler.model.json_form import to_json
from reconciler.semantics.questions import BY_NAME

_HEAD = """\
# What probes observed of the API, by site: plans and the emulator follow it. Commit it.
"""


def write_facts(file: FactsFile) -> str:
    """Return the text of facts.yaml, in the order of the table of questions."""
    sites = {
        key: {
            "kind": str(each.kind),
            "facts": {name: to_json(each.facts[name]) for name in BY_NAME if name in each.facts},
        }
        for key, each in sorted(file.sites.items())
    }
    return _HEAD + yaml_text({"sites": sites})
