"""Plans, reports and results as values, for the tests of what is rendered."""
