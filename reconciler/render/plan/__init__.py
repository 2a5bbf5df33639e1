"""Plans for people: `view` decides once what is shown, and every format prints it."""
