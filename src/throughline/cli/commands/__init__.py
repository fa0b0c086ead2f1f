"""One file for each command, or for the few that belong together."""
