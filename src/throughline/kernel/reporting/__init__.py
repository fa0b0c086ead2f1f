"""Documents: blocks of plain data, built from measures, frozen as a snapshot, signed off, rendered in five formats.

Renderers ask nobody anything: they get the snapshot and no live object, and fetch nothing from outside.
"""
