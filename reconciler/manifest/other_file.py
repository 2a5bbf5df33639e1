"""What a file is that is no manifest, and whether it was meant to be one (design.md#near-misses).

Known by its name, by how it begins, by its words, or by what it holds, in this order: data of many
megabytes are not parsed to tell that they are data.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from reconciler.codes.file import FileCode
from reconciler.diagnostics import Diagnostic, Severity
from reconciler.manifest.project.file import PROJECT_FILE, is_project_name
from reconciler.manifest.wording import closest, quote
from reconciler.regex import regex
from reconciler.value import Value

MANIFEST_KEYS = ("source", "schema", "mapping")
SUFFIXES = frozenset({".yaml", ".yml", ".json"})

# Where a manifest has the keys that only a document of the API has.
_PLACES = {"objectSchema": "schema", "objectTypeMappings": "mapping"}
_AT_ROOT = {**_PLACES, "objectTypes": "schema: objectSchema"}
# One of them is in every manifest and every near miss.
_WORDS = (*MANIFEST_KEYS, *_AT_ROOT, "importSourceId", "environments")
_ANY_WORD = regex(rf'"(?:{"|".join(_WORDS)})"', re.IGNORECASE | re.ASCII)
_LARGE = 1_000_000  # characters; to look for words costs less than parsing
_MOST_KEYS = 50  # an object with more of them is a table of data
# An object begins so if we wrote it, and the name of its digest is near.
_REPORT = regex(rb'\s*\{\s*"format_version"\s*:')
_DIGEST = regex(rb'"digest"\s*:')
_JSON_LIST = regex(rb"\s*\[")
_YAML_LIST = regex(
    rb"(?:[ \t]*+(?:\#[^\n]*+)?+\r?\n|%[^\n]*+\n|---[ \t]*+(?:\#[^\n]*+)?+\r?\n)*+"
    rb"[ \t]*+(?:\[|-[ \t\r\n])"
)
_MARK = b"\xef\xbb\xbf"
_WORD = regex(rb"objectSchema|objectTypeMappings")
# The key at the root: in YAML where a line begins, in JSON behind nothing that is nested.
_FLAT = rb'"[^"\\]*+"|[\w.+-]++|\{[^{}]*+\}|\[[^][]*+\]'
_JSON_ROOT = rb'\s*+\{\s*+(?:"[^"\\]*+"\s*+:\s*+(?:%b)\s*+,\s*+)*+"(?:schema|mapping)"\s*+:' % _FLAT
_YAML_ROOT = rb"(?:schema|mapping)[\"']?[ \t]*:"
_ROOTS = {
    True: regex(_JSON_ROOT),
    False: regex(rb"%b|(?s:.*?)^[\"']?%b" % (_JSON_ROOT, _YAML_ROOT), re.MULTILINE),
}
# In the first entry of a list, whose dash is read: where its keys are.
_ROOTS_IN_LIST = {
    True: regex(_JSON_ROOT),
    False: regex(
        rb"%b|(?P<by> *+)(?:[^\n]*+\n(?:[^\n]*+\n)*?  (?P=by))?[\"']?%b" % (_JSON_ROOT, _YAML_ROOT)
    ),
}


class OtherFile(Value):
    """A file that is no manifest: `what` it is, in words that follow "it is", and what helps.

    It `is_near_miss` if it was probably meant to be one.
    """

    what: str
    hint: str
    is_near_miss: bool = False

    def diagnostic(self, file: str, severity: Severity | None = None) -> Diagnostic:
        """Return the remark that *file* is not read as a manifest; *severity* overrides its own."""
        code = FileCode.NEAR_MISS if self.is_near_miss else FileCode.NOT_A_MANIFEST
        text = f"{file} is not read as a manifest: {self.what}"
        return code.diagnostic(text, severity=severity, hint=self.hint, file=file)


LIST = OtherFile(
    what="it is a list, so data",
    hint="data are tried with reconciler preview SOURCE FILE; a manifest is an object",
)
_IN_LIST = OtherFile(
    what="its document stands in a list",
    hint="write the document at the root of the file, and one to a file",
    is_near_miss=True,
)
PLAN = OtherFile(what="it is a saved plan", hint="reconciler show PLAN shows it")
_SAVED = OtherFile(
    what="it is a report (it has format_version)", hint="name the manifests themselves"
)
_PROJECT = OtherFile(
    what="it is the project file", hint="reconciler validate without a path checks it"
)
_HIDDEN = OtherFile(what="its name begins with a dot", hint="give it a name that begins otherwise")
_SUFFIX = OtherFile(
    what="its name ends neither in .yaml or .yml nor in .json",
    hint="rename it, if it is a manifest",
)
_OBJECT = OtherFile(
    what="it has none of the keys source, schema and mapping",
    hint="reconciler schema manifest prints what a manifest has",
)


def other_by_name(name: str) -> OtherFile | None:
    """Return what a file of this *name* is, None if it may be a manifest."""
    if is_project_name(name):
        return _PROJECT
    if name.startswith("."):
        return _HIDDEN
    return None if Path(name).suffix.lower() in SUFFIXES else _SUFFIX


def other_by_beginning(head: bytes, *, is_json: bool) -> OtherFile | None:
    """Return what a file is whose first bytes are *head*, None if they do not tell."""
    head = head.removeprefix(_MARK)
    if _REPORT.match(head):
        return PLAN if _DIGEST.search(head) else _SAVED
    if (begun := (_JSON_LIST if is_json else _YAML_LIST).match(head)) is None:
        return None
    is_document = _ROOTS_IN_LIST[is_json].match(head, begun.end()) is not None
    return _IN_LIST if is_document and _WORD.search(head) else LIST


def has_document(head: bytes, *, is_json: bool) -> bool:
    """Return whether a file whose first bytes are *head* has a document of the API at its root."""
    is_at_root = _ROOTS[is_json].match(head.removeprefix(_MARK)) is not None
    return is_at_root and _WORD.search(head) is not None


def other_by_words(text: str, *, is_json: bool) -> OtherFile | None:
    """Return what a file is whose *text* is large and has no word of a manifest, else None."""
    if not is_json or len(text) < _LARGE:
        return None
    return None if _ANY_WORD.search(text) else _OBJECT


def other_by_value(value: Mapping[str, Any] | list[Any]) -> OtherFile | None:
    """Return what a file is that holds *value*, None if it is a manifest."""
    if isinstance(value, list):
        first = value[0] if value else None
        is_document = isinstance(first, Mapping) and any(map(_part, first.values()))
        return _IN_LIST if is_document else LIST
    if "format_version" in value:
        return PLAN if "digest" in value else _SAVED
    if not value.keys().isdisjoint(MANIFEST_KEYS):
        return None
    if len(value) > _MOST_KEYS:
        return _OBJECT
    return next(_near_misses(value), _OBJECT)


def _near_misses(value: Mapping[str, Any]) -> Iterator[OtherFile]:
    """Yield what is wrong with an object that was meant to be a manifest, if it was."""
    # One is known by its content; a word alone may be anybody's, and two are nobody else's.
    misspelt = {key: meant for key, content in value.items() if (meant := _meant(key, content))}
    if any(map(_part, value.values())) or len({*misspelt.values()}) > 1:
        wrong = {**misspelt, **_misspelt_source(value, misspelt)}
        yield _near_miss(
            f"it has {' and '.join(map(quote, wrong))}, which nothing reads",
            "write "
            + ", ".join(f"{meant}: in place of {quote(key)}" for key, meant in wrong.items()),
        )
    for key, content in value.items():
        if (word := _folded(key, _AT_ROOT)) and _is_of_the_api(word, content):
            yield _near_miss(
                f"its {quote(key)} stands at the root", f"write it under {_AT_ROOT[word]}:"
            )
    for key, content in value.items():
        if isinstance(content, Mapping) and len(content) <= _MOST_KEYS:
            if any(map(_part, content.values())):
                yield _near_miss(
                    f"its document is wrapped in {quote(key)}",
                    f"write what is in {quote(key)} at the root of the file",
                )
            elif key == "environments" and any(
                isinstance(each, Mapping) and "backend" in each for each in content.values()
            ):
                yield _near_miss(
                    "it looks like the project file", f"the project file is named {PROJECT_FILE}"
                )
    if isinstance(value.get("importSourceId"), str):
        yield _near_miss(
            f"it has importSourceId and {_OBJECT.what.removeprefix('it has ')}",
            "write source:, schema: and mapping:",
        )


def _near_miss(what: str, hint: str) -> OtherFile:
    return OtherFile(what=what, hint=hint, is_near_miss=True)


def _meant(key: str, content: Any) -> str | None:
    if (part := _part(content)) is not None:
        return part
    word = _folded(key, MANIFEST_KEYS)
    return word if isinstance(content, str if word == "source" else Mapping) else None


def _is_of_the_api(word: str, content: Any) -> bool:
    if word == "objectTypeMappings":
        return isinstance(content, list)
    if word == "objectTypes":
        first = content[0] if isinstance(content, list) and content else None
        return isinstance(first, Mapping) and isinstance(first.get("attributes"), list)
    return isinstance(content, Mapping) and any(_folded(key, ["objectTypes"]) for key in content)


def _misspelt_source(value: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    if "source" in known.values():
        return {}
    near = (key for key in value if key not in known and closest(key, ["source"]) is not None)
    return dict.fromkeys(islice(near, 1), "source")


def _part(content: Any) -> str | None:
    """Return the key of a manifest whose value *content* seems to be."""
    if not isinstance(content, Mapping) or len(content) > _MOST_KEYS:
        return None
    words = (_folded(key, ("objectSchema", "objectTypeMappings")) for key in content)
    return next((_PLACES[word] for word in words if word), None)


def _folded(key: str, words: Iterable[str]) -> str | None:
    """Return the one of *words* that *key* is but for its case."""
    return next((word for word in words if word.casefold() == key.casefold()), None)
