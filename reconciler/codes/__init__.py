"""The codes of diagnostics and errors, with their meaning."""
