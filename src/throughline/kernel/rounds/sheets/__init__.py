"""The Excel file of a round: written for one return or part with what is answered so far, read back cell by cell.

The file carries, in a hidden sheet, whose it is, which edition it asks and what it said when it was written. So a
cell that nobody touched changes nothing, whatever has happened to the answers since; what was touched is judged by
the same validator as in the browser. It never writes: `services.apply` does, through the verbs of rounds.
"""
