"""The connection that stands where the code stands.

A cursor is handed out only after the session was told for whom it reads, in one short statement, and only when that
changed. What a session was told lies in the transaction it was told in: after a rollback it is told again.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base
from psycopg import sql
from psycopg.errors import InvalidParameterValue
from psycopg.pq import TransactionStatus

from throughline.kernel.access.standing import wanted

ROLE = "throughline_viewer"
UNKNOWN = object()
WHOLE = "RESET ROLE; RESET throughline.tokens"


class DatabaseWrapper(base.DatabaseWrapper):
    """A session that reads as somebody: the role that the wall binds, and the tokens that open it."""

    told: Any = UNKNOWN

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        # From the pool it may come as somebody else left it.
        self.told = UNKNOWN
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        if settings.THROUGHLINE_WALL:
            self.stand()
        return super().create_cursor(name)

    def stand(self) -> None:
        """Tell the session for whom it reads now, if it was told something else."""
        now = wanted()
        if now == self.told or self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        self.told = UNKNOWN
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            try:
                cursor.execute(told(now))
            except InvalidParameterValue as missing:
                words = "The database's own wall is not there yet (role throughline_viewer). Run: throughline migrate"
                raise ImproperlyConfigured(words) from missing
        self.told = now

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self.told = UNKNOWN

    def _rollback(self) -> Any:
        self.told = UNKNOWN
        return super()._rollback()  # type: ignore[misc]

    def _commit(self) -> Any:
        if self.connection is not None and self.connection.info.transaction_status == TransactionStatus.INERROR:
            self.told = UNKNOWN
        return super()._commit()  # type: ignore[misc]


def told(tokens: str | None) -> sql.Composable:
    """The statements that make a session read so. `SET` takes no snapshot, so it may stand before anything."""
    if tokens is None:
        return sql.SQL(WHOLE)
    return sql.SQL("SET ROLE {}; SET throughline.tokens = {}").format(sql.Identifier(ROLE), sql.Literal(tokens))
