"""Recordings of commands: made, and run again."""
