"""COPYs that run beside the judging: while the database takes in one part of a file, the next is being looked at.

There is one connection, because there is one transaction. A thread sends what it is given, in order; Django's
own queries take their turn between two COPYs, by an execute wrapper, so that nobody else need know. Foreign keys
are checked at the end of each COPY instead of all together at commit: then that work, too, goes on beside ours.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Thread
from typing import Any

from django.db import connection

from throughline.kernel.copying import pieces

# Enough to keep the database busy, little enough to hold in memory.
MOST_WAITING = 12
# Python lets a thread wait five milliseconds for its turn; in that time the database takes in thirty rows.
TURN = 0.0005


class Stream:
    """What is still to be sent, and whose turn the connection is."""

    def __init__(self) -> None:
        self._driver: Any = connection.connection
        self._jobs: deque[tuple[str, str]] = deque()
        self._changed = Condition()
        self._sending = self._asked = self._over = False
        self._fault: BaseException | None = None
        self._thread = Thread(target=self._send, name="intake-copy", daemon=True)

    @classmethod
    @contextmanager
    def open(cls) -> Iterator["Stream"]:
        """A stream that is empty and closed when the block ends, however it ends."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        stream = cls()
        stream._thread.start()
        usual = sys.getswitchinterval()
        sys.setswitchinterval(TURN)
        try:
            with connection.execute_wrapper(stream._between):
                yield stream
                stream.drain()
        finally:
            sys.setswitchinterval(usual)
            stream._close()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def copy(self, into: str, text: str) -> None:
        """Hand over one COPY; waits when too much is waiting already. A fault of an earlier one shows here."""
        with self._changed:
            self._changed.wait_for(lambda: self._fault or len(self._jobs) < MOST_WAITING)
            self._check()
            self._jobs.append((into, text))
            self._changed.notify_all()

    def drain(self) -> None:
        """Wait until everything handed over is in the database: before a savepoint, and at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._fault or not (self._jobs or self._sending))
            self._check()

    def _between(self, execute: Callable[..., Any], *query: Any) -> Any:
        """Run a query of Django's while no COPY is under way."""
        with self._changed:
            self._asked = True
            try:
                self._changed.wait_for(lambda: not self._sending)
                self._check()
                return execute(*query)
            finally:
                self._asked = False
                self._changed.notify_all()

    def _check(self) -> None:
        if self._fault is not None:
            raise self._fault

    def _close(self) -> None:
        with self._changed:
            self._over = True
            self._jobs.clear()
            self._changed.notify_all()
        self._thread.join()

    def _send(self) -> None:
        """The thread: one COPY after the other, until the stream is closed or one of them fails."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._over or (self._jobs and not self._asked))
                if self._over:
                    return
                into, text = self._jobs.popleft()
                self._sending = True
                self._changed.notify_all()
            fault: BaseException | None = None
            try:
                with self._driver.cursor() as cursor, cursor.copy(into) as out:
                    for piece in pieces(text):
                        out.write(piece)
            except BaseException as caught:
                fault = caught
            with self._changed:
                self._sending, self._fault = False, fault
                self._changed.notify_all()
                if fault is not None:
                    return
