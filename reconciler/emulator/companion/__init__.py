"""The companion API on the emulator's object schemas: what importsource cannot do.

Answers have the shapes of the OpenAPI document; what is known of their behaviour is in
api.md#companion-changes and the sections around it. `handlers` is the table of its operations.
"""
