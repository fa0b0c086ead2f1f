"""Printing rows: as a table to read, as JSON or CSV to go on with. Results go to stdout, all else to stderr."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from throughline.kernel.text import defused

Command = TypeVar("Command", bound=Callable[..., Any])
Report = Callable[[int, int, str], None]
FORMATS = ("table", "json", "csv")


def formatted(function: Command) -> Command:
    """Give a command the option `--format`, as `layout`."""
    return click.option(
        "--format", "layout", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print it"
    )(function)


def plain(value: Any) -> Any:
    """A value as JSON and CSV carry it."""
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)


def show(rows: Sequence[dict[str, Any]], *, layout: str, columns: Sequence[str] = (), title: str = "") -> None:
    """Print rows that have the same keys."""
    names = list(columns or (rows[0] if rows else ()))
    if layout == "json":
        click.echo(json.dumps([plain(row) for row in rows], ensure_ascii=False, indent=2))
    elif layout == "csv":
        click.echo(as_csv(rows, names), nl=False)
    else:
        show_table(rows, names, title)


def as_csv(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow(["" if row.get(name) is None else defused(plain(row.get(name))) for name in names])
    return text.getvalue()


def show_table(rows: Sequence[dict[str, Any]], names: Sequence[str], title: str) -> None:
    from rich.console import Console  # reason: JSON and CSV do without it
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for name in names:
        numbers = bool(rows) and all(isinstance(row.get(name), int | float | None) for row in rows)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell(row.get(name)) for name in names))
    # Not cut to a terminal's width where there is none.
    Console(width=None if sys.stdout.isatty() else 200, highlight=False, markup=False).print(table)


def cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.1f}".rstrip("0").rstrip(".")
    return str(plain(value))


def say(text: str) -> None:
    """Something about the work, not a result of it."""
    click.echo(text, err=True)


@contextmanager
def progress(what: str) -> Iterator[Report]:
    """A bar on stderr for what is long: call what you get with (done, total, words)."""
    from rich.console import Console  # reason: as above
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bars:
        bar = bars.add_task(what, total=None)

        def report(done: int, total: int, words: str = "") -> None:
            bars.update(bar, completed=done, total=total or None, description=words or what)

        yield report
