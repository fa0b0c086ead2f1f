"""Telling people: a notice in their inbox, and a mail that says no more than a mail may.

Both are rows written in the transaction of the verb that tells; the worker sends the mail after commit.
Nobody is told of a record they may not read.
"""
