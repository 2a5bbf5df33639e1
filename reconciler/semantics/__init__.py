"""What the API does with a document, as pure functions and one table of capabilities.

Planner, emulator and documentation read the same rules from here (design.md#floors).
"""
