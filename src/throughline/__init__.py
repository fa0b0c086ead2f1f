"""Throughline: one line of sight from evidence to action to result."""
