"""Numbers and dates as people of the page's language write them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from throughline.kernel.ui import formats

GAP = formats.NARROW_SPACE


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (3495, None, "3,495"),
        (0, None, "0"),
        (None, None, "–"),
        (None, 2, "–"),
        (12.34, None, "12.3"),
        (12.0, None, "12"),
        (Decimal("1234.5"), 2, "1,234.50"),
        (-8, None, "−8"),
    ],
)
def test_numbers(value: Any, decimals: int | None, written: str) -> None:
    assert formats.number(value, decimals) == written


def test_numbers_in_another_language() -> None:
    with translation.override("sr-latn"):
        assert formats.number(3495.5) == "3.495,5"
    with translation.override("mk"):
        assert formats.number(3495) == "3.495"


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.17, f"+17{GAP}%"),
        (-0.06, f"−6{GAP}%"),
        (0.0, f"0{GAP}%"),
        (0.001, f"0{GAP}%"),
        (-0.001, f"0{GAP}%"),
        (None, "–"),
    ],
)
def test_changes_in_percent(share: float | None, written: str) -> None:
    assert formats.signed_percent(share) == written


def test_shares() -> None:
    assert formats.percent(0.485, 1) == f"48.5{GAP}%"
    assert formats.signed(5) == "+5"


def test_dates() -> None:
    assert formats.day(date(2024, 3, 7)) == "7 March 2024"
    assert formats.month(date(2024, 3, 7)) == "March 2024"
    assert formats.day(None) == formats.moment(None) == formats.month(None) == "–"
    with translation.override("sq"):
        assert formats.day(date(2024, 3, 7)) == "7 mars 2024"


def test_a_moment_is_told_in_the_time_of_the_installation() -> None:
    assert formats.moment(datetime(2024, 1, 1, 23, 30, tzinfo=UTC)) == "2 January 2024, 00:30"
    assert formats.day(datetime(2024, 1, 1, 23, 30, tzinfo=UTC)) == "2 January 2024"


def test_an_unknown_language_falls_back_to_english() -> None:
    assert str(formats.locale("xx-unknown")) == "en_GB"
