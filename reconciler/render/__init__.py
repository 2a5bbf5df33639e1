"""Renders values as text: one module per output format or subject.

Nothing is decided here. Plain text is the same bytes everywhere; colour and redrawing are for
a person on a terminal (`terminal`).
"""
