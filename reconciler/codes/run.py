"""Codes for remarks of a run about live, about the API's likely answers and about the journal."""

from reconciler.codes.known_code import DiagnosticCode
from reconciler.diagnostics import Confidence, Severity

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class RunCode(DiagnosticCode):
    """Remarks of plan, apply and drift beside the changes."""

    UNREADABLE_SOURCE = (
        "unreadable-source",
        _ERROR,
        "a source could not be read, so nothing is planned for it; the others are",
        "see what the API answered; plan again when it can be read",
    )
    OBJECT_SCHEMA_UNUSED = (
        "object-schema-unused",
        _WARNING,
        (
            "the object schema of a source could not be read with schemaAuth, or it is not known "
            "which it is: the plan is made as without the credential"
        ),
        "see why; the credential's owner must manage the object schema",
        None,
    )
    UNEXPECTED_ANSWER = (
        "unexpected-answer",
        _INFO,
        (
            "an answer of the API holds what is neither documented nor known from records; it is "
            "reported once for each kind, and no value is repeated"
        ),
        "nothing here: it was read as far as it is known; please report it",
        None,
    )
    IMPORT_RUNNING = (
        "import-running",
        _WARNING,
        "an import of the source is running, and what is live may change meanwhile",
        "nothing: apply waits for its end",
        None,
    )
    NOT_LOOKED_AT = (
        "not-looked-at",
        _INFO,
        (
            "an orphan may be what another source of the object schema has: only some of the "
            "sources were read"
        ),
        "plan all sources before it is deleted by hand",
        None,
    )
    WRITE_ONLY = (
        "write-only",
        _INFO,
        (
            "the API does not show icons' images and statuses, and nobody knows what was sent "
            "last: whether they differ is not known, and they are not sent"
        ),
        "plan and apply send them with --resend-write-only",
        None,
    )
    SCHEMA_OPERATIONS = (
        "schema-operations",
        _INFO,
        (
            "the plan changes the object schema through the companion API, as policy.schema "
            "allows: importsource cannot"
        ),
        "see what each requires and how it can be undone: reconciler explain PLAN SOURCE",
        None,
    )
    OVERWRITES_EDIT = (
        "overwrites-edit",
        _WARNING,
        "what a change sends overwrites an edit that was made in Assets since the base",
        "to keep the edit, write it into the manifest: reconciler pull SOURCE",
        None,
    )
    LOSES_NOTHING = (
        "loses-nothing",
        _WARNING,
        "--accept-loss names an address where the plan deletes nothing",
        "see whether it is done already, or written otherwise than in the plan",
        None,
    )
    TRAVELS_ALONG = (
        "travels-along",
        _INFO,
        (
            "the body of an operation holds more than its changes: stubs that the API needs, whole "
            "mappings, and icons and statuses that something in it names"
        ),
        "see why each is there: reconciler explain PLAN SOURCE/operation",
        None,
    )
    PREDICTED_REFUSAL = (
        "predicted-refusal",
        _ERROR,
        (
            "the API will refuse an element of the body, so its source is blocked; with "
            "--allow-residual it is left out, and this is a warning"
        ),
        "see the API's code that stands beside it",
    )
    POSSIBLE_REFUSAL = (
        "possible-refusal",
        _WARNING,
        "the API may refuse the body; nobody has recorded when it does",
        "apply: if it is refused, nothing was changed",
        Confidence.UNKNOWN,
    )
    PROBABLE_RENAME = (
        "probable-rename",
        _WARNING,
        (
            "something is gone from live and something like it is new in the manifest; the API "
            "cannot rename, and nothing is guessed"
        ),
        "keep the name, rename it in Assets and pull, or accept a second one beside it",
        None,
    )
    JOURNAL_UNREADABLE = (
        "journal-unreadable",
        _WARNING,
        "the journal cannot be read, so what earlier runs did is not known",
        "see its URL in the project file, and its database",
        None,
    )
    BASE_IN_ERROR = (
        "base-in-error",
        _WARNING,
        "a manifest of the commit that --base names is in error, so its source has no base",
        "choose another commit, or do without",
        None,
    )
    NO_EARLIER_REPORT = (
        "no-earlier-report",
        _INFO,
        "the report that --since names does not exist yet, so all drift is new",
        "nothing, on the first run",
        None,
    )
    ID_WITHOUT_PREFIX = (
        "id-without-prefix",
        _INFO,
        (
            "live has elements whose external ids are without the environment's externalIdPrefix: "
            "pull leaves them out, for they are another environment's, or older than the prefix"
        ),
        "nothing, if they are another's; else take externalIdPrefix out of the environment",
        None,
    )
    MISSING_SHARD = (
        "missing-shard",
        _ERROR,
        "no report of a shard is among those that are merged: its sources are not judged",
        "see what became of its job",
    )
    EXCLUDES_NOTHING = (
        "excludes-nothing",
        _WARNING,
        "a name or glob of --exclude matches no source, so nothing is left out by it",
        "correct the name, or leave the option out",
        None,
    )
    MANIFEST_REMOVED = (
        "manifest-removed",
        _INFO,
        (
            "the commit of --changed-since has a manifest of a source that has none now: nothing "
            "is planned for it, and what is live stays"
        ),
        "nothing, or delete in Assets what is no longer wanted",
        None,
    )
    NOTHING_CHANGED = (
        "nothing-changed",
        _INFO,
        "no selected source has another document than in the commit of --changed-since",
        "nothing: there is nothing to do",
        None,
    )
