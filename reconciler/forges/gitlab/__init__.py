"""GitLab: merge requests, issues, and the project of both."""
