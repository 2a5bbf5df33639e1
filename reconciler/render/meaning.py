"""What a code means, for people: `explain CODE`, of which docs/reference/codes.md has all."""

from collections.abc import Iterator, Sequence

from reconciler.codes.lint import LINT
from reconciler.manifest.project.file import PROJECT_FILE
from reconciler.planning.catalogue import Meaning
from reconciler.render.terminal import Line, Screen, Style

_STEP = "    "


def write_meanings(found: Sequence[Meaning], screen: Screen) -> None:
    """Write what each of *found* says of its code, separated by empty lines."""
    for number, meaning in enumerate(found):
        if number:
            screen.line()
        screen.lines(_lines(meaning))


def _lines(meaning: Meaning) -> Iterator[Line]:
    kind = " ".join(filter(None, (meaning.severity, meaning.kind.subject)))
    yield ((meaning.code, Style.STRONG), f"   {kind}")
    yield (_STEP, meaning.sentence)
    if meaning.grade:
        yield (_STEP, f"{meaning.grade}: {meaning.source}" if meaning.source else meaning.grade)
    if meaning.remedy:
        yield ("what helps",)
        yield (_STEP, meaning.remedy)
    if meaning.steps:
        yield ("by hand",)
        yield from ((_STEP, f"{n}. {step}") for n, step in enumerate(meaning.steps, start=1))
    if meaning.example:
        for title, text in zip(("wrong", "right"), meaning.example, strict=True):
            yield (title,)
            yield from ((_STEP, line) for line in text.splitlines())
    if meaning.code in LINT:
        yield ("to ignore it",)
        yield (_STEP, f"# reconciler: ignore[{meaning.code}] and the reason, on its line")
        yield (_STEP, f"lint: {{ignore: [{meaning.code}]}} in {PROJECT_FILE}")
