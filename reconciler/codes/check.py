"""The checks of `doctor`: what each one asks, and what helps where the answer is a bad one."""

from reconciler.codes.known_code import KnownCode
from reconciler.diagnostics import Confidence, Severity

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class CheckCode(KnownCode):
    """A check; its severity is that of the worst it can find. The rows are in the order of looking.

    The remedy is the general one: a result that knows more says more.
    """

    PROJECT_FILE = (
        "project-file",
        _ERROR,
        "can the project file be read, and which environment does it select?",
        "correct what is named in the project file",
    )
    VERSIONS = (
        "versions",
        _INFO,
        "which versions of the program, of Python and of the HTTP library run here?",
    )
    VARIABLES = (
        "variables",
        _ERROR,
        "are the variables set that the environment needs? Values are never shown",
        "set the variable where reconciler is started",
    )
    LITERAL_SECRET = (
        "literal-secret",
        _WARNING,
        "is a secret written in the project file, rather than the name of its variable?",
        "write ${NAME} in its place, set NAME where reconciler is started, and make a new token",
    )
    MANIFESTS = (
        "manifests",
        _WARNING,
        "are the manifests without errors? Only their names and bindings matter here",
        "reconciler validate shows what is wrong in them",
    )
    FILE_MODES = (
        "file-modes",
        _ERROR,
        "can others write the project file, or read or write the journal and what is beside it?",
        "take the right away with chmod",
    )
    GIT_IGNORE = (
        "git-ignore",
        _WARNING,
        "is .reconciler left out of git? A journal that is checked out forgets what was sent",
        "take it out of git's index, and write a line .reconciler/ into .gitignore",
    )
    JOURNAL = (
        "journal",
        _ERROR,
        "can the journal be reached, and is it in the format of this version?",
        "check `journal` in the project file, and that its file or server can be reached",
    )
    FACTS = (
        "facts",
        _ERROR,
        "what did a probe observe of the API here, and when? See facts.yaml",
        "probe again, on an empty import source",
    )
    BASE_URL = (
        "base-url",
        _ERROR,
        "does the kind of base URL take the kind of credential?",
        "see the base URLs and credentials that are known to go together",
        Confidence.DOCUMENTED,
    )
    TOKEN_END = (
        "token-end",
        _ERROR,
        "when does a credential end, as far as it says so itself?",
        "make a new token",
        Confidence.DOCUMENTED,
    )
    CONNECTION = (
        "connection",
        _ERROR,
        "which proxy and which certificates are used, and does a connection come about?",
        "check SSL_CERT_FILE, SSL_CERT_DIR and the proxy variables",
    )
    BINDING = (
        "binding",
        _ERROR,
        "is the source bound to one import source, which is there and which its token is for?",
        "check importSourceId, workspaceId and the token of the source",
    )
    CREDENTIAL = (
        "credential",
        _ERROR,
        "is the credential of the source accepted, and what does it lead to?",
        "check the token: it may be wrong, at its end, or replaced by a newer one",
    )
    SOURCE_KIND = (
        "source-kind",
        _ERROR,
        "is it an external import? Only those take a schema and mapping",
        "bind the id of a source of the kind that Assets calls External import",
        Confidence.DOCUMENTED,
    )
    SOURCE_STATUS = (
        "source-status",
        _ERROR,
        "is the source enabled, idle and valid?",
        "see the import settings of its object schema in Assets",
        Confidence.DOCUMENTED,
    )
    SCHEMA_CREDENTIAL = (
        "schema-credential",
        _ERROR,
        "is schemaAuth accepted, and does its account manage the object schemas of the sources?",
        "let the account of schemaAuth manage the object schema",
        Confidence.INFERRED,
    )
    UNEXPECTED_ANSWER = (
        "unexpected-answer",
        _WARNING,
        "do the answers hold anything that is neither documented nor known from records?",
        "nothing here: it is read as far as it is known; please report it",
    )
    CLOCK = (
        "clock",
        _WARNING,
        "does the clock of this machine agree with the API's?",
        "set the clock of this machine, by NTP",
    )
    RATE_LIMIT = (
        "rate-limit",
        _WARNING,
        "which rate limit does the API report?",
        "lower policy.requestsPerMinute, or wait",
        Confidence.REPORTED,
    )
