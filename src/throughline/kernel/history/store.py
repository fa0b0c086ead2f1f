"""Appending to the chain and reading its end. The only code that inserts history."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.chain import HASHED, START, digest, plain

# Any fixed number: whoever appends holds this advisory lock until commit, so the chain has one end.
CHAIN_LOCK = 7_402_018
COLUMNS = (*HASHED, "previous", "hash")


class Line(NamedTuple):
    """A line of history before it has its place in the chain."""

    at: datetime
    actor: UUID | None
    actor_text: str
    verb: str
    noun: str
    object_id: UUID | None
    object_text: str
    before: Any
    after: Any
    reason: str
    request: UUID


def line(
    actor: Viewer,
    verb: str,
    about: models.Model | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    reason: str,
    request: UUID,
) -> Line:
    """Take down names as text, so that the line stays readable when the things named are gone."""
    return Line(
        at=timezone.now(),
        actor=actor.person,
        actor_text=(actor.name or "nobody")[:160],
        verb=verb,
        noun=about._meta.model_name or "" if about is not None else "",
        object_id=about.pk if about is not None and isinstance(about.pk, UUID) else None,
        object_text=str(about)[:250] if about is not None else "",
        before=plain(before),
        after=plain(after),
        reason=str(reason),
        request=request,
    )


def append(lines: Sequence[Line]) -> None:
    """Chain the lines to the end of history and insert them, inside the caller's transaction."""
    if not lines:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        cursor.execute("SELECT seq, hash FROM history_entry ORDER BY seq DESC LIMIT 1")
        seq, previous = cursor.fetchone() or (0, START)
        copy = f"COPY history_entry ({', '.join(COLUMNS)}) FROM STDIN"
        with cursor.copy(copy) as out:
            for number, one in enumerate(lines, start=seq + 1):
                fields = {"seq": number, **{name: plain(value) for name, value in zip(HASHED[1:], one, strict=True)}}
                now = digest(previous, fields)
                out.write_row([*(cell(name, fields[name]) for name in HASHED), previous, now])
                previous = now


def cell(name: str, value: Any) -> Any:
    """A value as COPY wants it; the two JSON columns as text."""
    if name in {"before", "after"} and value is not None:
        return json.dumps(value, ensure_ascii=False)
    return value
