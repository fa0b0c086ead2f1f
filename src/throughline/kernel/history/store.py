"""Appending to the chain and reading its end. The only code that inserts history."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.chain import HASHED, START, canonical, digest_of_text, plain

# Any fixed number: whoever appends holds this advisory lock until commit, so the chain has one end.
CHAIN_LOCK = 7_402_018
COLUMNS = (*HASHED, "previous", "hash")


class Written(str):
    """What was before or after, written down as canonical JSON already: a long import keeps text, not its parts."""

    __slots__ = ()

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Written":
        return cls(canonical(plain(told)))


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
        object_text=named(about)[:250] if about is not None else "",
        before=plain(before),
        after=plain(after),
        reason=str(reason),
        request=request,
    )


def named(about: models.Model) -> str:
    """What history calls a record: as it prints, or as its noun says where that name may have to be forgotten."""
    anonymous = getattr(about, "in_history", None)
    return str(anonymous() if anonymous is not None else about)


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
                before, after = (text if isinstance(text, Written) else canonical(text) for text in one[7:9])
                now = digest_of_text(previous, text_of(number, one, before, after))
                told = (None if one.before is None else before, None if one.after is None else after)
                out.write_row([number, *one[:7], *told, *one[9:], previous, now])
                previous = now


def text_of(seq: int, one: Line, before: str, after: str) -> str:
    """The canonical JSON of an entry, put together from its parts: what the two JSON columns hold is written once."""
    return (
        f'{{"actor":{quoted(one.actor)},"actor_text":{quoted(one.actor_text)},"after":{after},'
        f'"at":{canonical(plain(one.at))},"before":{before},"noun":{quoted(one.noun)},'
        f'"object_id":{canonical(plain(one.object_id))},"object_text":{canonical(one.object_text)},'
        f'"reason":{quoted(one.reason)},"request":{quoted(one.request)},"seq":{seq},"verb":{quoted(one.verb)}}}'
    )


@lru_cache(maxsize=1_000)
def quoted(value: Any) -> str:
    """What is the same in many lines of one verb."""
    return canonical(plain(value))
