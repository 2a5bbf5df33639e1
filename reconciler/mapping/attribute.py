"""One compiled attribute: extracts its texts from an element and reports invalid values."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from reconciler.mapping.examples import short_json
from reconciler.mapping.objects import ValueFault, ValueFaultKind
from reconciler.mapping.paths import reader
from reconciler.mapping.spec import AttributeSpec
from reconciler.mapping.texts import text_of, texts_of
from reconciler.mapping.value_types import value_type


class FilledAttribute:
    """An attribute that holds values, not references.

    By far most of them have one scalar `member`, and its text passes `check`. `Maker.make` sees
    to those itself; `member` is None where it cannot.
    """

    __slots__ = ("_maximum", "_read", "_readers", "_wrong", "check", "key", "member")

    def __init__(self, spec: AttributeSpec) -> None:
        """Compile *spec*."""
        judged = value_type(spec.type or "", spec.type_values)
        self.key = spec.key
        self.check = judged.check
        self._wrong = f"is not {judged.called}"
        self._maximum = spec.maximum
        self._readers = tuple(reader(locator) for locator in spec.locators)
        self.member = _only_member(spec)
        self._read = self._readers[0] if len(self._readers) == 1 else self._joined

    def fill(
        self, element: dict[str, Any], values: dict[str, tuple[str, ...]], faults: list[ValueFault]
    ) -> None:
        """Add the texts of *element* to *values* under the key, and invalid values to *faults*.

        A value of the wrong type is omitted; surplus values are kept.
        """
        check = self.check
        raws = self._read(element)
        if not raws:
            return
        texts = []
        for raw in raws:
            text = raw if type(raw) is str else text_of(raw)
            if text is not None and (check is None or check(text)):
                texts.append(text)
            else:
                faults.append(self._wrong_type(raw, text))
        if self._maximum is not None and len(texts) > self._maximum:
            faults.append(
                ValueFault(
                    attribute=self.key,
                    code=ValueFaultKind.TOO_MANY,
                    value=short_json(texts),
                    text=f"has {len(texts)} values, and at most {self._maximum} may be",
                )
            )
        if texts:
            values[self.key] = tuple(texts)

    def texts(self, element: dict[str, Any]) -> list[str]:
        """Return the texts of *element*, valid for the attribute's type or not."""
        return texts_of(self._read(element))

    def _joined(self, element: dict[str, Any]) -> Sequence[Any]:
        """Return the first values of all locators joined into one text, then the second, etc."""
        columns = [read(element) for read in self._readers]
        found: list[Any] = []
        for row in zip_longest(*columns):
            raws = [raw for raw in row if raw is not None]
            texts = texts_of(raws)
            wrong = len(texts) < len(raws)
            found.append(next(r for r in raws if text_of(r) is None) if wrong else " ".join(texts))
        return found

    def _wrong_type(self, raw: Any, text: str | None) -> ValueFault:
        wrong = self._wrong
        if text is None:
            wrong = "is an object, not a value" if type(raw) is dict else "is no number of JSON"
        return ValueFault(
            attribute=self.key, code=ValueFaultKind.WRONG_TYPE, value=short_json(raw), text=wrong
        )


def _only_member(spec: AttributeSpec) -> str | None:
    """Return the only locator if it is a plain name and a single value is not too many."""
    (first, *more) = spec.locators or ("",)
    one_fits = spec.maximum is None or spec.maximum > 0
    return first if first and not more and "." not in first and one_fits else None
