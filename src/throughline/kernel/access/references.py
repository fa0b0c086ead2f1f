"""Public references: short, spoken on the telephone, never given out twice."""

from django.db import connection

from throughline.kernel.access.models import ReferenceSequence


def take(prefix: str, count: int = 1) -> list[str]:
    """The next `count` references under a prefix; under 'AV-2023' that may be AV-2023-000124.

    Runs in the caller's transaction and locks the prefix until it ends, so numbers follow one
    another without gaps among what was kept; an undone record's number is not used again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ReferenceSequence._meta.db_table} (prefix, last) VALUES (%s, %s) "  # noqa: S608
            "ON CONFLICT (prefix) DO UPDATE SET last = "
            f"{ReferenceSequence._meta.db_table}.last + EXCLUDED.last RETURNING last",
            [prefix, count],
        )
        last = cursor.fetchone()[0]
    return [f"{prefix}-{number:06d}" for number in range(last - count + 1, last + 1)]
