"""Figures, defined once: facts, measures, questions and their answers.

Apps register facts (flat rows drawn from their records), dimensions and measures; whoever wants a figure
asks a `Question` and gets an `Answer` with its base, its coverage and the way to the records behind it.
Nothing here writes a record, and no figure leaves it that the viewer could not have counted by hand.
"""
