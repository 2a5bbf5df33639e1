"""The interfaces to Assets that the core uses; `reconciler.assets` implements them over HTTP.

Every method raises the errors of `reconciler.errors` (BackendError and its
subclasses) and nothing else. Links in answers are followed, never built, and only to the configured
origin (api.md#links).
"""
