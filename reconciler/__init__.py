"""Terraform for the import sources of Jira Service Management Assets."""

__version__ = "0.1.0"
