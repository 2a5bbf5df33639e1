"""Reads and writes facts.yaml, beside the project file: what `reconciler probe` observed.

It has a section for each site, since environments may be on different ones. A site is known by a
digest of its workspace, so that the file may be shown where the project file may not.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reconciler.codes.project import ProjectCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError
from reconciler.loopback import is_loopback
from reconciler.manifest.project.file import shape_faults
from reconciler.manifest.project.model import LOCAL, BackendKind, Project
from reconciler.manifest.text.file import read_text, shown_path
from reconciler.manifest.text.parser import Parsed, parse
from reconciler.manifest.wording import any_of, did_you_mean, quote
from reconciler.model.canonical import digest_bytes
from reconciler.semantics.facts import NO_FACTS, Fact, Facts
from reconciler.semantics.questions import BY_NAME
from reconciler.value import Value, field

FACTS_FILE = "facts.yaml"
_DIGITS = 12


class SiteKind(StrEnum):
    """What answers as a site."""

    CLOUD = "cloud"
    EMULATOR = "emulator"


class KnownSite(Value):
    """The site of an environment, as facts.yaml knows it."""

    key: str
    kind: SiteKind


class SiteFacts(Value):
    """What is known of one site."""

    kind: SiteKind
    facts: Facts


class FactsFile(Value):
    """What facts.yaml holds, by the key of each site, and the warnings about it.

    One that `is_manifest` is that of a source called so, and holds no facts.
    """

    sites: Mapping[str, SiteFacts] = field(default_factory=dict)
    is_manifest: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()

    def of(self, site: KnownSite | None) -> Facts:
        """Return what is known of *site*; of the emulator in process, what is of the one cloud."""
        if site is None:
            return NO_FACTS
        if (known := self.sites.get(site.key)) is not None:
            return known.facts
        clouds = [each.facts for each in self.sites.values() if each.kind is SiteKind.CLOUD]
        return clouds[0] if site == EMBEDDED and len(clouds) == 1 else NO_FACTS


NO_FILE = FactsFile()


def site_of(project: Project, workspace_id: str | None = None) -> KnownSite | None:
    """Return the site of the project's environment, whose workspace is the one that is written.

    *workspace_id* is the one that a token leads to. None if neither is known: what works offline
    needs no variable.
    """
    environment = project.environment
    if environment.backend is BackendKind.EMBEDDED:
        return EMBEDDED
    url, written = environment.base_url.known(project.variables), environment.workspace_id
    if workspace_id is None and written is not None:
        workspace_id = written.known(project.variables)
    if workspace_id is None or url is None:
        return None
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    return _site(SiteKind.EMULATOR if is_loopback(host) else SiteKind.CLOUD, workspace_id)


def _site(kind: SiteKind, workspace_id: str) -> KnownSite:
    digest = digest_bytes(f"{kind} {workspace_id}".encode()).rpartition(":")[2]
    return KnownSite(key=digest[:_DIGITS], kind=kind)


EMBEDDED = _site(SiteKind.EMULATOR, LOCAL)


def load_facts(root: Path) -> FactsFile:
    """Return what the facts.yaml in *root* holds, nothing if there is none.

    A question or an outcome that this version does not know is a warning, and left out. Raises
    ManifestError with every fault of a file that is none of the kind.
    """
    path = root / FACTS_FILE
    if not path.exists():
        return NO_FILE
    file = shown_path(path)
    parsed = parse(read_text(path, file=file), file=file)
    if isinstance(parsed.value, Mapping) and "schema" in parsed.value:
        return FactsFile(is_manifest=True)
    found = [*parsed.faults, *([] if parsed.faults else shape_faults("facts", parsed, file))]
    if found:
        raise ManifestError(found)
    warnings: list[Diagnostic] = []
    sites = {
        key: SiteFacts(
            kind=SiteKind(raw["kind"]), facts=dict(_facts(key, raw, parsed, file, warnings))
        )
        for key, raw in parsed.value["sites"].items()
    }
    return FactsFile(sites=sites, diagnostics=tuple(warnings))


def facts_diagnostics(root: Path) -> tuple[Diagnostic, ...]:
    """Return everything that is wrong with the facts.yaml in *root*."""
    try:
        return load_facts(root).diagnostics
    except ManifestError as error:
        return error.diagnostics


def _facts(
    key: str, raw: Mapping[str, Any], parsed: Parsed, file: str, warnings: list[Diagnostic]
) -> Iterator[tuple[str, Fact]]:
    for name, each in raw["facts"].items():
        at = ("sites", key, "facts", name)
        question, said = BY_NAME.get(name), each["outcome"]
        if question is None:
            text, place = f"{quote(name)} is not a question", parsed.places.of_key(at)
            hint = did_you_mean(name, BY_NAME)
        elif said not in question.outcomes:
            place = parsed.places.of((*at, "outcome"))
            text = f"{quote(said)} is not an outcome of {name}"
            hint = f"it is {any_of(question.outcomes)}"
        elif not _is_day(each["observed"]):
            place, hint = parsed.places.of((*at, "observed")), None
            text = f"{quote(each['observed'])} is not a day of the calendar"
        else:
            yield name, Fact(outcome=said, observed=each["observed"], version=each["version"])
            continue
        warnings.append(
            ProjectCode.UNKNOWN_FACT.diagnostic(
                f"{text}: it is left out", file=file, place=place, hint=hint
            )
        )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def with_facts(file: FactsFile, site: KnownSite, facts: Facts) -> FactsFile:
    """Return *file* with *facts* of *site*, beside what else is known of it."""
    known = file.sites.get(site.key)
    together = {**(known.facts if known else {}), **facts}
    return FactsFile(sites={**file.sites, site.key: SiteFacts(kind=site.kind, facts=together)})
