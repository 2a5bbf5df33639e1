"""Names and external ids for what data call otherwise: readable, stable, none twice."""

from functools import lru_cache
from unicodedata import normalize

from reconciler.mapping.aql import why_not_in_data
from reconciler.mapping.iql import NAMES_OF_LABEL
from reconciler.regex import regex

_LONGEST = 100
_WORDS = regex(r"[^\W_]+")
_CAMEL = regex(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ACRONYMS = frozenset((
    "api", "arn", "cn", "cpu", "dn", "dns", "duid", "fqdn", "guid", "id", "ids", "ip", "mac",
    "os", "ou", "pid", "ram", "sku", "sn", "ssh", "uid", "upn", "uri", "url", "uuid", "vlan",
    "vm", "vpn",
))  # fmt: skip
_ONE_OF = {"people": "person", "children": "child", "indices": "index", "data": "record"}
# What wraps the fields of an entry and says nothing about them.
_WRAPPERS = frozenset((
    "_source", "attributes", "attrs", "data", "details", "fields", "general", "info", "metadata",
    "node", "properties", "spec", "status",
))  # fmt: skip
# Lists that are called as lists are; their elements are called as the data.
GENERIC = frozenset((
    "data", "edges", "entries", "items", "list", "node", "nodes", "objects", "records", "results",
    "rows", "value", "values",
))  # fmt: skip


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of *name* in lower case: `serialNumber` and `serial_no.` have two."""
    return tuple(word.lower() for word in _raw_words(name))


def _raw_words(name: str) -> list[str]:
    return _WORDS.findall(_CAMEL.sub(" ", normalize("NFC", name)))


def steps_of(path: str) -> list[str]:
    """Return the steps of *path* that say something: the last, and those that are no wrappers."""
    *above, last = path.split(".")
    return [*(step for step in above if step.lower() not in _WRAPPERS), last]


def title(name: str) -> str:
    """Return *name* as the name of an attribute: `serial_number` is `Serial Number`."""
    return " ".join(map(_titled, _raw_words(name)))[:_LONGEST].strip()


def _titled(word: str) -> str:
    if word.lower() in _ACRONYMS:
        return word.upper()
    return word[0].upper() + word[1:] if word.islower() else word


def singular(name: str) -> str:
    """Return the `title` of one of what *name* names in English, as far as that is regular."""
    *before, last = title(name).split(" ")
    return " ".join([*before, _one(last)]).strip()


def _one(word: str) -> str:
    lower = word.lower()
    if lower in _ONE_OF:
        return _titled(_ONE_OF[lower])
    if lower.endswith("ies") and len(word) > len("dies"):
        return f"{word[:-3]}y"
    if lower.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    is_plural = lower.endswith("s") and not lower.endswith(("ss", "us", "is", "os", "as"))
    return word[:-1] if is_plural and len(word) > len("dns") else word


def slug(name: str) -> str:
    """Return *name* as a segment of an external id: `Straße Nr. 5` is `strasse-nr-5`."""
    plain = normalize("NFKD", _CAMEL.sub(" ", name).casefold())
    in_ascii = "-".join(words_of("".join(c for c in plain if c.isascii())))
    return (in_ascii or "-".join(words_of(plain)))[:_LONGEST].strip("-") or "x"


class FreeNames:
    """Gives out names, none twice, nor two that differ only in case."""

    def __init__(self) -> None:
        """Begin with all names free."""
        self._taken: set[str] = set()

    def free(self, *wanted: str, joint: str = " ") -> str:
        """Return the first of *wanted* that is free, else the last with a number."""
        for name in wanted:
            if name and self._take(name):
                return name
        number = 2
        while not self._take(name := f"{wanted[-1]}{joint}{number}".strip()):
            number += 1
        return name

    def _take(self, name: str) -> bool:
        is_free = name.casefold() not in self._taken
        self._taken.add(name.casefold())
        return is_free


def is_reserved(name: str) -> bool:
    """Return whether Assets has an attribute of that *name* itself, or AQL another meaning."""
    return why_not_in_data(name) is not None or name.lower() in NAMES_OF_LABEL
