"""A manifest made or edited so that it says what is live."""
