"""Probe a site, with what a command of the project has."""
