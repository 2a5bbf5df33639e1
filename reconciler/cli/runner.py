"""Who runs this: the name that the journal and the leases keep."""

import getpass
from collections.abc import Mapping

# Where a CI system says who it is, and which job this is: the first that is set counts.
_JOBS = ("GITHUB_RUN_ID", "CI_JOB_ID", "BITBUCKET_BUILD_NUMBER", "BUILD_TAG")


def user_name(environ: Mapping[str, str]) -> str:
    """Return the user, and the CI job where there is one."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "unknown"
    job = next((f"{name}={environ[name]}" for name in _JOBS if environ.get(name)), None)
    return f"{user} ({job})" if job else user
