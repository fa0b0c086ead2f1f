"""Values are filled into a written statement: whatever they say, the answer is that of the statement with them in it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.kernel.measures.engines import Blanks, DuckDB, Table
from throughline.kernel.measures.engines.blanks import SECRET

SCHEMA = pa.schema([("day", pa.date32()), ("reader", pa.int64()), ("place", pa.string())])
FACT = ibis.table(ibis.Schema.from_pyarrow(SCHEMA), name="fact__blanks")
FIRST = date(2023, 1, 1)
WORDS = ["RS", "O'Hara", '"', "\\", "a\\'b", "${x}", "", "Скопје", ");--", "__", SECRET, "\n"]
ROWS = [
    {"day": FIRST + timedelta(days=number % 40), "reader": number % 7 - 3, "place": WORDS[number % len(WORDS)]}
    for number in range(500)
]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    path: Path = tmp_path_factory.mktemp("blanks") / "rows.parquet"
    pq.write_table(pa.Table.from_pylist(ROWS, SCHEMA), path)
    return Table("fact__blanks", SCHEMA, (str(path),))


def asked(engine: DuckDB, table: Table, span: tuple[date, date], readers: Any, places: Any) -> int:
    blanks = Blanks()
    start, end = blanks.day(span[0]), blanks.day(span[1])
    who, where = blanks.numbers(tuple(readers)), blanks.texts(tuple(places))

    def build() -> ibis.Table:
        rows = FACT.filter(FACT.day.between(start, end), FACT.reader.isin(who), FACT.place.isin(where))
        return rows.aggregate(n=rows.count())

    return int(engine.run((start, end, who, where), build, [table], blanks.values)[0][0])


@given(
    st.tuples(st.integers(0, 45), st.integers(0, 45)),
    st.lists(st.integers(-(2**60), 2**60) | st.integers(-3, 3), max_size=6, unique=True),
    st.lists(st.sampled_from(WORDS) | st.text(max_size=5).filter(lambda text: "\x00" not in text), max_size=6),
)
def test_what_is_filled_in_is_what_is_asked(
    table: Table, days: tuple[int, int], readers: list[int], places: list[str]
) -> None:
    span = (FIRST + timedelta(days=min(days)), FIRST + timedelta(days=max(days)))
    wanted = [
        row for row in ROWS if span[0] <= row["day"] <= span[1] and row["reader"] in readers and row["place"] in places
    ]

    assert asked(ENGINE, table, span, readers, places) == len(wanted)


ENGINE = DuckDB()


def test_one_statement_serves_all_who_ask(table: Table) -> None:
    engine, span = DuckDB(), (FIRST, FIRST + timedelta(days=3))

    asked(engine, table, span, [1, 2], ["RS"])
    asked(engine, table, (FIRST, FIRST), [3], ["O'Hara", "RS"])
    assert len(engine._statements._kept) == 1
    asked(engine, table, span, [], ["RS"])
    assert len(engine._statements._kept) == 2


def test_a_value_without_a_place_is_a_fault(table: Table) -> None:
    blanks = Blanks()
    blanks.numbers((1,))

    with pytest.raises(KeyError):
        DuckDB().run("all", lambda: FACT.aggregate(n=FACT.count()), [table], blanks.values)
