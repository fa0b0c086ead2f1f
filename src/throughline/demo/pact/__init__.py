"""The training programme of the demonstration: needs, a finished project whose totals were published, one under way."""
