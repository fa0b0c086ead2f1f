"""The demonstration: one programme whose illustrative incidents add up to the published figures.

`generator` makes the incidents from tables of published and chosen totals (`data/`), the same ones each
time, without Django and without a name of any person. `services` loads them, with accounts to try the
program as. Nothing here is ever a record of something that happened, and every record says so.
"""
