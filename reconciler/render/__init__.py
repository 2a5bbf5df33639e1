"""Values in, text out: one file per output format or subject.

Nothing is decided here. Plain text is the same bytes everywhere; colour and redrawing
only where a person watches (`terminal`).
"""
