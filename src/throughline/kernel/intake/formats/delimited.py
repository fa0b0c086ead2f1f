"""CSV, TSV and text tables with any other single-character delimiter."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.intake.formats import encodings
from throughline.kernel.intake.formats.base import (
    Cleaner,
    Options,
    Row,
    Table,
    Unreadable,
    check_width,
    counted,
    name_columns,
)
from throughline.kernel.intake.formats.heads import LOOKED_AT, Head, filled, find_head
from throughline.kernel.intake.limits import Limits

# At equal evidence the rarer one wins: a comma stands in text and numbers too.
PREFERRED = ("\t", ";", "|", ",")
_NEVER = set("\r\n\"'\\. -_()") | set("/%#@+*&!?<>[]{}=")
DELIMITER_LABELS: dict[str, Any] = {
    ",": gettext_lazy("Comma"),
    ";": gettext_lazy("Semicolon"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Vertical bar"),
}


def read(content: bytes, options: Options, limits: Limits, known: frozenset[str]) -> Table:
    """A text table, whatever was left open being guessed from its beginning."""
    encoding, certain = (options.encoding, True) if options.encoding else encodings.guess(content)
    beginning = encodings.beginning(content, encoding)
    if not beginning.strip():
        raise Unreadable(_("The file is empty."))
    quote = options.quote or _guess_quote(beginning)
    delimiter, sure = (options.delimiter, True) if options.delimiter else guess_delimiter(beginning, quote)
    if len(delimiter) != 1:
        raise Unreadable(_("A delimiter is one character."))
    csv.field_size_limit(max(limits.cell * 4, 131_072))
    first = list(islice(_records(content, encoding, delimiter, quote), LOOKED_AT))
    head = find_head(first, asked=options.header_row, known=known)
    check_width(head.width, limits)
    chosen = options.with_guesses(
        format="csv",
        encoding=encoding,
        delimiter=delimiter,
        quote=quote,
        header_row=0 if head.header is None else head.header + 1,
    )
    table = build(first, head, chosen, options)
    table.source = lambda: counted(_rows(content, chosen, head, len(table.columns), limits), limits)
    table.certain = {"encoding": certain, "delimiter": sure, "header_row": head.certain}
    return table


def build(first: Sequence[Sequence[str | None]], head: Head, chosen: Options, asked: Options) -> Table:
    """The table's frame: names, titles, tags, notes. Shared with workbooks."""
    header = first[head.header] if head.header is not None and head.header < len(first) else []
    tags = tuple((cell or "").strip() for cell in first[head.tags]) if head.tags is not None else ()
    named = [
        cell or (tags[index] if index < len(tags) else None) for index, cell in enumerate(_padded(header, head.width))
    ]
    columns, notes = (
        name_columns(named, head.width) if head.header is not None else (name_columns([], head.width)[0], [])
    )
    before = head.header if head.header is not None else head.first
    titles = [" ".join(cell.strip() for cell in row if cell and cell.strip()) for row in first[:before] if filled(row)]
    if titles:
        notes.insert(0, _("Title rows above the table left out: %(count)s.") % {"count": len(titles)})
    if tags:
        notes.append(_("A row of HXL tags under the header was used for suggestions and left out."))
    if head.header is None:
        notes.append(_("No header row: the columns carry their letters."))
    return Table(columns=columns, source=list, options=chosen, asked=asked, notes=notes, titles=titles, tags=tags)


def _padded(row: Sequence[str | None], width: int) -> list[str | None]:
    return [*row[:width], *([None] * (width - len(row)))]


def _records(content: bytes, encoding: str, delimiter: str, quote: str) -> Iterator[list[str]]:
    """Raw records; a quote that never closes is named rather than swallowing the file."""
    reader = csv.reader(
        _lines(content, encoding),
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    try:
        yield from reader
    except UnicodeDecodeError:
        encodings.decode(content, encoding)
        raise
    except csv.Error as fault:
        message = _(
            "Line %(line)s cannot be read (%(fault)s). Look for a quotation mark that is opened and never closed."
        )
        raise Unreadable(message, line=reader.line_num, fault=fault) from fault


def _lines(content: bytes, encoding: str) -> Iterator[str]:
    """The text line by line: a large file is never in memory as text."""
    lines = iter(io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline=""))
    yield from (line.removeprefix("\ufeff") for line in islice(lines, 1))
    yield from lines


def _rows(content: bytes, options: Options, head: Head, width: int, limits: Limits) -> Iterator[Row]:
    cleaner = Cleaner(limits)
    for number, cells in enumerate(_records(content, options.encoding, options.delimiter, options.quote), start=1):
        if number <= head.first or not any(cells):
            continue
        row = cleaner.text_row(number, cells, width)
        if row.fault or any(row.cells):
            yield row


def _guess_quote(text: str) -> str:
    """Single quotes count only where they clearly stand at both ends of cells and double ones do not."""
    double = len(re.findall(r'(?:^|[,;\t|])"', text[:20_000], re.MULTILINE))
    single = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|$)", text[:20_000], re.MULTILINE))
    return "'" if single > 4 and not double else '"'


def guess_delimiter(text: str, quote: str = '"') -> tuple[str, bool]:
    """The character that cuts most lines into the same number of parts, and whether that is certain."""
    bare = re.sub(f"{re.escape(quote)}[^{re.escape(quote)}]*{re.escape(quote)}", "q", text) if quote else text
    others = [
        char
        for char, _ in Counter(bare[:20_000]).most_common(60)
        if not char.isalnum() and char not in _NEVER and char not in PREFERRED
    ]
    scored = sorted(
        ((_evenness(text, char, quote), -place, char) for place, char in enumerate((*PREFERRED, *others[:8]))),
        reverse=True,
    )
    best, _, char = scored[0]
    if best <= 0:
        return ",", False
    return char, len(scored) < 2 or best > scored[1][0] * 1.5


def _evenness(text: str, delimiter: str, quote: str) -> float:
    """The share of lines with the usual number of cells, worth more the more cells there are."""
    if delimiter not in text:
        return 0.0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote)
    lengths: Counter[int] = Counter()
    try:
        for row in islice(reader, 200):
            if any(cell.strip() for cell in row):
                lengths[len(row)] += 1
    except csv.Error:
        return 0.0
    several = {length: count for length, count in lengths.items() if length > 1}
    if not several:
        return 0.0
    usual, count = max(several.items(), key=lambda item: item[1] * item[0] ** 0.5)
    share = count / sum(lengths.values())
    weight = 1.0 if delimiter in PREFERRED else 0.6
    return share**2 * weight * min(usual, 12) ** 0.5
