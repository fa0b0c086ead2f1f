"""How an entry is hashed. Pure: the same text everywhere, so that anyone can check the chain."""

import hashlib
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

START = "0" * 64


# What is plain as it stands: most of what history is told, hundreds of thousands of times in an import.
PLAIN = frozenset({str, int, bool, type(None)})


def plain(value: Any) -> Any:
    """A value as JSON keeps it, in the one form that reads back unchanged from the database."""
    if type(value) in PLAIN:
        return value
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case datetime():
            return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
        case date() | time():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case dict():
            return {str(key): item if type(item) in PLAIN else plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _:
            return str(value)


canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def digest(previous: str, fields: dict[str, Any]) -> str:
    """SHA-256 over the hash before and this entry's fields as canonical JSON."""
    return digest_of_text(previous, canonical(fields))


def digest_of_text(previous: str, text: str) -> str:
    """The same where the canonical JSON is there already."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


HASHED = (
    "seq",
    "at",
    "actor",
    "actor_text",
    "verb",
    "noun",
    "object_id",
    "object_text",
    "before",
    "after",
    "reason",
    "request",
)


def hashed_fields(entry: Any) -> dict[str, Any]:
    """The part of an entry the hash covers, plain."""
    return {name: plain(getattr(entry, name)) for name in HASHED}
