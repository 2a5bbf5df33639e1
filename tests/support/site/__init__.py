"""A whole simulated site: its network, its people, and the story that is played on it."""
