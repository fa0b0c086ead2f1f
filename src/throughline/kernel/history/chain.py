"""How an entry is hashed. Pure: the same text everywhere, so that anyone can check the chain."""

import hashlib
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

START = "0" * 64


def plain(value: Any) -> Any:
    """A value as JSON keeps it, in the one form that reads back unchanged from the database."""
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
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _:
            return str(value)


def digest(previous: str, fields: dict[str, Any]) -> str:
    """SHA-256 over the hash before and this entry's fields as canonical JSON."""
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
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
