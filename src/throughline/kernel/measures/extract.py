"""Drawing the rows of a fact from the database, as fast as it can be done: COPY into Arrow, no objects between."""

from collections.abc import Iterable
from io import BytesIO
from uuid import UUID

import polars as pl
import pyarrow as pa
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from pyarrow import csv

from throughline.kernel.measures.declare import Column, Fact

CSV_TYPES = {"key": pa.string(), "flag": pa.string()}


def rows(fact: Fact, records: Iterable[UUID] | None = None) -> pa.Table:
    """The fact's rows for these records (None: for all), with every column of its schema."""
    query = fact.queryset()
    if records is not None:
        query = query.filter(**{f"{fact.path('id')}__in": list(records)})
    drawn = query.annotate(**{f"_{one.name}": _expression(one) for one in fact.drawn})
    sql, parameters = drawn.values_list(*(f"_{one.name}" for one in fact.drawn)).query.sql_with_params()
    return _complete(fact, _read(fact, _copied(sql, parameters)))


def _expression(column: Column) -> object:
    source = F(column.source) if isinstance(column.source, str) else column.source
    return source if column.missing is None else Coalesce(source, Value(column.missing))


def _copied(sql: str, parameters: tuple[object, ...]) -> BytesIO:
    """What the query finds, as CSV. Django's cursor puts the parameters in: COPY itself takes none."""
    buffer = BytesIO()
    with connection.cursor() as cursor:
        whole = cursor.cursor.mogrify(sql, parameters) if parameters else sql
        with cursor.cursor.copy(f"COPY ({whole}) TO STDOUT (FORMAT csv)") as copy:
            for block in copy:
                buffer.write(block)
    buffer.seek(0)
    return buffer


def _read(fact: Fact, buffer: BytesIO) -> pa.Table:
    names = [one.name for one in fact.drawn]
    kinds = {one.name: CSV_TYPES.get(one.kind, fact.arrow.field(one.name).type) for one in fact.drawn}
    if not buffer.getbuffer().nbytes:
        return pa.table({name: pa.array([], kinds[name]) for name in names})
    return csv.read_csv(
        buffer,
        read_options=csv.ReadOptions(column_names=names),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            # An empty text is nothing, whether the record has none or an empty one.
            column_types=kinds,
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def _complete(fact: Fact, table: pa.Table) -> pa.Table:
    """Keys as bytes and flags as truth values; then what is worked out."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table gives a frame; narrows the type
    keys = (pl.col(one.name).str.replace_all("-", "").str.decode("hex") for one in fact.drawn if one.kind == "key")
    flags = ((pl.col(one.name) == "t") for one in fact.drawn if one.kind == "flag")
    return completed(fact, frame.with_columns(*keys, *flags))


def completed(fact: Fact, frame: pl.DataFrame) -> pa.Table:
    """The columns that follow from date and state added to those that were drawn."""
    year, month = pl.col("date").dt.year(), pl.col("date").dt.month()
    frame = frame.with_columns(
        pl.col("state").is_in(fact.counted).alias("counted"),
        year.cast(pl.Int32).alias("year"),
        pl.format("{}-H{}", year, (month + 5) // 6).alias("half"),
        pl.format("{}-Q{}", year, pl.col("date").dt.quarter()).alias("quarter"),
        pl.col("date").dt.strftime("%Y-%m").alias("month"),
    )
    return frame.select(fact.arrow.names).to_arrow().cast(fact.arrow)
