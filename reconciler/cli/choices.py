"""What options may be, for `--help`: it does not import the enums and tables that have them.

tests/repository/test_options.py compares both.
"""

AGAINST = ("live", "last")
DATA_FORMATS = ("json", "ndjson", "csv", "yaml")
FORGES = ("github", "gitlab", "bitbucket")
LOCAL_WORKSPACE = "local"
RISKS = ("none", "review", "data")
SCHEMAS = (
    "answer",
    "apply-event",
    "apply-report",
    "doctor",
    "drift",
    "facts",
    "history",
    "imports",
    "ingestion",
    "manifest",
    "overlay",
    "payload-2021-09-15",
    "payload-2023-10-19",
    "plan",
    "preview",
    "probe",
    "project",
    "pull",
    "render",
    "status",
    "unlock",
    "validation",
)
TRACKERS = ("github", "gitlab", "jira")
