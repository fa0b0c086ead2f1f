"""Asking many authorities the same thing: questionnaires, rounds, returns and parts.

A subject declares what it asks (`registry.register(Asking(...))`) and what becomes of accepted answers;
everything between (the form, the drafts, the chasing, the checking) is done here, once. This part never
knows what a question means: it keeps answers by the question's place in the form and hands them on.
"""
