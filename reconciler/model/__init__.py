"""Schema and mapping as frozen values, their identity, and what GET does to them."""
