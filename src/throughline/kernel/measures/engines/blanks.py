"""Blanks: values that are filled in once a statement is written, so that it is written once for all of them.

Who asks, about which months and which places differs from question to question; the statement is the same.
A blank goes into an expression as a plain value that nobody asks for, and is found again by it in the SQL.
"""

import secrets
from collections.abc import Sequence
from datetime import date

import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import SQLGlotCompiler

# No text that somebody asks for can look like one of ours, and no number like one of these.
SECRET = secrets.token_hex(8)
FIRST_NUMBER = -(2**62) + secrets.randbits(48)
# Nothing that is recorded happened in the year one.
FIRST_DAY = date(1, 1, 1).toordinal()
Value = date | tuple[int, ...] | tuple[str, ...]


class Blanks:
    """The values of one question. What each method gives stands for its value in an expression, and in a key."""

    def __init__(self) -> None:
        self.values: list[Value] = []

    def _next(self, value: Value) -> int:
        self.values.append(value)
        return len(self.values) - 1

    def day(self, value: date) -> date:
        return date.fromordinal(FIRST_DAY + self._next(value))

    def numbers(self, values: tuple[int, ...]) -> tuple[int, ...]:
        """One for a whole list; none for none, because a condition on nothing is written otherwise."""
        return (FIRST_NUMBER + self._next(values),) if values else ()

    def texts(self, values: tuple[str, ...]) -> tuple[str, ...]:
        return (f"{SECRET}:{self._next(values)}",) if values else ()


def opened(tree: sge.Expression) -> sge.Expression:
    """The tree with a name that nobody can guess where each blank stands."""
    return tree.transform(lambda node: node if (number := _blank(node)) is None else sge.Var(this=mark(number)))


def mark(number: int) -> str:
    return f"__{SECRET}_{number}__"


def _blank(node: sge.Expression) -> int | None:
    if isinstance(node, sge.DateFromParts):
        parts = [node.args[part].this for part in ("year", "month", "day")]
        day = date(*(int(one) for one in parts)) if all(str(one).isdigit() for one in parts) else None
        return day.toordinal() - FIRST_DAY if day and day.year == 1 else None
    if isinstance(node, sge.Neg) and isinstance(node.this, sge.Literal) and not node.this.is_string:
        number = -int(node.this.this) - FIRST_NUMBER if str(node.this.this).isdigit() else -1
        return number if 0 <= number < 2**32 else None
    if isinstance(node, sge.Literal) and node.is_string and str(node.this).startswith(f"{SECRET}:"):
        return int(str(node.this).rpartition(":")[2])
    return None


def filled(sql: str, values: Sequence[Value], compiler: SQLGlotCompiler) -> str:
    """The statement with its values. Ends with KeyError where one has no place: no condition may get lost."""
    for number, value in enumerate(values):
        if (place := mark(number)) not in sql:
            raise KeyError(number)
        sql = sql.replace(place, _written(value, compiler))
    return sql


def _written(value: Value, compiler: SQLGlotCompiler) -> str:
    if isinstance(value, date):
        return f"MAKE_DATE({value.year}, {value.month}, {value.day})"
    ones = (sge.Literal.string(one) if isinstance(one, str) else sge.convert(one) for one in value)
    return ", ".join(one.sql(dialect=compiler.dialect) for one in ones)
