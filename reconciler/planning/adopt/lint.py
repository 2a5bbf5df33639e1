"""Lint about what live is like: a manifest that says so says nothing new."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.codes.lint import is_lint
from reconciler.diagnostics import Diagnostic, in_reading_order, limited, without_places
from reconciler.manifest.load import check_text
from reconciler.manifest.minimal_form import new_manifest
from reconciler.planning.inputs import SourceInput

_Said = tuple[str, str]


def beyond_live(
    diagnostics: Iterable[Diagnostic],
    found: Iterable[Diagnostic],
    inputs: Iterable[SourceInput],
) -> tuple[Diagnostic, ...]:
    """Return *diagnostics* without the warnings that a manifest of what is live has just so.

    *found* is what they are of, before it was limited. Where a manifest has a warning more often
    than live, which of them is new is not known: all stay. A source that is not among *inputs*
    keeps its own.
    """
    warned: dict[str, list[Diagnostic]] = {}
    for each in filter(is_lint, found):
        warned.setdefault(each.source or "", []).append(each)
    live = {i.ref.name: _live_lint(i) for i in inputs if i.ref.name in warned}
    others = (d for d in diagnostics if not is_lint(d) or d.source not in live)
    return in_reading_order((*others, *limited(_new(warned, live))))


def _new(
    warned: Mapping[str, Sequence[Diagnostic]], live: Mapping[str, Counter[_Said]]
) -> Iterator[Diagnostic]:
    for source, known in live.items():
        numbers = Counter(map(_said, warned[source]))
        yield from (d for d in warned[source] if numbers[_said(d)] > known[_said(d)])


_NONE: Counter[_Said] = Counter()


def _live_lint(given: SourceInput) -> Counter[_Said]:
    """Return how often the manifest of live alone has each warning."""
    if given.live.document is None:
        return _NONE
    prefix = given.locations.id_prefix if given.locations else None
    document = given.live.document.document
    shown = prefix.taken_off(document) if prefix else document
    manifest = json.dumps(new_manifest(given.ref.name, shown))
    return Counter(map(_said, check_text(manifest, file="live.json")))


def _said(diagnostic: Diagnostic) -> _Said:
    return diagnostic.code, without_places(diagnostic.text)
