"""Appending to the chain and reading its end. The only code that inserts history."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from json.encoder import encode_basestring  # type: ignore[attr-defined]
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.utils import timezone
from psycopg.copy import QueuedLibpqWriter

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.copying import rows_of, statement
from throughline.kernel.history.chain import HASHED, START, canonical, digest_of_text, plain

# Any fixed number: whoever appends holds this advisory lock until commit, so the chain has one end.
CHAIN_LOCK = 7_402_018
COLUMNS = (*HASHED, "previous", "hash")
AT_ONCE = 2_000


class Written(str):
    """What was before or after, written down as canonical JSON already: a long import keeps text, not its parts."""

    __slots__ = ()

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Written":
        return cls(canonical(plain(told)))


class Unbuilt:
    """What history needs to know of a record that was written without being built: its kind, key and name."""

    __slots__ = ("_meta", "pk", "text")

    def __init__(self, meta: Any, pk: str, text: str) -> None:
        self._meta, self.pk, self.text = meta, pk, text

    def __str__(self) -> str:
        return self.text


class Line(NamedTuple):
    """A line of history before it has its place in the chain."""

    at: datetime
    actor: UUID | None
    actor_text: str
    verb: str
    noun: str
    object_id: UUID | str | None
    object_text: str
    before: Any
    after: Any
    reason: str
    request: UUID


Told = tuple[models.Model | Unbuilt | None, dict[str, Any] | Written | None, dict[str, Any] | Written | None]


def lines_of(actor: Viewer, verb: str, entries: Iterable[Told], reason: str, request: UUID) -> list[Line]:
    """Take down names as text, so that a line stays readable when the things named are gone.

    `entries` are (record, before, after); what is noted together was noted at the same moment.
    """
    at, reason = timezone.now(), str(reason)
    person, name = actor.person, (actor.name or "nobody")[:160]
    return [
        Line(
            at, person, name, verb,
            about._meta.model_name or "" if about is not None else "",
            _key(about),
            named(about)[:250] if about is not None else "",
            before if isinstance(before, Written) else plain(before),
            after if isinstance(after, Written) else plain(after),
            reason, request,
        )
        for about, before, after in entries
    ]  # fmt: skip


def _key(about: models.Model | Unbuilt | None) -> UUID | str | None:
    if isinstance(about, Unbuilt):
        return about.pk
    return about.pk if about is not None and isinstance(about.pk, UUID) else None


def named(about: models.Model | Unbuilt) -> str:
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
        with _sending(cursor, many=len(lines) > AT_ONCE) as out:
            for start in range(0, len(lines), AT_ONCE):
                text, previous = _chained(lines[start : start + AT_ONCE], seq + 1 + start, previous)
                out.write(text)


def _sending(cursor: Any, *, many: bool) -> Any:
    """The COPY of history. Many lines are sent by a thread of the driver's, while the next are hashed; the cursor that Django
    counts queries with takes no such writer.
    """
    into = statement("history_entry", COLUMNS)
    return cursor.cursor.copy(into, writer=QueuedLibpqWriter(cursor.cursor)) if many else cursor.copy(into)


def _chained(lines: Sequence[Line], first: int, previous: str) -> tuple[str, str]:
    """These lines as COPY takes them, numbered and chained, and the hash of the last."""
    befores = [_written(one.before) for one in lines]
    afters = [_written(one.after) for one in lines]
    hashes, frame = [previous], Frame("", "", "", "", "")
    shared: Any = None
    for number, (one, before, after) in enumerate(zip(lines, befores, afters, strict=True), start=first):
        same = (one.actor, one.actor_text, one.at, one.noun, one.reason, one.request, one.verb)
        if same != shared:
            shared, frame = same, Frame.of(one)
        hashes.append(digest_of_text(hashes[-1], frame.text(number, one, before, after)))
    columns = list(zip(*lines, strict=True))
    columns[7] = tuple(None if one.before is None else text for one, text in zip(lines, befores, strict=True))
    columns[8] = tuple(None if one.after is None else text for one, text in zip(lines, afters, strict=True))
    return rows_of([range(first, first + len(lines)), *columns, hashes[:-1], hashes[1:]]), hashes[-1]


def _written(told: Any) -> str:
    return str(told) if isinstance(told, Written) else canonical(told)


class Frame(NamedTuple):
    """The parts of the canonical JSON that are the same in all lines of one verb about one noun."""

    actor: str
    at: str
    noun: str
    reason: str
    verb: str

    @classmethod
    def of(cls, one: Line) -> "Frame":
        def told(**fields: Any) -> str:
            return ",".join(f'"{name}":{canonical(plain(value))}' for name, value in fields.items())

        return cls(
            told(actor=one.actor, actor_text=one.actor_text),
            told(at=one.at),
            told(noun=one.noun),
            told(reason=one.reason, request=one.request),
            told(verb=one.verb),
        )

    def text(self, seq: int, one: Line, before: str, after: str) -> str:
        """An entry's canonical JSON, names in order; what the two JSON columns hold is written once."""
        about = "null" if one.object_id is None else f'"{one.object_id}"'
        return (
            f'{{{self.actor},"after":{after},{self.at},"before":{before},{self.noun},"object_id":{about},'
            f'"object_text":{encode_basestring(one.object_text)},{self.reason},"seq":{seq},{self.verb}}}'
        )
