"""Plans as Markdown, for the comments of pull requests."""
