"""What happened, when, by whom, why: an append-only chain of hashed entries, written by the verbs.

Nothing in the program, and no trigger-bound SQL, changes or removes an entry.
"""
