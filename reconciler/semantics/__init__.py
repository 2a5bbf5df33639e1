"""What the API does with a document: pure functions and one table of capabilities.

Planner, emulator and documentation share these rules (design.md#floors).
"""
