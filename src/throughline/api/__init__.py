"""The API: the same nouns, verbs and figures as the pages, for programs, with a key that acts as its owner.

Bodies come from the resources' declarations; the API has no rules of its own.
"""
