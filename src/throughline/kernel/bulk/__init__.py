"""Changing or moving on many records of one noun at once: seen before it is done, all or nothing, undone as a whole.

It has no rules and no rights of its own: each record goes through its noun's own change verb, or through its flow.
"""
