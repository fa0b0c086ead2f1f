"""A Spark Connect endpoint behind the engine's door: the same rows as DuckDB, whatever is asked; and when it is away."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from django.core.exceptions import ImproperlyConfigured
from pyarrow import parquet

from throughline.kernel.measures import engines
from throughline.kernel.measures.engines import Away, Blanks, DuckDB, Rows, Table
from throughline.kernel.testing import sail as sails

pytest.importorskip("pyspark")
from throughline.kernel.measures.engines import spark
from throughline.kernel.measures.engines.spark import SparkConnect

SCHEMA = pa.schema(
    [
        ("key", pa.binary()),
        ("kind", pa.string()),
        ("amount", pa.int64()),
        ("place", pa.float64()),
        ("flag", pa.bool_()),
        ("date", pa.date32()),
        ("year", pa.int32()),
    ]
)
FACT = ibis.table(ibis.Schema.from_pyarrow(SCHEMA), name="fact__x")
# Whatever people type: quotes, escapes, what Spark would put a setting in for, letters of the region, our own names.
TEXTS = (
    "a'b", 'a"b', "a`b", "back\\slash", "line\nbreak", "tab\t", "${spark.sql.shuffle.partitions}", "%s {0} :x ?", "Ђорђе",
    "Ð", "é", "e\u0301", "🔫", " a", "a ", "A", "", "--", "/* */", '"fact__x"', "`fact__x`", "NULL", "\\u0041", "_%",
)  # fmt: skip


def rows(count: int = 500) -> list[dict[str, Any]]:
    days = [
        date(1, 1, 1),
        date(1582, 10, 10),
        date(1900, 3, 1),
        date(2024, 2, 29),
        date(2024, 12, 31),
        date(9999, 12, 31),
    ]
    odd = [None, 0.0, -0.0, 44.8, float("nan"), 1e-320, 0.1 + 0.2]
    made = []
    for number in range(count):
        day = days[number % len(days)]
        made.append(
            {
                "key": bytes([number % 256, 255 - number % 7]) * 8,
                "kind": (None, *TEXTS)[number % (len(TEXTS) + 1)],
                "amount": (None, 0, 1, 2**53 + 1, -(2**31))[number % 5],
                "place": odd[number % len(odd)],
                "flag": (True, False, None)[number % 3],
                "date": day,
                "year": day.year,
            }
        )
    return made


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """Files as a Delta table lays them down: a folder a year, without the year in the file."""
    root = tmp_path_factory.mktemp("it's a folder=odd")
    whole = pa.Table.from_pylist(rows(), schema=SCHEMA)
    parquet.write_to_dataset(whole, root, partition_cols=["year"])
    return Table("fact__x", SCHEMA, tuple(sorted(str(path) for path in root.rglob("*.parquet"))))


@pytest.fixture(scope="module")
def engine(sail: str) -> Iterator[SparkConnect]:
    made = SparkConnect(sail, Path)
    yield made
    made.close()


def both(engine: SparkConnect, expression: ibis.Table, *tables: Table) -> tuple[Rows, Rows]:
    """What Spark and DuckDB say, each in one order."""
    key = repr(expression)
    return tuple(sorted(one.run(key, lambda: expression, tables), key=repr) for one in (engine, DuckDB()))  # type: ignore[return-value]


NONE_LEFT = FACT.filter(FACT.amount > 2**60)
CLOSED = FACT.filter(ibis.literal(False))
WINTER = FACT.filter(FACT.date.between(date(2024, 2, 29), date(2024, 12, 31)))
FEW = FACT.filter(FACT.kind.isnull() | FACT.kind.isin(["a'b"]))
EXPRESSIONS: dict[str, ibis.Table] = {
    "groups": FACT.group_by("kind").aggregate(
        rows=FACT.count(),
        total=FACT.amount.sum(),
        known=FACT.amount.count(),
        keys=FACT.key.nunique(),
        any=FACT.flag.any(),
    ),
    "as-text": FACT.group_by(a=FACT.year.cast("string"), b=FACT.flag.cast("string")).aggregate(n=FACT.count()),
    "nothing-left": NONE_LEFT.aggregate(n=NONE_LEFT.count(), s=NONE_LEFT.amount.sum(), f=NONE_LEFT.flag.any()),
    "no-groups-left": NONE_LEFT.group_by("kind").aggregate(n=NONE_LEFT.count()),
    "closed": CLOSED.aggregate(n=CLOSED.count(), keys=CLOSED.key.nunique()),
    "days": WINTER.group_by("date").aggregate(n=WINTER.count()),
    "shares": FACT.aggregate(part=(FACT.flag & (FACT.amount > 0)).sum(), base=FACT.flag.sum(), rows=FACT.count()),
    "missing": FEW.group_by("kind").aggregate(n=FEW.count()),
    "places": FACT.filter(FACT.place.notnull()).select("key", "place", "date"),
    "no-places": FACT.filter(FACT.place.isnull() | (FACT.place > 0.25)).select("key", "place"),
    "keys": FACT.select("key").distinct(),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_spark_says_what_duckdb_says(engine: SparkConnect, table: Table, name: str) -> None:
    found, wanted = both(engine, EXPRESSIONS[name], table)
    assert repr(found) == repr(wanted)
    assert [[type(one) for one in row] for row in found] == [[type(one) for one in row] for row in wanted]


def test_any_text_may_be_asked_for(engine: SparkConnect, table: Table) -> None:
    """One condition a text: found exactly as often as it stands there, and nothing breaks out of it."""
    for text in TEXTS:
        asked = FACT.filter(FACT.kind.isin([text]))
        expression = asked.group_by("kind").aggregate(n=asked.count())
        found, wanted = both(engine, expression, table)
        assert found == wanted == [(text, sum(row["kind"] == text for row in rows()))], text


def test_order_is_that_of_bytes_and_days(engine: SparkConnect, table: Table) -> None:
    expression = FACT.order_by(ibis.desc("date"), "key").select("date", "key").limit(40)
    wanted = DuckDB().run("order", lambda: expression, [table])
    assert engine.run("order", lambda: expression, [table]) == wanted
    assert wanted == sorted(wanted, key=lambda row: (-row[0].toordinal(), row[1]))


def test_joins_count_as_duckdb_counts(engine: SparkConnect, table: Table) -> None:
    other = ibis.table(FACT.schema(), name="now__fact__x")
    lines = other.filter(other.amount > 0).select("key", "flag").distinct().rename(line="key", other_flag="flag")
    same = FACT.key == lines.line
    tables = [table, Table("now__fact__x", SCHEMA, table.files[:2])]
    for joined in (FACT.left_join(lines, same), FACT.inner_join(lines, same)):
        found, wanted = both(engine, joined.group_by("other_flag").aggregate(n=joined.count()), *tables)
        assert found == wanted
    for joined in (FACT.semi_join(lines, same), FACT.anti_join(other, "key")):
        found, wanted = both(engine, joined.aggregate(n=joined.count()), *tables)
        assert found == wanted


@pytest.mark.parametrize("place", ["a'b", "\\", "a\\'b", "${x}", '"', "`", "Скопје", "--", ""])
def test_what_is_filled_in_is_read_as_it_stands(engine: SparkConnect, place: str) -> None:
    blanks = Blanks()
    wanted, day, numbers = blanks.texts((place, "other")), blanks.day(date(2024, 2, 29)), blanks.numbers((-1, 2))
    empty = Table("fact__x", SCHEMA, ())

    def build() -> ibis.Table:
        row = FACT.aggregate(n=FACT.count())
        return row.select(
            found=ibis.literal(place).isin(wanted), day=ibis.literal(day),
            neither=ibis.literal(place + "x").isin(wanted), number=ibis.literal(-1).isin(numbers),
        )  # fmt: skip

    assert engine.run(("filled", place), build, [empty], blanks.values) == [(True, date(2024, 2, 29), False, True)]


def test_a_table_without_files_has_columns_and_no_rows(engine: SparkConnect) -> None:
    empty = Table("fact__x", SCHEMA, ())
    assert engine.run("groups", lambda: EXPRESSIONS["groups"], [empty]) == []
    assert engine.run("count", lambda: FACT.aggregate(n=FACT.count(), s=FACT.amount.sum()), [empty]) == [(0, None)]


def test_many_threads_ask_at_once(engine: SparkConnect, table: Table) -> None:
    def ask(limit: int) -> Rows:
        asked = FACT.filter(FACT.amount < limit)
        return engine.run(("over", limit), lambda: asked.aggregate(n=asked.count()), [table])

    alone = {limit: ask(limit) for limit in (1, 2)}
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, [1, 2] * 8))
    assert found == [alone[1], alone[2]] * 8


def test_workers_may_see_the_folder_elsewhere(sail: str, table: Table, tmp_path: Path) -> None:
    root = Path(table.files[0]).parent.parent
    there = tmp_path / "mounted"
    there.symlink_to(root)
    engine = SparkConnect(sail, lambda: root, f"file://{there}/")
    assert engine._seen(table.files[0]) == f"file://{there}/{Path(table.files[0]).relative_to(root)}"
    assert engine.run("count", lambda: FACT.aggregate(n=FACT.count()), [table]) == [(500,)]
    engine.close()


def test_old_views_are_given_back(sail: str, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "VIEWS_KEPT", 1)
    engine = SparkConnect(sail, Path)
    for files in (table.files, table.files[:1], table.files):
        one = Table("fact__x", SCHEMA, files)
        engine.run("count", lambda: FACT.aggregate(n=FACT.count()), [one])
    assert engine._connected is not None
    assert len(engine._connected.views) == 1
    engine.close()


def test_a_server_that_was_replaced_is_asked_again(table: Table) -> None:
    """Sessions and views end with their server; the next question makes them anew."""
    if sails.missing():
        pytest.skip("no Sail for this system")
    port = sails.free_port()
    count = FACT.aggregate(n=FACT.count())
    with sails.serving(port) as address:
        engine = SparkConnect(address, Path)
        assert engine.run("count", lambda: count, [table]) == [(500,)]
    with pytest.raises(Away):
        engine.run("count", lambda: count, [table])
    with sails.serving(port):
        assert engine.run("count", lambda: count, [table]) == [(500,)]
        assert engine.look().startswith(f"sc://127.0.0.1:{port} answers, version ")
        engine.close()


def test_who_is_away_is_told_soon_and_without_secrets() -> None:
    port = sails.free_port()
    engine = SparkConnect(f"sc://127.0.0.1:{port}/;token=s3cret-t0ken;use_ssl=true", Path)
    with pytest.raises(Away) as caught:
        engine.run("one", lambda: FACT.aggregate(n=FACT.count()), [Table("fact__x", SCHEMA, ())])
    assert (
        caught.value.words == f"sc://127.0.0.1:{port} cannot be reached (THROUGHLINE_FACTS_ENGINE): Connection refused"
    )
    assert "Figures cannot be worked out just now" in str(caught.value)
    assert "s3cret" not in f"{caught.value.words}{caught.value}{engine.name}"


def test_something_else_behind_the_port_is_away_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        engine = SparkConnect(f"sc://127.0.0.1:{deaf.getsockname()[1]}", Path)
        deaf.close()
        with pytest.raises(Away):
            engine.look()


@pytest.mark.parametrize("address", ["spark://host:7077", "sc://", "host:15002", "sc://host:port;token=s3cret"])
def test_an_address_that_is_none_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="sc://host:15002") as caught:
        SparkConnect(address, Path)
    assert "s3cret" not in str(caught.value)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _name: None)
    with pytest.raises(ImproperlyConfigured, match=r"throughline\[spark\]"):
        engines.chosen("sc://nowhere.example:15002")


def test_one_object_for_each_address(settings: Any) -> None:
    settings.THROUGHLINE_FACTS_ENGINE = "duckdb"
    assert isinstance(engines.engine(), DuckDB)
    assert engines.engine() is engines.engine()
    settings.THROUGHLINE_FACTS_ENGINE = "sc://127.0.0.1:1"
    assert isinstance(engines.engine(), SparkConnect)
    assert engines.engine() is engines.engine()
