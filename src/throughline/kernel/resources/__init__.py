"""One declaration a noun: list, filters, detail, form, sheet, export, API bodies and search follow from it.

It never decides who sees a record and never writes one: it asks `visible` and calls the noun's verbs.
"""
