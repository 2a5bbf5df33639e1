"""The rules of findings: one for each code, with its meaning and the remedy."""

from collections.abc import Iterable

from reconciler.codes.known_code import title
from reconciler.planning.catalogue import meanings
from reconciler.render.ci.finding import Level, ReviewFinding
from reconciler.value import Value

_MOST_REMEDIES = 10


class FindingRule(Value):
    """What the findings of one code have in common; `level` is that of the gravest finding."""

    code: str
    level: Level
    text: str
    help: str


def rules_of(findings: Iterable[ReviewFinding]) -> tuple[FindingRule, ...]:
    """Return the rules of *findings*, by code."""
    by_code: dict[str, list[ReviewFinding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return tuple(_rule(code, by_code[code]) for code in sorted(by_code))


def _rule(code: str, findings: list[ReviewFinding]) -> FindingRule:
    known = next(iter(meanings(code)), None)
    text = known.title if known else title(code)
    steps = known.steps if known else ()
    remedies = list(dict.fromkeys(f.help for f in findings if f.help))[:_MOST_REMEDIES]
    return FindingRule(
        code=code,
        level=min((f.level for f in findings), key=tuple(Level).index),
        text=text,
        help="\n".join((text, *steps, *remedies)),
    )
