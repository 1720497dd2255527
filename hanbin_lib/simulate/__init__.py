"""Try things before they happen: the month, the sample, the shock and the plan; seeded, with intervals."""
