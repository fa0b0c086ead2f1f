"""A Django cache in one table, for what all processes must count together: the rate limits of signing in, keys and codes.

Django's own database cache keeps pickles, which run as code when they are read; this one keeps JSON, counts in one statement
and never drops what has not ended (an attacker must not push out what is counted of them).
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.utils import timezone

TABLE = "upkeep_shared"
ALIVE = "(ends_at IS NULL OR ends_at > %s)"


class SharedCache(BaseCache):
    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def ends_at(self, timeout: Any) -> datetime | None:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return None if seconds is None else timezone.now() + timedelta(seconds=max(seconds, 0))

    def named(self, key: str, version: int | None) -> str:
        made = self.make_and_validate_key(key, version=version)
        return str(made)

    def run(self, statement: str, *values: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone() if cursor.description else cursor.rowcount

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        row = self.run(
            f"SELECT value FROM {TABLE} WHERE key = %s AND {ALIVE}",  # noqa: S608  reason: constants
            self.named(key, version),
            timezone.now(),
        )
        return default if row is None else _plain(row[0])

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self.run(
            f"INSERT INTO {TABLE} AS old (key, value, ends_at) VALUES (%s, %s::jsonb, %s) "  # noqa: S608  reason: constants
            "ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, ends_at = EXCLUDED.ends_at",
            self.named(key, version),
            json.dumps(value),
            self.ends_at(timeout),
        )

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Set it where there is none (or an ended one), in one statement: of two processes, one is told it did."""
        count = self.run(
            f"INSERT INTO {TABLE} AS old (key, value, ends_at) VALUES (%s, %s::jsonb, %s) "  # noqa: S608  reason: constants
            "ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, ends_at = EXCLUDED.ends_at WHERE old.ends_at <= %s",
            self.named(key, version),
            json.dumps(value),
            self.ends_at(timeout),
            timezone.now(),
        )
        return bool(count)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count, in one statement. ValueError where there is nothing to count on, as Django wants it."""
        row = self.run(
            f"UPDATE {TABLE} SET value = to_jsonb((value #>> '{{}}')::bigint + %s) "  # noqa: S608  reason: constants
            f"WHERE key = %s AND {ALIVE} RETURNING value",
            delta,
            self.named(key, version),
            timezone.now(),
        )
        if row is None:
            raise ValueError(f"Key {key!r} not found")
        return int(_plain(row[0]))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        count = self.run(
            f"UPDATE {TABLE} SET ends_at = %s WHERE key = %s AND {ALIVE}",  # noqa: S608  reason: constants
            self.ends_at(timeout),
            self.named(key, version),
            timezone.now(),
        )
        return bool(count)

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self.run(f"DELETE FROM {TABLE} WHERE key = %s", self.named(key, version)))  # noqa: S608  reason: constants

    def clear(self) -> None:
        self.run(f"DELETE FROM {TABLE}")  # noqa: S608  reason: constants

    def get_or_set(
        self, key: str, default: Any | Callable[[], Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> Any:
        found = self.get(key, None, version)
        if found is None:
            found = default() if callable(default) else default
            self.set(key, found, timeout, version)
        return found


def _plain(value: Any) -> Any:
    """JSON as the driver gives it: Django's own connection leaves it as text."""
    return json.loads(value) if isinstance(value, str | bytes) else value
