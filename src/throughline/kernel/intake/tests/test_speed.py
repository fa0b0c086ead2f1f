"""What intake does to be fast changes nothing: the same text for COPY, the same story, the same reading of a cell."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, time
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg.errors import NotNullViolation

from throughline.incidents.models import Incident
from throughline.kernel.copying import copy, rows_of, statement
from throughline.kernel.history.chain import canonical, plain
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.intake.fast import MISSING, shortcut
from throughline.kernel.intake.stream import Stream
from throughline.kernel.intake.telling import Teller, told
from throughline.kernel.intake.tests.sheets import HEAD, ROWS, bring, sheet
from throughline.kernel.resources import registry
from throughline.kernel.resources.cleaning import Draft, plan_for
from throughline.kernel.resources.lookups import Lookups
from throughline.kernel.resources.values import Unreadable
from throughline.kernel.testing.worlds import World
from throughline.reference.models import Term

pytestmark = pytest.mark.django_db

words = st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=12)
KINDS: Mapping[str, st.SearchStrategy[Any]] = {
    "text": st.none() | words | st.just("\\N") | st.just("a\tb\\\n\r"),
    "integer": st.none() | st.integers(-(2**31), 2**31 - 1),
    "double precision": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.none() | st.booleans(),
    "uuid": st.none() | st.uuids(),
    "date": st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    "time": st.none() | st.times(),
    "timestamptz": st.none() | st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1990 < at.year < 2090),
    "numeric": st.none()
    | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000),
    "text[]": st.none() | st.lists(words, max_size=3),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*KINDS.values()), min_size=1, max_size=6), words)
def test_what_copy_takes_in_is_what_was_given(rows: list[tuple[Any, ...]], shared: str) -> None:
    names = [f"c{number}" for number in range(len(KINDS))]
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(names, KINDS, strict=True))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS copied")
        cursor.execute(f"CREATE TEMPORARY TABLE copied (shared text, {columns}, number integer)")
        numbered = [*zip(*rows, strict=True), range(len(rows))]
        copy(statement("copied", ["shared", *names, "number"]), rows_of(numbered, [shared]))
        cursor.execute("SELECT * FROM copied ORDER BY number")
        assert [row[:-1] for row in cursor.fetchall()] == [(shared, *row) for row in rows]


scalars = st.one_of(
    st.none(), words, st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.dates(), st.times(),
    st.just("not-reported"), st.just(0.0), st.just(Decimal("1.5")), st.sampled_from([Term(pk=uuid.UUID(int=1), label="ruční „granát“")]),
)  # fmt: skip
fields = st.dictionaries(st.sampled_from(["kind", "place", "a", "é", "people.x"]), scalars)
lines = st.dictionaries(st.sampled_from(["people", "weapons"]), st.lists(fields, max_size=3))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(fields, lines), min_size=1, max_size=4))
def test_the_teller_says_what_canonical_json_says(drafts: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    teller = Teller()
    for values, parts in [*drafts, *drafts]:
        assert teller.text(Draft(values=values, lines=parts)) == canonical(plain(told(values, parts)))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=140) | st.floats().map(str) | st.from_regex(r"-?[0-9]{1,4}[.,]?[0-9]{0,4}", fullmatch=True))
@example("'=1")
@example("-0")
@example("1.204")
def test_a_shortcut_reads_as_the_reader_does(raw: str) -> None:
    lookups, resource = Lookups(), registry.get("incident")
    for name in ("place", "narrative", "external_key", "latitude", "region"):
        found = shortcut(resource.by_name[name])(raw) if raw.strip() else MISSING
        if found is not MISSING:
            assert repr(found) == repr(plan_for(resource, lookups).readers[name].read(raw, lookups))


def test_a_shortcut_is_taken_and_leaves_what_is_long_to_the_reader() -> None:
    place = registry.get("incident").by_name["place"]
    assert shortcut(place)("Nis") == "Nis"
    assert shortcut(place)("N" * 120) == "N" * 120
    assert shortcut(place)("N" * 121) is MISSING
    lookups = Lookups()
    reader = plan_for(registry.get("incident"), lookups).readers["place"]
    with pytest.raises(Unreadable):
        reader.read("N" * 121, lookups)


def test_history_of_a_file_is_chained_and_says_what_came_in(world: World) -> None:
    """More rows than are written at once, so that all parts of the way are gone through."""
    rows = [f"K{number},2024-03-{number % 28 + 1:02d},RS,public-dispute,Niš {number}" for number in range(4_500)]
    bring(world, sheet(*rows))
    assert Incident.objects.count() == 4_500
    assert verify_chain() is None
    entries = Entry.objects.filter(verb="record.import").order_by("seq")
    assert entries.count() == 4_500
    last = Incident.objects.get(external_key="K4499")
    assert last.source_row == 4_501
    assert last.search_text.startswith(last.reference.lower())
    entry = entries.last()
    assert entry is not None
    assert (entry.object_id, entry.object_text) == (last.pk, last.reference)
    assert entry.after["place"] == "Niš 4499"
    assert [one.source_row for one in Incident.objects.order_by("reference")] == list(range(2, 4_502))


def test_rows_that_change_among_new_ones_find_what_was_sent_before(world: World) -> None:
    bring(world, sheet(ROWS[1]))
    rows = [f"N{number},2024-03-05,RS,public-dispute,Niš" for number in range(2_100)]
    changed = ROWS[1].replace("public-dispute", "other")
    batch = bring(world, sheet(*rows[:2_050], changed, *rows[2_050:], head=HEAD))
    assert (batch.counts["new"], batch.counts["changed"]) == (2_100, 1)
    assert Incident.objects.count() == 2_101
    assert verify_chain() is None


def test_a_fault_of_the_database_reaches_who_waits_and_leaves_the_connection_usable() -> None:
    half = f"{uuid.uuid4()}\n"
    with pytest.raises(NotNullViolation), transaction.atomic(), Stream.open() as stream:
        stream.copy(statement("reference_term", ["id"]), half)
    assert Term.objects.filter(code="no-such").count() == 0


def test_queries_take_their_turn_between_copies() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE turned (number integer) ON COMMIT DROP")
        into = statement("turned", ["number"])
        with Stream.open() as stream:
            for number in range(30):
                stream.copy(into, rows_of([range(number * 2_000, number * 2_000 + 2_000)]))
                cursor.execute("SELECT 1")
                assert cursor.fetchone() == (1,)
            stream.drain()
            cursor.execute("SELECT count(*), sum(number) FROM turned")
            assert cursor.fetchone() == (60_000, 60_000 * 59_999 // 2)


def test_times_of_day() -> None:
    assert rows_of([[time(14, 30), None]]) == "14:30:00\n\\N\n"
