"""`${NAME}` and `${NAME:-default}` in texts and secrets: templates until they are needed."""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.codes.project import ProjectCode
from reconciler.errors import ManifestError
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.tree import Place
from reconciler.regex import regex
from reconciler.value import Value

# A default holds no variable, so that none of many that are not closed is read to the end.
_VARIABLE = regex(
    r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*+)(?::-(?P<default>(?:[^$}]|\$(?!\{))*+))?\}"
)
_OPENING = "${"
_CONTROL = regex(r"[\x00-\x1f\x7f]")
_SCHEME = regex(r"\s*(Bearer|Basic)\s", re.IGNORECASE)


class Template(Value):
    """A text as written, whose variables are filled in when somebody needs it, not before.

    So a command asks only for the variables of what it uses (design.md#variables). `key` is its
    name in messages.
    """

    text: str
    key: str
    file: str
    place: Place | None = None

    def __repr__(self) -> str:
        """Return it without its text: a journal's URL may hold a password."""
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({shown})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Return what may be shown of it, by name."""
        return [("key", self.key), ("file", self.file), ("place", self.place)]

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables in it; without one it is written in the file itself."""
        return tuple(found["name"] for found in _VARIABLE.finditer(self.text))

    def resolve(self, variables: Mapping[str, str]) -> str:
        """Return the text. Raises ManifestError if a variable is unset, or nothing is left."""
        value = expand(self.text, variables, file=self.file, place=self.place, hint=_SET_OR_DEFAULT)
        if not value:
            text = f'"{self.key}" is empty once its variables are filled in'
            raise ManifestError(
                [fault(ProjectCode.EMPTY_VALUE, text, file=self.file, place=self.place)]
            )
        return value

    def known(self, variables: Mapping[str, str]) -> str | None:
        """Return the text, None if *variables* do not tell it."""
        try:
            return self.resolve(variables)
        except ManifestError:
            return None


_SET_OR_DEFAULT = "set it, or give it a default: ${{{name}:-…}}"


def expand(
    template: str, variables: Mapping[str, str], *, file: str, place: Place | None, hint: str
) -> str:
    """Return *template* with its variables filled in.

    As in a shell, a default replaces a variable that is unset or empty. Raises ManifestError
    for a variable that is unset and has no default; it names file and line, never a value, and
    *hint* with the variable's `{name}`.
    """

    def fill(variable: re.Match[str]) -> str:
        name, default = variable["name"], variable["default"]
        value = variables.get(name)
        if default is not None:
            return value or default
        if value is None:
            raise ManifestError(
                [
                    fault(
                        ProjectCode.UNSET_VARIABLE,
                        f"the environment variable {name} is not set",
                        file=file,
                        place=place,
                        hint=hint.format(name=name),
                    )
                ]
            )
        return value

    if _OPENING in _VARIABLE.sub("", template):
        text = "${ is not followed by NAME} or NAME:-default}"
        raise ManifestError([fault(ProjectCode.BAD_VARIABLE, text, file=file, place=place)])
    return _VARIABLE.sub(fill, template)


class Secret:
    """A secret as written in the project file, e.g. `${TOKEN}`: nothing shows or encodes it.

    Two are equal that are written alike, wherever.
    """

    __slots__ = ("_written",)

    def __init__(self, *, text: str, file: str, place: Place | None = None) -> None:
        self._written = Template(text=text, key="secret", file=file, place=place)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables in it; without one it is written in the file itself."""
        return self._written.variables

    def resolve(self, variables: Mapping[str, str]) -> str:
        """Return the secret. Raises ManifestError if a variable is unset or the value malformed."""
        written = self._written
        file, place = written.file, written.place
        value = expand(written.text, variables, file=file, place=place, hint="set {name}")
        reason = None
        if not value:
            reason = "is empty"
        elif _CONTROL.search(value):
            reason = "holds a line break or another control character"
        elif scheme := _SCHEME.match(value):
            reason = f'begins with "{scheme[1]}", which is put before it anyway'
        elif value[0] == value[-1] in {"'", '"'}:
            reason = "is in quotation marks"
        if reason is not None:
            names = ", ".join(self.variables)
            text = f"the secret{f' from {names}' if names else ''} {reason}"
            raise ManifestError([fault(ProjectCode.BAD_SECRET, text, file=file, place=place)])
        return value

    def known(self, variables: Mapping[str, str]) -> str | None:
        """Return the secret, None if *variables* do not tell it."""
        try:
            return self.resolve(variables)
        except ManifestError:
            return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._written.text == other._written.text

    def __hash__(self) -> int:
        return hash(self._written.text)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> str:
        """Refuse to pickle, because a pickled secret is a leaked secret."""
        raise TypeError("a secret cannot be pickled")
