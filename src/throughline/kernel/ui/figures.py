"""The figure: a number that is never shown without what it counts, its base and the way to its records."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

SHOW_RECORDS = _("Show the records")
NOT_REPORTED = _("not reported")


@dataclass(frozen=True)
class Figure:
    """Everything a reader needs to judge one number.

    `value` None means missing, and then `reason` says why. `change` is the whole sentence of the
    change, its worth included ('+17 %, 129 → 151; could be chance'); `direction` only picks an
    arrow and never a colour, because more is not always worse. `text` overrides how the value is written.
    """

    label: StrOrPromise
    value: int | float | Decimal | None
    unit: StrOrPromise = ""
    text: str = ""
    base: StrOrPromise = ""
    change: StrOrPromise = ""
    compared_with: StrOrPromise = ""
    direction: int = 0
    coverage: StrOrPromise = ""
    url: str = ""
    url_label: StrOrPromise = SHOW_RECORDS
    reason: StrOrPromise = NOT_REPORTED
    decimals: int | None = None
    share: bool = False

    @property
    def icon(self) -> str:
        return {1: "trending-up", -1: "trending-down"}.get(self.direction, "minus")
