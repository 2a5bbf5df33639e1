"""What every frozen value promises: `reconciler.value`."""

from dataclasses import dataclass
from typing import Any

import pytest

from reconciler.value import Value, field, field_names, replace


class Part(Value):
    """A value."""

    name: str
    notes: dict[str, int] = field(default_factory=dict)


class Other(Part):
    """A value with the same fields."""


class Pair(Value, kw_only=False):
    """A value whose fields may be given by their order."""

    first: int
    second: int


class Longer(Pair):
    """A value with a field more, which has to be named."""

    third: int


@dataclass(frozen=True)
class Plain:
    """A dataclass, for what it needs."""

    name: str


def test_it_is_equal_to_one_of_its_class_with_equal_fields() -> None:
    assert Part(name="a") == Part(name="a", notes={})
    assert Part(name="a") != Part(name="b")
    assert Part(name="a") != Other(name="a")
    assert len({Pair(1, 2), Pair(1, 2), Pair(2, 1)}) == 2


def test_it_shows_its_fields() -> None:
    assert repr(Part(name="a")) == "Part(name='a', notes={})"
    assert field_names(Longer) == ("first", "second", "third")


def test_no_two_share_what_a_default_makes() -> None:
    assert Part(name="a").notes is not Part(name="b").notes


@pytest.mark.parametrize(
    ("kind", "given"),
    [(Part, ("a",)), (Longer, (1, 2, 3)), (Part, ())],
    ids=["by order", "one too many by order", "one too few"],
)
def test_its_fields_are_named(kind: Any, given: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError):
        kind(*given)


def test_it_is_never_changed_but_replaced() -> None:
    part: Any = Part(name="a")
    with pytest.raises(AttributeError):
        part.name = "b"
    assert replace(part, name="b") == Part(name="b")
    assert replace(Plain("a"), name="b") == Plain("b")
    with pytest.raises(TypeError):
        replace(part, title="b")
