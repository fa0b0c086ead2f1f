"""Numbers and dates in words and figures, as the language of the page writes them.

Missing is '–', never 0; what a template does not have (an empty text) is missing too. Minus is a true
minus sign. No Django model is known here.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import get_language, to_locale

Number = int | float | Decimal
MISSING = "–"
MINUS = "\N{MINUS SIGN}"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


@cache
def _parsed(language: str) -> Locale:
    try:
        return Locale.parse(to_locale(language))
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def locale(language: str | None = None) -> Locale:
    """Babel's locale for a language code (default: the language of the page)."""
    return _parsed(language or get_language() or "en-gb")


def number(value: Number | None, decimals: int | None = None) -> str:
    """3495 -> '3,495'; None -> '–'. Without `decimals`, whole numbers stay whole and others get one place."""
    if not value and value != 0:
        return MISSING
    if decimals is None:
        decimals = 0 if value == int(value) else 1
    return _written(value, decimals, get_language() or "en-gb")


@lru_cache(maxsize=20_000)
def _written(value: Number, decimals: int, language: str) -> str:
    """A page, and far more a report, writes the same few numbers over and over."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=locale(language)).replace("-", MINUS)


def signed(value: Number | None, decimals: int | None = None) -> str:
    """17 -> '+17', -3 -> '−3', 0 -> '0'."""
    if not value and value != 0:
        return MISSING
    text = number(value, decimals)
    return f"+{text}" if value > 0 else text


def percent(share: Number | None, decimals: int = 0) -> str:
    """0.48 -> '48 %' (with a narrow no-break space)."""
    return MISSING if share is None else f"{number(share * 100, decimals)}{NARROW_SPACE}%"


def signed_percent(share: Number | None, decimals: int = 0) -> str:
    """0.17 -> '+17 %'. What rounds to nothing is '0 %' without a sign."""
    if share is None:
        return MISSING
    points = round(float(share) * 100, decimals) or 0.0
    return f"{signed(points, decimals)}{NARROW_SPACE}%"


def day(value: date | None) -> str:
    """7 March 2024, in the language of the page."""
    if not value and value != 0:
        return MISSING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return format_date(value, format="d MMMM y", locale=locale())


def month(value: date | None) -> str:
    """March 2024."""
    if not value:
        return MISSING
    return format_date(value, format="LLLL y", locale=locale())


def moment(value: datetime | None) -> str:
    """7 March 2024, 14:05, in the installation's time zone."""
    if not value and value != 0:
        return MISSING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}, {format_time(local, format='HH:mm', locale=locale())}"
