"""What happened, when, by whom, why: an append-only chain of hashed entries, written by the verbs.

Nothing changes or removes an entry: the program has no way to, and the database refuses by trigger.
"""
