"""Reports for continuous integration: the findings in the format of each system."""
