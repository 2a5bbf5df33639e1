"""Plans for people: `view` decides once how a plan is told, and every format prints it."""
