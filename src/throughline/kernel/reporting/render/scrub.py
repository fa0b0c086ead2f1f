"""Taking out of texts what no document may hold: control characters and direction overrides.

A right-to-left override can make a printed number or name read as another one, and most
control characters make a Word file unreadable. Everything else stays as it was typed.
"""

import re
from typing import Any

# C0 and C1 controls but tab and line feed, direction overrides and isolates, surrogates, non-characters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def scrub(value: Any) -> Any:
    """The same plain data with every text made printable."""
    if isinstance(value, str):
        return UNPRINTABLE.sub("", value)
    if isinstance(value, dict):
        return {scrub(key): scrub(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [scrub(inner) for inner in value]
    return value
