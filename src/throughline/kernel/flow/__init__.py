"""States and transitions as data: who may take a record on, who may not because they wrote it, what is asked for.

A flow never writes a record's content; it moves the record from one state to the next.
"""
