"""Telling PostgreSQL what a bulk write has changed, before it plans the next query on it."""

from django.db import connection, models


def refresh_statistics(*tables: type[models.Model]) -> None:
    """Have PostgreSQL look at these tables again, within the caller's transaction.

    It looks by itself only after a commit, and until then plans as if the tables were as empty as before: a query
    after thousands of new rows can then take minutes. Others may read and write meanwhile.
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(quote(table._meta.db_table) for table in tables)}")
