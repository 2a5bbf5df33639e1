"""Codes for files of the project: a missing file, its text, its JSON Schema."""

from reconciler.codes.known_code import DiagnosticCode
from reconciler.diagnostics import Severity

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class FileCode(DiagnosticCode):
    """Faults of a manifest or a project file that do not depend on its meaning."""

    NO_SUCH_FILE = (
        "no-such-file",
        _ERROR,
        "a file that was named, or that is to be read, does not exist",
        "check the path; it is taken from the working directory, or from --chdir",
    )
    NOT_A_FILE = (
        "not-a-file",
        _ERROR,
        "what was named as a file is a directory, a device or a pipe",
        "name a regular file; a stream goes to standard input, where - stands for it",
    )
    UNREADABLE_FILE = (
        "unreadable-file",
        _ERROR,
        "the operating system refuses to open a file or to list a directory",
        "see its permissions",
    )
    TOO_LARGE = (
        "too-large",
        _ERROR,
        "a file is larger than any that is read as a whole",
        "data files are named on the command line of preview and ingest, not among manifests",
    )
    EMPTY_FILE = (
        "empty-file",
        _ERROR,
        "a file holds nothing but white space or comments",
        "write the document, or delete the file",
    )
    NEAR_MISS = (
        "near-miss",
        _WARNING,
        "a file was probably meant to be a manifest, and is not read as one",
        "write what the sentence names; or move the file elsewhere, if it is something else",
        None,
    )
    NOT_A_MANIFEST = (
        "not-a-manifest",
        _WARNING,
        "a file was named that is no manifest; an error where no manifest was named beside it",
        "name manifests, or none: then those of the project are taken",
        None,
    )
    NO_MANIFEST = (
        "no-manifest",
        _ERROR,
        "there is no manifest where they are looked for",
        "write one beside reconciler.yaml, or name its directory with --chdir",
    )
    NOT_UTF8 = (
        "not-utf8",
        _ERROR,
        "a file is not encoded as UTF-8",
        "save it as UTF-8",
    )
    JSON_SYNTAX = (
        "json-syntax",
        _ERROR,
        "a file whose name ends in .json is not valid JSON",
        "correct it at the place that is named",
    )
    YAML_SYNTAX = (
        "yaml-syntax",
        _ERROR,
        "a file is not valid YAML 1.2",
        (
            "correct it at the place that is named; indent with spaces, and quote text that begins "
            "with a special character"
        ),
    )
    MULTIPLE_DOCUMENTS = (
        "multiple-documents",
        _ERROR,
        "a YAML file holds more than one document, divided by ---",
        "write each into a file of its own",
    )
    YAML_TAG = (
        "yaml-tag",
        _ERROR,
        "a YAML value has a tag such as !!binary or !env, which JSON has no form for",
        "write the value without a tag",
    )
    ALIAS_EXPANSION = (
        "alias-expansion",
        _ERROR,
        "the aliases of a YAML file expand to more than can be read",
        "write the repeated parts out",
    )
    MERGE_KEY = (
        "merge-key",
        _ERROR,
        "a YAML file uses the merge key <<, which is not part of YAML 1.2",
        "write the keys out",
    )
    TOO_DEEP = (
        "too-deep",
        _ERROR,
        "lists and objects are nested deeper than any document of the API",
        "look for an alias that holds itself, or for data in place of a manifest",
    )
    DUPLICATE_KEY = (
        "duplicate-key",
        _ERROR,
        "an object has the same key twice, and one of the two values would be lost",
        "keep one of them",
    )
    KEY_NOT_TEXT = (
        "key-not-text",
        _ERROR,
        "the key of an object is a number, a boolean, null, a list or an object",
        "quote it",
    )
    NUMBER_RANGE = (
        "number-range",
        _ERROR,
        "a number is infinite, not a number, or does not fit into 64 bits",
        "quote it, if it is text; else write a number that JSON can hold",
    )
    HALF_SURROGATE = (
        "half-surrogate",
        _ERROR,
        "a text holds one half of a surrogate pair, which UTF-8 cannot hold",
        "write the whole character",
    )

    SCHEMA = (
        "schema",
        _ERROR,
        "a value breaks the JSON Schema of its file in a way that has no code of its own",
        "compare with reconciler schema manifest, or schema project",
    )
    MISSING_KEY = (
        "missing-key",
        _ERROR,
        "an object lacks a key that its JSON Schema requires",
        "add the key; look for a misspelt one beside it",
    )
    UNKNOWN_KEY = (
        "unknown-key",
        _WARNING,
        (
            "an object has a key that nothing knows: in the project file an error, in a manifest a "
            "warning, for the API passes over it in silence"
        ),
        "correct its spelling, or take it out",
        None,
    )
    WRONG_TYPE = (
        "wrong-type",
        _ERROR,
        "a value is of another type than its JSON Schema asks for",
        "write a value of the type that is named; quote what shall be text",
    )
    UNKNOWN_VALUE = (
        "unknown-value",
        _ERROR,
        "a value is none of those that its key takes",
        "choose one of those that are listed",
    )
    DUPLICATE_VALUE = (
        "duplicate-value",
        _ERROR,
        "a list names something twice that it may name once",
        "keep one of them",
    )
    TOO_FEW = (
        "too-few",
        _ERROR,
        "a list or an object has fewer entries than it must have",
        "add what is missing, or leave the key out",
    )
    TOO_MANY = (
        "too-many",
        _ERROR,
        "an object has more entries than it may have",
        "keep as many as are allowed",
    )
    WRONG_LENGTH = (
        "wrong-length",
        _ERROR,
        "a text is shorter or longer than it may be",
        "write a text within the limits",
    )
    OUT_OF_RANGE = (
        "out-of-range",
        _ERROR,
        "a number is smaller or larger than it may be",
        "write a number within the limits",
    )
    WRONG_CHARACTERS = (
        "wrong-characters",
        _ERROR,
        "a text has characters that are not allowed where it stands",
        "write it with those that are allowed",
    )

    BAD_IGNORE = (
        "bad-ignore",
        _WARNING,
        "a comment for reconciler is none that it knows, or ignores what cannot be ignored",
        "write # reconciler: ignore[CODE] and the reason, with the code of a warning",
        None,
    )
    UNUSED_IGNORE = (
        "unused-ignore",
        _WARNING,
        "an entry of lint: ignore, or a comment, ignores a code that nothing it is about has",
        "take it out: the next fault of that code would go unseen",
        None,
    )
    IGNORE_WITHOUT_REASON = (
        "ignore-without-reason",
        _INFO,
        "a comment ignores a warning and does not say why",
        "write the reason behind it: # reconciler: ignore[CODE] reason",
        None,
    )
