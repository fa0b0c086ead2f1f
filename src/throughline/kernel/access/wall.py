"""The second wall: row-level security in PostgreSQL, made from the same rule and for every record there is.

A table of records opens, to the role that doors read with, the rows whose audience names one of the session's tokens:
the sentence of `visible_to`, said once more where a query that forgets it cannot go around it. A table of lines opens the
lines of records that are open. Nothing opens to a session that was told no tokens, and nothing at all is written with
that role: writing is for verbs. Migrations, `pg_dump` and the worker's own work are the owner of the tables, whom the
rule does not bind (docs/adr/0190).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction
from django.db.utils import DatabaseError
from psycopg import sql

from throughline.kernel.access.engine.base import ROLE, told
from throughline.kernel.access.models import Audience, Record
from throughline.kernel.access.queries import record_models
from throughline.kernel.access.standing import NOTHING

POLICY = "throughline_wall"
# Any number will do, as long as every process of the installation uses the same one.
LOCK = 7_311_911
TOKENS = """
CREATE OR REPLACE FUNCTION throughline_tokens() RETURNS varchar[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT string_to_array(current_setting('throughline.tokens', true), ',')::varchar[] $$
"""
# What the search for words is made of (`kernel.searched`). An index is used behind the wall only for conditions that
# PostgreSQL trusts to be silent about what they look at, and to say so takes a superuser. Both tell nothing but, of a
# text too long to be kept anyway, how long it is.
SILENT = ("pg_catalog.to_tsvector(regconfig, text)", "pg_catalog.ts_match_vq(tsvector, tsquery)")
NO_ROLE = (
    f"The database has no role {ROLE} that this program's user may take on, and the user may not make one. Have an "
    f"administrator of the database run: CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO <the user of DATABASE_URL>; and do this "
    "again. Without that, THROUGHLINE_WALL=no."
)


class NoWall(ImproperlyConfigured):
    """The wall cannot be put up here; the message says what to do."""


@dataclass(frozen=True)
class Walled:
    """One table and the condition under which a row of it may be read."""

    table: str
    using: str

    @property
    def stamp(self) -> str:
        """Changes when what stands in the database must be made anew."""
        return sha256(f"{self.table} {self.using}".encode()).hexdigest()[:16]


def walled() -> Iterator[Walled]:
    """Every table of records, and every table of lines (and of what a record names several of) that dies with its record."""
    audiences = f"SELECT id FROM {Audience._meta.db_table} WHERE tokens && throughline_tokens()"  # noqa: S608  reason: a name of ours
    records = list(record_models())
    for model in records:
        yield Walled(model._meta.db_table, f"audience_id IN ({audiences})")
    for other in apps.get_models(include_auto_created=True):
        if not issubclass(other, Record) and (line := record_of(other)):
            table, parent = other._meta.db_table, line.related_model._meta.db_table  # type: ignore[union-attr]
            # The look at the record is itself behind the wall.
            yield Walled(table, f"EXISTS (SELECT 1 FROM {parent} record WHERE record.id = {table}.{line.column})")  # noqa: S608  reason: as above


def record_of(model: type[models.Model]) -> "models.ForeignKey[Record] | None":
    """By which field a row belongs to one record, with which it is deleted; none if it does not."""
    for field in model._meta.concrete_fields:
        related = field.related_model
        if (
            isinstance(field, models.ForeignKey)
            and isinstance(related, type)
            and issubclass(related, Record)
            and not field.null
            and field.remote_field.on_delete is models.CASCADE
        ):
            return field
    return None


def has_its_tables() -> bool:
    """Whether all tables it stands before are there: migrating may go only part of the way, or back."""
    wanted = [one.table for one in walled()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(to_regclass(one)) FROM unnest(%s::text[]) one", [wanted])
        return bool(cursor.fetchone()[0] == len(wanted))


def missing() -> list[str]:
    """What of the wall is not there, in words; empty if all of it stands. Reads the database's own books."""
    found = _role_faults() or [f"{one} is not trusted to be silent" for one in _untrusted(and_can_be=True)]
    if found:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity, array_agg(p.polname::text) FILTER (WHERE p.oid IS NOT NULL), "
            "max(obj_description(p.oid, 'pg_policy')), bool_and(p.polcmd = 'r' AND p.polpermissive), "
            "has_table_privilege(%s, c.oid, 'SELECT'), has_table_privilege(%s, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') "
            "FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
            "GROUP BY c.oid, c.relname, c.relrowsecurity",
            [ROLE, ROLE],
        )
        books = {row[0]: row[1:] for row in cursor.fetchall()}
    for one in walled():
        secured, policies, stamp, reads_only, reads, writes = books.get(
            one.table, (False, None, None, None, False, False)
        )
        if not secured or policies != [POLICY] or stamp != one.stamp or not reads_only:
            found.append(f"{one.table} has not the rule it should have")
        elif writes or not reads:
            found.append(f"{one.table} is not read-only for {ROLE}")
    walls = {one.table for one in walled()}
    found.extend(f"{table} is closed to {ROLE}" for table, row in books.items() if table not in walls and not row[4])
    return found


