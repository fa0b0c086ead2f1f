"""What `throughline verify` checks. Each check names its first fault."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from throughline.kernel.access import wall
from throughline.kernel.access.queries import first_wrong_audience
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.measures import facts, registry


@dataclass(frozen=True)
class Finding:
    """One check, what it looked at, and its first fault ('' if none)."""

    check: str
    looked_at: str
    fault: str = ""

    @property
    def row(self) -> dict[str, Any]:
        return {"check": self.check, "looked at": self.looked_at, "first fault": self.fault or "none"}


def run_checks() -> list[Finding]:
    """All checks, the chain of history first: the others are worth little where it is broken."""
    return [check() for check in CHECKS]


def check_history() -> Finding:
    fault = verify_chain()
    return Finding("history", f"{Entry.objects.count()} entries", str(fault or ""))


def check_audiences() -> Finding:
    """Whether each record can be read by exactly those whom its owner, handling code and grants name."""
    record = first_wrong_audience()
    fault = f"{record.reference} has readers that its handling and grants do not give" if record else ""
    return Finding("access", "the readers of every record", fault)


def check_facts() -> Finding:
    fault = facts.check()
    return Finding("facts", ", ".join(sorted(registry.facts)) or "no facts", str(fault or ""))


def check_wall() -> Finding:
    """Whether the database refuses by itself what a door may not read: each rule in its books, and each table asked as nobody."""
    if not settings.THROUGHLINE_WALL:
        return Finding("wall", "switched off (THROUGHLINE_WALL)")
    missing = wall.missing()
    hole = "" if missing else wall.first_hole()
    fault = missing[0] if missing else f"{hole} is open to nobody in particular" if hole else ""
    looked_at = f"{len(list(wall.walled()))} tables"
    return Finding("wall", f"{looked_at}; {slow}" if not fault and (slow := wall.slow()) else looked_at, fault)


CHECKS: tuple[Callable[[], Finding], ...] = (check_history, check_audiences, check_facts, check_wall)
