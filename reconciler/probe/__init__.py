"""Asks a site the open questions: small writes to an empty import source, and what came of them."""
