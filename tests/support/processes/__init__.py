"""Programs that tests start: ours, databases, browsers, terminals."""
