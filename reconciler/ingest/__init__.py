"""Data executions: root entries to chunks, sending them, and following imports to their end."""
