"""The gate to jinja2: templates, style and script of the page, and what the page permits itself.

Every text passes `escape` and then jinja2's escaping for HTML, here and nowhere else, so
that no name of a stranger becomes markup, hides, or turns the direction of the text.
"""

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from reconciler.render.escape import escape

if TYPE_CHECKING:
    from jinja2 import Environment


def fill(template: str, **values: Any) -> str:
    """Return the page that *template* makes of *values*."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only here used

    environment = Environment(
        loader=PackageLoader("reconciler.render.html"),
        autoescape=True,
        finalize=_readable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _file("page.css"), _file("page.js")
    environment.globals |= {"style": style, "script": script, "policy": _policy(style, script)}
    return environment


def _readable(value: Any) -> Any:
    """Return *value* with unsafe characters shown by their codes. Line ends stay: HTML folds them.

    What is markup already was made of texts that came through here.
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return "\n".join(map(escape, value.split("\n")))


def _policy(style: str, script: str) -> str:
    """Return the content security policy: its own style and script, and nothing else."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _file(name: str) -> str:
    return (resources.files("reconciler.render.html") / name).read_text(encoding="utf-8")
