"""What facts.yaml knows of the site: how much, since when, and what is not as assumed."""

from collections.abc import Iterator
from datetime import date

from reconciler.app.doctor.project import found_in_file
from reconciler.codes.check import CheckCode
from reconciler.command_line import command_line
from reconciler.errors import ManifestError
from reconciler.manifest.project.facts import FACTS_FILE, FactsFile, KnownSite, load_facts, site_of
from reconciler.manifest.project.model import Project
from reconciler.model.display import count
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, result
from reconciler.semantics.facts import Facts, unexpected
from reconciler.semantics.questions import Question

# An API changes meanwhile.
_OLD_DAYS = 180
_MOST_NAMED = 3
_AGAIN = command_line("probe --i-know-this-writes SOURCE")


def facts(project: Project, today: date) -> Iterator[CheckResult]:
    """Yield what is known of the site of the environment, and whether it is old or another's."""
    try:
        file = load_facts(project.root)
    except ManifestError as error:
        yield from found_in_file(CheckCode.FACTS, CheckLevel.FAIL, error)
        return
    site = site_of(project)
    for each in file.diagnostics:
        yield result(CheckCode.FACTS, CheckLevel.WARN, f"{each.place}: {each.text}", each.hint)
    if not file.sites:
        text = f"no {FACTS_FILE}: what nobody has documented is assumed, and verified by reading"
        yield result(CheckCode.FACTS, CheckLevel.OK, text)
        return
    if known := file.of(site):
        yield _known(known, today)
    else:
        yield _of_others(file, site)


def _known(known: Facts, today: date) -> CheckResult:
    askable = sum(question.unasked is None for question in Question)
    oldest = min(fact.observed for fact in known.values())
    text = f"{len(known)} of {askable} facts known, observed {oldest}"
    if differing := unexpected(known):
        named = ", ".join(f"{each} is {known[each].outcome}" for each in differing[:_MOST_NAMED])
        more = len(differing) - _MOST_NAMED
        text += f"; {count(len(differing), 'differs', 'differ')} from what is assumed: {named}" + (
            f" and {more} more" if more > 0 else ""
        )
    age = (today - date.fromisoformat(oldest)).days
    if age > _OLD_DAYS:
        return result(CheckCode.FACTS, CheckLevel.WARN, f"{text}, {age} days ago", _AGAIN)
    return result(CheckCode.FACTS, CheckLevel.OK, text)


def _of_others(file: FactsFile, site: KnownSite | None) -> CheckResult:
    kinds = sorted({str(each.kind) for each in file.sites.values()})
    here = "its workspace is not known" if site is None else f"it has those of: {', '.join(kinds)}"
    text = f"{FACTS_FILE} has no facts of this site ({here})"
    return result(CheckCode.FACTS, CheckLevel.WARN, text, _AGAIN)
