"""The calendar of training: what an address asks for, how it is drawn without a script, and calendar files."""
