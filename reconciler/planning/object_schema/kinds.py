"""What each kind of schema operation rests on and how it is judged (api.md#companion-changes)."""

from collections.abc import Mapping
from types import MappingProxyType

from reconciler.diagnostics import Confidence
from reconciler.planning.object_schema.operation import ElementKind, SchemaKind
from reconciler.value import Value


class Way(Value):
    """How a kind of operation is done to a kind of element.

    `grade` says how well it is known that the call does it. `requires` are keys of `checks.RULES`
    besides those about names, `verify` is what is read afterwards, `reversible` the beginning of
    what takes it back.
    """

    grade: Confidence
    requires: tuple[str, ...]
    verify: str
    reversible: str | None


WAYS: Mapping[tuple[SchemaKind, ElementKind], Way] = MappingProxyType(
    {
        (SchemaKind.RENAME, ElementKind.OBJECT_TYPE): Way(
            grade=Confidence.DOCUMENTED,
            requires=(),
            verify="Assets has the new name under the same id, and importsource shows it under "
            "the same external id",
            reversible="by a rename back to",
        ),
        (SchemaKind.RENAME, ElementKind.ATTRIBUTE): Way(
            grade=Confidence.DOCUMENTED,
            requires=("is-own", "is-editable"),
            verify="Assets has the new name under the same id and all else of the attribute as "
            "before, and importsource shows it under the same external id",
            reversible="by a rename back to",
        ),
    }
)

# What a requirement demands, by its rule; `{}` is its value.
DEMANDS: Mapping[str, str] = MappingProxyType(
    {
        "is-named": "it is still called {}",
        "name-is-free": "nothing else beside it is called {}",
        "is-own": "it is its type's own, not inherited",
        "is-editable": "Assets lets it be changed",
    }
)
