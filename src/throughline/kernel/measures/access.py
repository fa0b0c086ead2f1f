"""The access predicate as the facts know it: the one place where it is written.

`kernel.access` compiles a record's owner, handling code and grants into an audience; a viewer reads exactly
the records whose audience lists one of their tokens. A property test draws random worlds and proves that this
predicate, `visible_to` and a plain reading of the rule agree.
"""

from collections.abc import Sequence

import ibis


def readable(rows: ibis.Table, audiences: Sequence[int]) -> ibis.Table:
    """Only the rows of records with one of these audiences: none, where there are none."""
    if not audiences:
        return rows.filter(ibis.literal(False))  # noqa: FBT003 - the literal is the value
    return rows.filter(rows.audience.isin(list(audiences)))


def without_closed(rows: ibis.Table, records: ibis.Table, audiences: Sequence[int]) -> ibis.Table:
    """Rows of an earlier version without those of records that are closed to the reader by now.

    What was open once may have been marked more narrowly since, and the rule of today is the one that holds.
    `records` is the fact of the records themselves in the version in force, under a name of its own.
    """
    closed = records.filter(~records.audience.isin(list(audiences)))
    return rows.anti_join(closed.select("record"), "record") if audiences else rows
