"""Which sources a command is about: names, globs, labels, git (design.md#selection).

Pure: `reconciler.app.desired` loads what is known, `reconciler.app.git` compares with a commit.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import translate
from typing import Self

from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import WrongUsage
from reconciler.manifest.wording import did_you_mean, quote
from reconciler.model.display import first_of
from reconciler.regex import regex
from reconciler.value import Value

_WILDCARD = regex(r"[*?]|\[.[^]]*\]", re.DOTALL)
_MOST_NAMED = 20


class Label(Value, kw_only=False):
    """A label that has to be there: with this value, or with any if `value` is None."""

    key: str
    value: str | None = None

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the label `key=value` or `key`. Raises ValueError if there is no key."""
        key, separator, value = text.partition("=")
        if not key:
            raise ValueError(text)
        return cls(key, value if separator else None)

    def __str__(self) -> str:
        return self.key if self.value is None else f"{self.key}={self.value}"

    def is_on(self, labels: Mapping[str, str]) -> bool:
        """Return whether *labels* have it."""
        return self.key in labels and self.value in {None, labels[self.key]}


class Selection(Value):
    """The request for some of the sources, or for all: all parts have to hold.

    `names` and `exclude` are names or globs; if it `is_exact`, no name is a glob.
    `changed_since` is a commit.
    """

    names: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    exclude: tuple[str, ...] = ()
    changed_since: str | None = None
    is_exact: bool = False

    @classmethod
    def of_one(cls, name: str) -> Self:
        """Return the selection of the one source *name*."""
        return cls(names=(name,), is_exact=True)

    @property
    def is_partial(self) -> bool:
        """Whether there may be sources that it leaves out."""
        return self != Selection()

    @property
    def only_names(self) -> bool:
        """Whether each of the sources is named, so that no others can be meant."""
        return bool(self.names) and not any(map(self.is_glob, self.names))

    def is_glob(self, name: str) -> bool:
        """Return whether *name* is a glob, unless a source is so called."""
        return not self.is_exact and _WILDCARD.search(name) is not None

    def matches(self, pattern: str, names: Iterable[str]) -> set[str]:
        """Return the *names* that *pattern* stands for: the one so called, else as a glob."""
        found = {name for name in names if name == pattern}
        if found or not self.is_glob(pattern):
            return found
        # `fnmatch` would ignore case where the file system does, and a source is no file.
        glob = re.compile(translate(pattern))
        return {name for name in names if glob.match(name)}

    def overrides(self) -> dict[str, bool]:
        """Return the options that were given, by name: they would change what a plan is about."""
        return {option: True for option, _ in self._options()}

    @property
    def options(self) -> tuple[str, ...]:
        """The options of the command line."""
        return tuple(f"{name}={value}" for name, value in self._options())

    def __str__(self) -> str:
        """Return the words of the command line."""
        return shlex.join([*self.names, *self.options])

    def _options(self) -> Iterator[tuple[str, object]]:
        yield from (("--label", label) for label in self.labels)
        yield from (("--exclude", pattern) for pattern in self.exclude)
        if self.changed_since is not None:
            yield "--changed-since", self.changed_since


class Changes(Value):
    """The sources whose document is not the one of a commit, and those that only it has."""

    changed: frozenset[str]
    removed: frozenset[str]


class Chosen(Value):
    """The sources that a selection selects, sorted, and remarks.

    `named` are those among them that were named without a glob, and `unknown` the names that
    nothing has. `refusal` says which part of the selection matches nothing.
    """

    names: tuple[str, ...]
    named: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    refusal: WrongUsage | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def select(
    known: Mapping[str, Mapping[str, str]],
    selection: Selection,
    changes: Changes | None = None,
    *,
    near: Mapping[str, str] | None = None,
) -> Chosen:
    """Return which of *known*, the labels of each source, are selected.

    *changes* are those since `changed_since`. *near* says of a name that nothing has what it is.
    """
    matched = {name: selection.matches(name, known) for name in selection.names}
    unknown = tuple(n for n, found in matched.items() if not found and not selection.is_glob(n))
    labelled = {
        label: {name for name, labels in known.items() if label.is_on(labels)}
        for label in selection.labels
    }
    left_out = {pattern: selection.matches(pattern, known) for pattern in selection.exclude}
    found = set[str]().union(*matched.values()) if selection.names else set(known)
    found = found.intersection(*labelled.values()).difference(*left_out.values())
    chosen = found if changes is None else found & changes.changed
    refusals = [
        *(
            _no_name(n, known, near or {}) if n in unknown else _no_match(n, known)
            for n, matches in matched.items()
            if not matches
        ),
        *(_no_label(n, known) for n, matches in labelled.items() if not matches),
        *([_nothing_left(selection)] if known and not found else []),
    ]
    return Chosen(
        names=tuple(sorted(chosen)),
        named=frozenset(chosen & {*selection.names}),
        unknown=unknown,
        refusal=refusals[0] if refusals else None,
        diagnostics=(
            *(_unused(pattern) for pattern, matches in left_out.items() if not matches),
            *(_since(selection, chosen, changes) if changes and not refusals else ()),
        ),
    )


def _no_match(glob: str, known: Iterable[str]) -> WrongUsage:
    # Another case, or but a part of a name.
    nearly = re.compile(translate(f"*{glob.casefold()}*"))
    near = next((name for name in sorted(known) if nearly.match(name.casefold())), None)
    hint = f"did you mean {quote(near)}?" if near else did_you_mean(glob, known)
    return WrongUsage(f'no source matches "{glob}"', hint=hint or _listed("sources", known))


def _no_name(name: str, known: Iterable[str], near: Mapping[str, str]) -> WrongUsage:
    hint = near.get(name) or did_you_mean(name, known) or _listed("sources", known)
    return WrongUsage(f'no manifest has the source "{name}"', hint=hint)


def _no_label(label: Label, known: Mapping[str, Mapping[str, str]]) -> WrongUsage:
    pairs = {Label(*pair) for labels in known.values() for pair in labels.items()}
    words = {pair.key if label.value is None else str(pair) for pair in pairs}
    hint = did_you_mean(str(label), words) or _listed("labels", map(str, pairs))
    return WrongUsage(f'no source has the label "{label}"', hint=hint)


def _nothing_left(selection: Selection) -> WrongUsage:
    return WrongUsage(
        f"no source is in all of the selection: {selection}",
        hint="leave out one of its parts",
    )


def _listed(what: str, words: Iterable[str]) -> str:
    return f"{what}: {first_of(sorted(words), _MOST_NAMED) or 'none'}"


def _unused(pattern: str) -> Diagnostic:
    return RunCode.EXCLUDES_NOTHING.diagnostic(f'--exclude "{pattern}" matches no source')


def _since(selection: Selection, chosen: set[str], changes: Changes) -> Iterable[Diagnostic]:
    """Yield what has to be said of the commit: manifests that are gone, and that nothing changed.

    The labels of what is gone do not matter: it had better be told once too often.
    """
    ref = selection.changed_since
    removed = changes.removed
    if selection.names:
        removed &= set[str]().union(*(selection.matches(n, removed) for n in selection.names))
    excluded = [selection.matches(pattern, removed) for pattern in selection.exclude]
    for name in sorted(removed.difference(*excluded)):
        yield RunCode.MANIFEST_REMOVED.diagnostic(
            f'the manifest of "{name}" was removed since {ref}: its import source is left as it is',
            source=name,
        )
    if not chosen:
        is_only = selection == Selection(changed_since=ref)
        which = "source" if is_only else "selected source"
        yield RunCode.NOTHING_CHANGED.diagnostic(f"no {which} changed since {ref}")
