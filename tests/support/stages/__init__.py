"""Runs, sites and projects on which a test acts."""
