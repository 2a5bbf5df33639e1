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
    "manifest",
    "overlay",
    "payload-2021-09-15",
    "payload-2023-10-19",
    "plan",
    "preview",
    "probe",
    "project",
    "render",
    "validation",
)
TRACKERS = ("github", "gitlab", "jira")
