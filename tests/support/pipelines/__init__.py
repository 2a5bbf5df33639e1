"""The pipelines and pods of the documentation, run here."""
