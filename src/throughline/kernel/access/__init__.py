"""May this person see it, or do that to it, and why: owners, handling codes and grants, compiled into audiences.

The rule stands here once. Nothing else decides who reads a record.
"""
