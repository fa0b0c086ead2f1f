"""Words, rows and notes that the sections of both documents share."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from throughline.kernel.periods import Period
from throughline.kernel.reporting.blocks import Cell, Footnotes, Item, Note, Row
from throughline.kernel.reporting.sentences import joined, sentence
from throughline.kernel.ui import formats
from throughline.results.documents import capital
from throughline.results.scorecards import Place

LONGEST_HEADING = 90


def span(period: Period) -> str:
    """'1 January – 30 June 2019', as the covers of the reports print it."""
    first = formats.day(period.start)
    if period.start.year == period.end.year:
        first = first.removesuffix(str(period.start.year)).strip()
    return f"{first} – {formats.day(period.end)}"


def item(term: str, *words: str) -> Item:
    return Item(term, joined(*(sentence("{words}", words=one) for one in words if one)))


def goal_heading(number: int, title: str) -> str:
    return _("Goal %(number)s: %(title)s") % {"number": number, "title": title} if number else title


def row(*cells: Cell, kind: str = "body") -> Row:
    return Row(tuple(cells), kind)  # type: ignore[arg-type]


def capitals(places: Iterable[Place]) -> Item:
    """Which jurisdiction each capital stands for, printed with its mark."""
    named = [_("%(capital)s: %(name)s") % {"capital": one.capital, "name": one.name} for one in places if one.capital]
    return item(_("Capitals"), _("Jurisdictions are named by their capitals."), "; ".join(named) + ".")


def footnotes(notes: Iterable[str]) -> Footnotes:
    """'* Without prejudice …' under its mark."""
    split = [one.partition(" ") for one in notes]
    return Footnotes(tuple(Note(mark, text) for mark, _space, text in split))


def names(places: Iterable[Place]) -> str:
    return ", ".join(capital(one) for one in places)
