"""The line of sight: what a record came from and what it led to, by typed links between any two records.

A line shows a viewer only what they may read, and says nothing about the rest, not even that it is there.
"""
