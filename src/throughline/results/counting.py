"""How many authorities reported on a framework in a year: a figure the programme prints of itself."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.periods import Period
from throughline.results.models import IndicatorValue, Progress


class ReportingAuthorities(NamedTuple):
    """Authorities whose report on the goals or indicators of a framework was accepted, for a period in a year.

    One authority counts once, however many rounds it answered: its progress report of the year consists of them all.
    A nil return is an answer but no progress report; what the secretariat answers for the region is none either.
    """

    framework: str
    period: Period
    scope: str

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Self:
        return cls(row["of"], Period.parse(row["period"]), row["scope"])

    def to_query(self) -> str:
        return urlencode({"reports-on": self.framework, "period": str(self.period), "scope": self.scope})

    def counted(self, viewer: Viewer) -> Decimal | None:
        found = self._owners(viewer, Progress, "target__goal__framework")
        found |= self._owners(viewer, IndicatorValue, "definition__indicator__framework")
        return Decimal(len(found)) if found else None

    def _owners(self, viewer: Viewer, model: Any, framework: str) -> set[Any]:
        rows = model.objects.visible_to(viewer).counting()
        rows = rows.filter(**{f"{framework}__code": self.framework}, nil=False, jurisdiction__isnull=False)
        return {
            owner
            for owner, period in rows.values_list("ret__owner_id", "period").distinct()
            if self.period.covers(Period.parse(period))
        }
