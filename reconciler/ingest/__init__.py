"""Data files to root entries, streamed, and root entries to the chunks of an execution."""
