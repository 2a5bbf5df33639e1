"""Codes for faults of the project file and of its entries for sources."""

from reconciler.codes.known_code import DiagnosticCode
from reconciler.diagnostics import Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING


class ProjectCode(DiagnosticCode):
    """Faults of reconciler.yaml, of its variables and of its bindings."""

    MISNAMED_PROJECT_FILE = (
        "misnamed-project-file",
        _WARNING,
        "a file is named almost like the project file, and is not read",
        "name it reconciler.yaml",
        None,
    )
    UNKNOWN_ENVIRONMENT = (
        "unknown-environment",
        _ERROR,
        "defaultEnvironment names an environment that the project file does not have",
        "correct the name, or add the environment",
    )
    BASE_URL = (
        "base-url",
        _ERROR,
        "a baseUrl is no URL that a token may be sent to",
        "write an https URL without user, query or fragment; http is for loopback only",
    )
    NO_SUCH_DAY = (
        "no-such-day",
        _ERROR,
        "an acknowledgement of drift expires on a day that the calendar does not have",
        "write an existing day as YYYY-MM-DD",
    )
    BAD_OVERLAYS = (
        "bad-overlays",
        _ERROR,
        "the overlays of an environment are not there, or one is of no source or not the only one",
        "an overlay is OVERLAYS/SOURCE.yaml, in the folder that overlays: names",
    )
    BAD_GLOB = (
        "bad-glob",
        _ERROR,
        "an entry under manifests: is neither a relative glob nor a file that exists",
        "write a path or a glob relative to the project file",
    )
    BAD_LINT = (
        "bad-lint",
        _ERROR,
        "lint: names a code of no warning about files, or one that it ignores as an error, too",
        "name codes of warnings, each in one of its lists",
    )
    BAD_VARIABLE = (
        "bad-variable",
        _ERROR,
        "${ stands in a text without a name and a closing brace after it",
        "write ${NAME} or ${NAME:-default}",
    )
    UNSET_VARIABLE = (
        "unset-variable",
        _ERROR,
        "an environment variable that is needed is not set, and has no default",
        "set it; what is no secret may have a default: ${NAME:-…}",
    )
    EMPTY_VALUE = (
        "empty-value",
        _ERROR,
        "a value is empty once its variables are filled in",
        "set the variable to something, or leave the key out",
    )
    BAD_SECRET = (
        "bad-secret",
        _ERROR,
        "a secret is empty, or holds a line break or another control character",
        "see how the variable is set: a secret is one line without a newline at its end",
    )
    LITERAL_SECRET = (
        "literal-secret",
        _WARNING,
        "a secret is written in the project file, where whoever reads the repository has it",
        "write ${NAME} in its place, set NAME where reconciler is started, and make a new token",
        None,
    )
    BAD_SCHEMA_AUTH = (
        "bad-schema-auth",
        _ERROR,
        "schemaAuth is not one of bearer, basic and, with the emulator in process, embedded",
        "write schemaAuth: {basic: {email: …, token: …}}, or schemaAuth: embedded",
    )
    SCHEMA_POLICY_UNUSED = (
        "schema-policy-unused",
        _WARNING,
        "policy.schema allows schema operations, and the environment has no credential for them",
        "add schemaAuth to the environment, or take the allowance out of policy.schema",
        None,
    )
    BAD_RECORDING = (
        "bad-recording",
        _ERROR,
        "the file of backend: {replay: FILE} is no recording that this version can replay",
        "name a file that --record wrote, of the same major format",
    )
    UNKNOWN_FACT = (
        "unknown-fact",
        _WARNING,
        "facts.yaml has a question or an outcome that this version does not know",
        "bring reconciler up to date, or probe again",
        None,
    )
    UNKNOWN_SOURCE = (
        "unknown-source",
        _WARNING,
        "an environment binds a source that no manifest defines",
        "correct the name of the source, or take the binding out",
        None,
    )
    UNBOUND_SOURCE = (
        "unbound-source",
        _ERROR,
        (
            "nothing says into which import source a manifest goes: neither the environment nor "
            "the manifest has its importSourceId, and a token shows it only where the project "
            "has one source; validate warns, and whatever would ask the API refuses"
        ),
        "bind it: environments: ENV: sources: SOURCE: {importSourceId: …}",
    )
    FOREIGN_TOKEN = (
        "foreign-token",
        _ERROR,
        "a token belongs to another import source or workspace than the one that is bound",
        "use the token of that import source, or correct the binding",
    )
    DUPLICATE_IMPORT_SOURCE_ID = (
        "duplicate-import-source-id",
        _ERROR,
        (
            "two sources have the same importSourceId, written or found by a token: each apply "
            "would undo the other's"
        ),
        "an import source has one mapping: give each its own, or make one manifest of both",
    )
