"""Doors to training beyond the pages every noun has."""
