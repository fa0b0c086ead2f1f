"""Years, halves, quarters, months, days and spans of them, with the period before and the same one a year ago.

Pure Python: no Django, no clock, no database. It never decides which period a reader wants.
"""

from throughline.kernel.periods.calendar import (
    KINDS,
    Block,
    Day,
    Half,
    Month,
    NotAPeriodError,
    Period,
    Quarter,
    Span,
    Year,
)

__all__ = ["KINDS", "Block", "Day", "Half", "Month", "NotAPeriodError", "Period", "Quarter", "Span", "Year"]
