"""What the companion API makes of an object schema, as pure functions (api.md#companion-changes).

Each takes a document with the mapping of one source and returns another: elements are known by
external id, and mappings follow them. Planner and emulator share these functions, as they do the
rest of `semantics`.
"""
