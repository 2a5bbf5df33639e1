"""The project by itself: its file, the variables and secrets it needs, manifests and journal."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from reconciler.app.project import journal_url_of, write_manifest, write_project_file
from reconciler.codes.check import CheckCode
from reconciler.command_line import command_line
from reconciler.diagnostics import errors_in
from reconciler.errors import JournalError, ManifestError
from reconciler.manifest.load import Loaded
from reconciler.manifest.project.bindings import written_ids
from reconciler.manifest.project.file import misnamed_project_files
from reconciler.manifest.project.model import Auth, BackendKind, Project
from reconciler.manifest.project.variables import Secret, Template
from reconciler.model.display import count
from reconciler.model.policy import Permission
from reconciler.outcome.diagnosis import CheckLevel, CheckResult, result
from reconciler.value import field_names


def project_file(project: Project) -> Iterator[CheckResult]:
    """Yield where the project file is, and what it is mistaken for."""
    environment = project.environment
    selected = f"environment {environment.name} ({environment.backend})"
    if project.path is None:
        text = f"there is no project file: {selected} is the emulator in process"
        yield result(CheckCode.PROJECT_FILE, CheckLevel.WARN, text, write_project_file())
    else:
        yield result(CheckCode.PROJECT_FILE, CheckLevel.OK, f"{project.path}, {selected}")
    for path in misnamed_project_files(project):
        text = f"{path} is not read: the project file is called reconciler.yaml"
        yield result(CheckCode.PROJECT_FILE, CheckLevel.WARN, text, f"rename or remove {path}")


def found_in_file(
    check: CheckCode, level: CheckLevel, error: ManifestError
) -> Iterator[CheckResult]:
    """Yield each fault of *error* as a result of *check*."""
    for each in errors_in(error.diagnostics):
        text = f"{each.place}: {each.text}" if each.place else each.text
        yield result(check, level, text, each.hint)


class Needs:
    """The templates and the secrets of an environment that requests for the *names* need."""

    def __init__(self, project: Project, names: Sequence[str], loaded: Loaded) -> None:
        """Collect them; embedded needs nothing but the journal."""
        environment = project.environment
        self.templates: list[Template] = [project.journal]
        self.auths: dict[str, Auth] = {}
        self.schema_auth: Auth | None = None
        self._variables = project.variables
        if environment.backend is BackendKind.EMBEDDED:
            return
        schema_auth = environment.schema_auth
        written = written_ids(project, loaded)
        own = None if schema_auth is None else schema_auth.base_url
        some = (environment.base_url, environment.workspace_id, own, *map(written.get, names))
        self.templates += [each for each in some if each is not None]
        self.auths = {name: auth for name in names if (auth := environment.auth_of(name))}
        self.schema_auth = None if schema_auth is None else schema_auth.auth

    @property
    def tokens(self) -> tuple[Secret, ...]:
        """The tokens of all credentials, each once."""
        every = (each for a in self._every for each in (a.bearer, a.basic_token) if each)
        return tuple(dict.fromkeys(every))

    @property
    def has_literal(self) -> bool:
        """Whether a token is written in the project file itself; an e-mail address is none."""
        return not all(each.variables for each in self.tokens)

    @property
    def _every(self) -> tuple[Auth, ...]:
        return (*self.auths.values(), *([self.schema_auth] if self.schema_auth else []))

    def results(self) -> Iterator[CheckResult]:
        """Yield which variables are set, and what cannot be filled in; never a value."""
        emails = (each.basic_email for each in self._every if each.basic_email)
        secrets = tuple(dict.fromkeys((*self.tokens, *emails)))
        names = {name for each in self.templates for name in each.variables}
        names |= {name for each in secrets for name in each.variables}
        if found := sorted(name for name in names if self._variables.get(name)):
            text = f"{', '.join(found)} {'is' if len(found) == 1 else 'are'} set"
            yield result(CheckCode.VARIABLES, CheckLevel.OK, text)
        faults = [
            *_faults(partial(t.resolve, self._variables) for t in self.templates),
            *_faults(partial(s.resolve, self._variables) for s in secrets),
        ]
        yield from dict.fromkeys(faults)
        if not names:
            yield result(CheckCode.VARIABLES, CheckLevel.OK, "the environment needs no variable")


def _faults(fillings: Iterable[Callable[[], str]]) -> Iterator[CheckResult]:
    for fill in fillings:
        try:
            fill()
        except ManifestError as error:
            for each in error.diagnostics:
                text = f"{each.place}: {each.text}" if each.place else each.text
                yield result(CheckCode.VARIABLES, CheckLevel.FAIL, text, each.hint)


def literal_secret(project: Project) -> CheckResult:
    """Return that a token is written in the project file."""
    text = f"a token is written in {project.path} itself"
    return result(CheckCode.LITERAL_SECRET, CheckLevel.WARN, text)


def manifests(loaded: Loaded) -> CheckResult:
    """Return how many manifests there are, and how many of them are in error."""
    found, faulty = len(loaded.manifests), len(loaded.faulty)
    if faulty:
        text = f"{count(faulty, 'manifest is', 'manifests are')} in error, {found} are not"
        return result(CheckCode.MANIFESTS, CheckLevel.FAIL, text, command_line("validate"))
    if not found:
        text = "there is no manifest"
        return result(CheckCode.MANIFESTS, CheckLevel.WARN, text, write_manifest())
    return result(CheckCode.MANIFESTS, CheckLevel.OK, count(found, "manifest"))


def journal(project: Project) -> CheckResult:
    """Return whether the journal can be reached, and in which format it is."""
    # Importing SQLAlchemy takes a while.
    from reconciler.journal.inspection import journal_format  # noqa: PLC0415

    try:
        found = journal_format(journal_url_of(project))
    except JournalError as error:
        return result(CheckCode.JOURNAL, CheckLevel.FAIL, str(error), error.hint)
    except ManifestError:  # a variable that is not set has its own result
        text = "the journal was not looked at: where it is says a variable that is not set"
        return result(
            CheckCode.JOURNAL, CheckLevel.FAIL, text, "set the variable that is named above"
        )
    if found is None:
        return result(
            CheckCode.JOURNAL, CheckLevel.OK, "there is no journal yet: the first run makes it"
        )
    return result(CheckCode.JOURNAL, CheckLevel.OK, f"the journal can be read, format {found}")


def no_schema_auth(project: Project) -> CheckResult:
    """Return what the environment does without: it has no schemaAuth."""
    policy = project.policy.schema
    allowed = [n for n in field_names(type(policy)) if getattr(policy, n) is Permission.ALLOW]
    if allowed:
        text = "policy.schema allows schema operations, and the environment has no schemaAuth"
        remedy = "add schemaAuth: {basic: {email: …, token: …}} to it, or deny them"
        return result(CheckCode.SCHEMA_CREDENTIAL, CheckLevel.WARN, text, remedy)
    text = "no schemaAuth: object schemas are not read, and no schema operation is planned"
    return result(CheckCode.SCHEMA_CREDENTIAL, CheckLevel.OK, text)
