"""What is said of a template: what is wrong, where, and what to do about it. No Django here."""

from dataclasses import asdict, dataclass
from typing import Any

REFUSED, STOP, NOTE = "refused", "stop", "note"


@dataclass(frozen=True)
class Finding:
    """`refused`: the file is not kept at all. `stop`: kept, and not used. `note`: worth knowing."""

    level: str
    message: str
    where: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def stops(findings: list[Finding]) -> list[Finding]:
    return [one for one in findings if one.level in (REFUSED, STOP)]
