"""Which number a half-year narrative report bears. Pure: the rule of the Roadmap's reports and its inverse.

The first report covers the whole baseline year 2018; from then on every half-year has one: even numbers are first
halves, odd numbers second halves.
"""

from throughline.kernel.periods import Half, Period, Year

BASELINE = Year(2018)
FIRST_HALF_YEAR = 2019
FIRST_HALF_YEAR_NUMBER = 2


class NoReportError(ValueError):
    """There is no narrative report for this period, or with this number."""

    def __init__(self, asked: object) -> None:
        super().__init__(f"no narrative report stands for {asked}: they cover 2018, then each half-year from 2019-H1")
        self.asked = asked


def report_number(period: Period | str) -> int:
    """The number of the report on this period: 2018 -> 1, 2019-H1 -> 2, 2023-H2 -> 11."""
    covered = Period.parse(period) if isinstance(period, str) else period
    if covered == BASELINE:
        return 1
    if not isinstance(covered, Half) or covered.year < FIRST_HALF_YEAR:
        raise NoReportError(covered)
    return FIRST_HALF_YEAR_NUMBER + 2 * (covered.year - FIRST_HALF_YEAR) + covered.number - 1


def report_period(number: int) -> Period:
    """The period the report with this number covers."""
    if number == 1:
        return BASELINE
    if number < 1:
        raise NoReportError(number)
    years, second = divmod(number - FIRST_HALF_YEAR_NUMBER, 2)
    return Half(FIRST_HALF_YEAR + years, second + 1)


def ordinal(number: int) -> str:
    """2 -> '2nd', as the covers of the English reports print it."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
