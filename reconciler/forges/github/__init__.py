"""GitHub: pull requests, issues, and the repository of both."""
