"""Documents of Jira: the Atlassian Document Format, built from nodes and never from Markdown."""
