"""The rules of findings: one for each code, with its meaning and the remedy."""

from collections.abc import Iterable

from reconciler.codes.known_code import title
from reconciler.planning.catalogue import PAGE, meanings
from reconciler.render.ci.finding import Level, ReviewFinding
from reconciler.value import Value

_MOST_REMEDIES = 10
_DISTRIBUTION = "assets-reconciler"


class FindingRule(Value):
    """What the findings of one code have in common; `level` is that of the gravest finding.

    `page` is the URL of its meaning, None where nothing says where the documentation is.
    """

    code: str
    level: Level
    text: str
    help: str
    page: str | None


def rules_of(
    findings: Iterable[ReviewFinding], documentation: str | None = None
) -> tuple[FindingRule, ...]:
    """Return the rules of *findings*, by code; *documentation* is the URL of the folder docs."""
    by_code: dict[str, list[ReviewFinding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return tuple(_rule(code, by_code[code], documentation) for code in sorted(by_code))


def documentation_url() -> str | None:
    """Return the URL of the folder docs that the package states, None if it states none."""
    from importlib.metadata import PackageNotFoundError, metadata  # noqa: PLC0415 - SARIF alone

    try:
        stated = metadata(_DISTRIBUTION).get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    return dict(each.split(", ", 1) for each in stated).get("Documentation")


def _rule(code: str, findings: list[ReviewFinding], documentation: str | None) -> FindingRule:
    known = next(iter(meanings(code)), None)
    text = known.title if known else title(code)
    steps = known.steps if known else ()
    remedies = list(dict.fromkeys(f.help for f in findings if f.help))[:_MOST_REMEDIES]
    return FindingRule(
        code=code,
        level=min((f.level for f in findings), key=tuple(Level).index),
        text=text,
        help="\n".join((text, *steps, *remedies)),
        page=f"{documentation.rstrip('/')}{PAGE.removeprefix('docs')}#{code.lower()}"
        if documentation and known
        else None,
    )
