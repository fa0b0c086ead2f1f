"""One description of a chart or map, drawn in the page, in a document, and as a table for those who do not see it.

It draws what it is given: it never asks a measure, reads a record or fetches anything from another host.
"""
