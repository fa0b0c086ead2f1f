"""Splitting whole numbers so that given totals are met exactly. Plain arithmetic, no chance but the given one."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from random import Random
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
R = TypeVar("R", bound=Hashable)
C = TypeVar("C", bound=Hashable)
T = TypeVar("T")

ROUNDS = 60


def carve(cells: Mapping[K, int], total: int, weight: Mapping[K, float] | None = None) -> dict[K, int]:
    """Take `total` out of the cells, near in proportion to the weights, never more than a cell holds."""
    weights = {key: (weight or cells)[key] for key in cells if cells[key] and (weight or cells)[key] > 0}
    if total > sum(cells[key] for key in weights):
        message = f"{total} cannot be taken out of {sum(cells[key] for key in weights)}"
        raise ValueError(message)
    taken = dict.fromkeys(cells, 0)
    for _ in range(total):
        # The cell furthest behind its share is served next (Sainte-Laguë); ties by order.
        best = max((key for key in weights if taken[key] < cells[key]), key=lambda k: weights[k] / (2 * taken[k] + 1))
        taken[best] += 1
    return taken


def fit(rows: Mapping[R, int], columns: Mapping[C, int], weight: Callable[[R, C], float]) -> dict[tuple[R, C], float]:
    """Iterative proportional fitting: real numbers near the weights with the given row and column totals."""
    cells = {(row, column): weight(row, column) for row in rows for column in columns}
    for _ in range(ROUNDS):
        for row, wanted in rows.items():
            found = sum(cells[row, column] for column in columns) or 1
            for column in columns:
                cells[row, column] *= wanted / found
        for column, wanted in columns.items():
            found = sum(cells[row, column] for row in rows) or 1
            for row in rows:
                cells[row, column] *= wanted / found
    return cells


def spread(rows: Mapping[R, int], columns: Mapping[C, int], weight: Callable[[R, C], float]) -> dict[tuple[R, C], int]:
    """A table of whole numbers with exactly these totals, near the weights; where the weight is 0, so is the cell."""
    if sum(rows.values()) != sum(columns.values()):
        message = f"rows add up to {sum(rows.values())}, columns to {sum(columns.values())}"
        raise ValueError(message)
    real = fit(rows, columns, weight)
    table = {key: int(value + 1e-9) for key, value in real.items()}
    row_rest = {row: rows[row] - sum(table[row, column] for column in columns) for row in rows}
    column_rest = {column: columns[column] - sum(table[row, column] for row in rows) for column in columns}
    allowed = {key for key in table if weight(*key) > 0}
    for row in rows:
        while row_rest[row]:
            give(row, table, real, row_rest, column_rest, allowed)
    return table


def give(
    row: R,
    table: dict[tuple[R, C], int],
    real: Mapping[tuple[R, C], float],
    row_rest: dict[R, int],
    column_rest: dict[C, int],
    allowed: set[tuple[R, C]],
) -> None:
    """Put one more into the row: into a column that lacks one, or by moving one of another row out of the way."""
    row_rest[row] -= 1
    lacking = [column for column, rest in column_rest.items() if rest > 0]
    direct = [column for column in lacking if (row, column) in allowed]
    if direct:
        column = max(direct, key=lambda c: real[row, c] - table[row, c])
        table[row, column] += 1
        column_rest[column] -= 1
        return
    for target in lacking:
        for (other, via), number in table.items():
            if number and (row, via) in allowed and (other, target) in allowed:
                table[row, via] += 1
                table[other, via] -= 1
                table[other, target] += 1
                column_rest[target] -= 1
                return
    message = f"no place for one more in {row}"
    raise ValueError(message)


def pick(items: Sequence[T], number: int, random: Random, weight: Callable[[T], float] = lambda _: 1.0) -> list[T]:
    """Draw without putting back, heavier items more often; items of weight 0 are never drawn."""
    keyed = [(random.random() ** (1 / weight(item)), item) for item in items if weight(item) > 0]
    if number > len(keyed):
        message = f"{number} cannot be drawn from {len(keyed)}"
        raise ValueError(message)
    keyed.sort(key=lambda pair: -pair[0])
    return [item for _, item in keyed[:number]]