def _role_faults() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolsuper OR r.rolbypassrls, pg_has_role(current_user, r.oid, 'MEMBER'), "
            "EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid), "
            "to_regproc('throughline_tokens') IS NOT NULL FROM pg_roles r WHERE r.rolname = %s",
            [ROLE],
        )
        row = cursor.fetchone()
    if row is None:
        return [f"there is no role {ROLE}"]
    passes, ours, owns, function = row
    words = {
        f"{ROLE} may read past every rule": passes,
        f"{ROLE} cannot be taken on by this program": not ours,
        f"{ROLE} owns tables": owns,
        "the function throughline_tokens is not there": not function,
    }
    return [fault for fault, is_so in words.items() if is_so]


def slow() -> str:
    """What only an administrator of the database can do about a slow search, in words; '' if nothing is to be done."""
    if not _untrusted():
        return ""
    orders = " ".join(f"ALTER FUNCTION {one} LEAKPROOF;" for one in SILENT)
    return f"the search for words reads every readable row until an administrator of this database runs: {orders}"


def _untrusted(*, and_can_be: bool = False) -> list[str]:
    """Functions of the search that are not trusted yet; with `and_can_be` none if this program's user may not change it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one, rolsuper FROM unnest(%s::text[]) one, pg_roles "
            "WHERE rolname = session_user AND NOT (SELECT proleakproof FROM pg_proc WHERE oid = one::regprocedure)",
            [list(SILENT)],
        )
        rows = cursor.fetchall()
    return [one for one, can_be in rows if can_be or not and_can_be]


def prepare() -> None:
    """Make the role, or say that an administrator has to, before anything else is begun. Raises NoWall."""
    if settings.THROUGHLINE_WALL:
        _make_role()


def put_up() -> bool:
    """Put up what is missing; whether anything was. Does nothing twice, and nothing where the wall is switched off."""
    if not settings.THROUGHLINE_WALL or not missing():
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        _make_role()
        for function in _untrusted(and_can_be=True):
            cursor.execute(f"ALTER FUNCTION {function} LEAKPROOF")
        cursor.execute(TOKENS)
        role = sql.Identifier(ROLE)
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        cursor.execute(
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(role)
        )
        cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))
        for one in walled():
            for statement in _statements(one):
                cursor.execute(statement)
    if left := missing():
        raise NoWall(f"The database's own wall could not be put up: {left[0]}.")
    return True


def _make_role() -> None:
    """The role is one for all databases of a server; it signs in nowhere and owns nothing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)", [ROLE])
            if not cursor.fetchone()[0]:
                cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(ROLE)))
            cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [ROLE])
            if not cursor.fetchone()[0]:
                cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(ROLE)))
    except DatabaseError as refused:
        raise NoWall(NO_ROLE) from refused


def _statements(one: Walled) -> Iterator[sql.Composable]:
    table, policy = sql.Identifier(one.table), sql.Identifier(POLICY)
    yield sql.SQL("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(table, sql.Identifier(ROLE))
    yield sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(table)
    yield sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(policy, table)
    yield sql.SQL("CREATE POLICY {} ON {} FOR SELECT USING ({})").format(policy, table, sql.SQL(one.using))  # type: ignore[arg-type]
    yield sql.SQL("COMMENT ON POLICY {} ON {} IS {}").format(policy, table, sql.Literal(one.stamp))


def first_hole() -> str:
    """The first table that shows a row to a session that was told no tokens; '' if none does. For `verify`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(told(NOTHING))
        try:
            for one in walled():
                cursor.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(one.table)))
                if cursor.fetchone()[0]:
                    return one.table
        finally:
            cursor.execute(told(None))
    return ""
