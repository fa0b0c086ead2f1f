"""Reference data: jurisdictions with their footnotes, scopes, organisations, networks, programmes, taxonomies.

Users edit all of it; code holds none of it. Nothing here is ever deleted: it ends on a day, and what
was recorded before keeps it.
"""
