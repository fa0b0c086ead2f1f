"""Keeping what a running backup still has to read: nothing is deleted from the data folder meanwhile.

Not a lock on writing: new files, new facts and new records come as ever. What would have been deleted stays behind
unreachable (content of a discarded file) or goes at the next turn (old facts).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Any number will do, as long as every process of the installation uses the same one.
LOCK = 7_311_904


@contextmanager
def pinned() -> Iterator[None]:
    """Hold the lock, shared, for as long as the backup runs; a process that dies lets it go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [LOCK])
    try:
        yield
    finally:
        if connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [LOCK])


@contextmanager
def deleting() -> Iterator[bool]:
    """Whether things may be deleted now; while the block runs, no backup begins."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        yield bool(cursor.fetchone()[0])
