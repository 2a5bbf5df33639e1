"""The frame of every HTML page: verdict, figures, alerts, filters, remarks; filled by jinja2.

Every text passes `escape_lines` and then HTML escaping, here and nowhere else, so that no foreign
name becomes markup, is invisible, or changes the direction of the text.
"""

import base64
import hashlib
import html
from collections import Counter
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from reconciler.render.escape import escape_lines

if TYPE_CHECKING:
    from jinja2 import Environment
from collections.abc import Iterable, Sequence

from reconciler import __version__
from reconciler.codes.lint import is_ignored
from reconciler.diagnostics import Diagnostic, errors_in, in_reading_order
from reconciler.render.fold import fold_text, folded
from reconciler.render.importance import Importance, by_importance, by_kind, of_diagnostic
from reconciler.render.plan.symbols import Mark
from reconciler.value import Value


def fill(template: str, **values: Any) -> str:
    """Return the page of *template* filled with *values*."""
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
    # What a template names is an attribute, never a key: jinja2 would look for both, in Python.
    environment.getattr = getattr  # type: ignore[method-assign, assignment]
    style, script = _file("page.css"), _file("page.js")
    environment.globals |= {"style": style, "script": script, "policy": _policy(style, script)}
    return environment


def _readable(value: Any) -> Any:
    """Return *value* with unsafe characters shown by their codes. Line ends stay: HTML folds them.

    Markup is returned unchanged, as its texts have already passed through here.
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return escape_lines(value)


@lru_cache(maxsize=256)
def page_text(text: str) -> str:
    """Return *text* as jinja2 puts it into a page. Most of what a row says, others say too."""
    escaped = html.escape(escape_lines(text))
    return escaped.replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


def _policy(style: str, script: str) -> str:
    """Return the content security policy: only the page's own style and script."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _file(name: str) -> str:
    return (resources.files("reconciler.render.html") / name).read_text(encoding="utf-8")


# Open sections cost the browser layout and the reader time.
MOST_OPEN = 20
_MOST_ALERTS = 20
# Of risks to review in one source and for one reason: the others say the same again.
_MOST_ALIKE = 5
_FEW_REMARKS = 10


class PageVerdict(Value):
    """The verdict in one sentence, and the class that colours it."""

    text: str
    tone: str


class Figure(Value):
    """One count of the summary."""

    number: int
    words: str
    tone: str


class Alert(Value):
    """A difference to look at first, and its place on the page."""

    anchor: str
    mark: Mark
    source: str
    text: str
    why: str
    importance: Importance


class Choice(Value):
    """A checkbox that shows or hides the elements with `value`."""

    value: str
    words: str
    number: int


class Filter(Value):
    """A group of checkboxes, all about the attribute `data-NAME`."""

    name: str
    legend: str
    choices: tuple[Choice, ...]


class PageRemark(Value):
    """A diagnostic with its place, and what it stands for besides itself."""

    said: Diagnostic
    place: str
    others: str | None


class PageRemarks(Value):
    """The section of those that are no lint, above a report, or of those that are, below it."""

    title: str
    number: int
    is_open: bool
    rows: tuple[PageRemark, ...]


def _remarks(title: str, told: Iterable[Diagnostic]) -> PageRemarks:
    held = [*told]
    groups = folded(held, of_diagnostic)
    return PageRemarks(
        title=title,
        number=len(held),
        is_open=bool(errors_in(held)) or len(groups) <= _FEW_REMARKS,
        rows=tuple(
            PageRemark(said=d, place=d.place or d.source or "", others=fold_text(group))
            for group in groups
            for d in group[:1]
        ),
    )


def _is_lint(diagnostic: Diagnostic) -> bool:
    return of_diagnostic(diagnostic) is Importance.LINT


def fill_page(
    template: str,
    *,
    title: str,
    verdict: PageVerdict,
    alerts: Iterable[Alert],
    diagnostics: Sequence[Diagnostic],
    tool_version: str = __version__,
    **values: Any,
) -> str:
    """Return the page of *template*, which extends the frame, filled with these parts."""
    first, others = _first_alerts(by_importance(alerts, lambda alert: alert.importance))
    told = [d for d in in_reading_order(diagnostics) if not is_ignored(d)]
    return fill(
        template,
        title=title,
        verdict=verdict,
        alerts=first,
        more_alerts=by_kind(alert.importance for alert in others),
        remarks=_remarks("Diagnostics", (d for d in told if not _is_lint(d))),
        lint=_remarks("Lint warnings", filter(_is_lint, told)),
        tool_version=tool_version,
        **values,
    )


def _first_alerts(ranked: Iterable[Alert]) -> tuple[list[Alert], list[Alert]]:
    """Return the alerts to list, of those to review that are alike but a few, and the others."""
    first: list[Alert] = []
    others: list[Alert] = []
    alike = Counter[tuple[str, str]]()
    for alert in ranked:
        alike[alert.source, alert.why] += alert.importance is Importance.REVIEW_RISK
        is_new = alike[alert.source, alert.why] <= _MOST_ALIKE
        (first if is_new and len(first) < _MOST_ALERTS else others).append(alert)
    return first, others
