"""Rows as COPY takes them: text made a column at a time, because a column holds values of one kind.

`write_row` of the driver looks at every value of every row anew. Here a column is looked at once, what is the
same in all rows is written once, and a column of plain text is passed on as it stands.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models
from psycopg.adapt import PyFormat, Transformer

Column = Sequence[Any]
NOTHING = "\\N"
_MEANT = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def escaped(text: str) -> str:
    """Text with the signs that COPY reads as the end of a cell or of a row."""
    return text.translate(_MEANT) if _special(text) else text


def _special(text: str) -> bool:
    return "\\" in text or "\t" in text or "\n" in text or "\r" in text


def _isoformat(value: date | datetime | time) -> str:
    return value.isoformat()


_PRINTED: dict[type, Callable[[Any], str]] = {
    type(None): lambda _value: NOTHING,
    str: escaped,
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    Decimal: str,
    UUID: str,
    date: _isoformat,
    datetime: _isoformat,
    time: _isoformat,
}
_SHORT: dict[type, Callable[[Any], str]] = {kind: _PRINTED[kind] for kind in (int, float, bool)}


def cell(value: Any) -> str:
    """One value as COPY takes it; whatever is not plain is left to the driver's own dumper."""
    printed = _PRINTED.get(type(value))
    if printed is not None:
        return printed(value)
    if isinstance(value, models.Model):
        return cell(value.pk)
    if isinstance(value, str):  # a choice, or text that is marked
        return escaped(str(value))
    dumped = Transformer(connection.connection).get_dumper(value, PyFormat.TEXT).dump(value)
    return NOTHING if dumped is None else escaped(bytes(dumped).decode())


def cells(column: Column) -> Sequence[str]:
    """A whole column: text is looked at in one piece, and what stands there again and again is printed once."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return [value.translate(_MEANT) for value in column] if _special("".join(column)) else column
    if len(kinds) == 1 and (printed := _SHORT.get(next(iter(kinds)))) is not None:
        return list(map(printed, column))
    known: dict[int, str] = {}
    found = []
    for value in column:
        text = known.get(id(value))
        if text is None:
            text = known[id(value)] = cell(value)
        found.append(text)
    return found


def rows_of(columns: Sequence[Column], shared: Sequence[Any] = ()) -> str:
    """Rows of the given columns behind the cells that are the same in all of them."""
    before = "".join(f"{cell(value)}\t" for value in shared)
    return "".join(f"{before}{row}\n" for row in map("\t".join, zip(*map(cells, columns), strict=True)))


def statement(table: str, names: Sequence[str]) -> str:
    """COPY into these columns of a table, in this order."""
    quote = connection.ops.quote_name
    return f"COPY {quote(table)} ({', '.join(map(quote, names))}) FROM STDIN"


def pieces(text: str, size: int = 262_144) -> Iterator[str]:
    """Long text in parts the driver need not copy whole."""
    return (text[start : start + size] for start in range(0, len(text), size))


def copy(into: str, text: str) -> None:
    """Run one COPY on Django's own connection."""
    with connection.cursor() as cursor, cursor.copy(into) as out:
        for piece in pieces(text):
            out.write(piece)
