"""Reports for continuous integration: findings, in the format that each system reads."""
