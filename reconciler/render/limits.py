"""The most that readers of Markdown take."""

# Characters of a comment on GitHub.
MARKDOWN = 65_536
# GitHub accepts 1 MiB per step, and a character may be three bytes.
SUMMARY = 300_000
