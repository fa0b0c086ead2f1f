"""For whom the database is asked at this moment: the second wall's half that stands in the program.

The database's own rule (`wall`) opens to a session what the tokens it was told open, and nothing to one that was told
none. Here is what a session is told. A door (page, API, phone, command on behalf of a person, job) says that it is one,
and who came; what must read more than that person says so by a name of `WHOLE`, and for as short as it can.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

from throughline.kernel.access.viewer import Viewer

# Who reads past the wall, and why. Nothing else does; an architecture test finds each use by its name.
WHOLE = {
    "verb": "a verb asks `may`, looks whether something is taken, and writes for all who read; history names it",
    "round": "who runs a round sees whom it asks and how far each is, and an institution the return around its part: "
    "never an answer, these stand elsewhere",
    "own": "who takes part in a training reads what is theirs, and who speaks for them: the training they have a place in, "
    "their certificates, the other of a pair, who agreed to be named",
    "team": "the team of a training knows all who come: by reference, and by name those it may read",
    "secret": "who holds the code of a certificate or the address of an evaluation is told what that page says, no more",
    "counted": "pages that count for everybody name nobody",
    "beside": "a page shows beside its record, by reference, one it hangs on that its reader may not open",
    "keys": "which records have so many lines is found first, and the records of these keys are then asked for behind it",
    "facts": "facts hold the records of all; an answer asks them by the reader's own audiences",
}
TOKEN = re.compile(r"[A-Za-z0-9:@-]+")
NOTHING = ""


@dataclass
class Door:
    """One request or job: what its person's tokens open. Before it is known who came: nothing."""

    tokens: str = NOTHING


_door: ContextVar[Door | None] = ContextVar("wall_door", default=None)
_whole: ContextVar[str] = ContextVar("wall_whole", default="")
_closed = False


def wanted() -> str | None:
    """The tokens a session must have been told now; None where it reads the whole."""
    if _whole.get():
        return None
    door = _door.get()
    if door is not None:
        return door.tokens
    return NOTHING if _closed else None


def close_this_process() -> None:
    """A process that only serves requests: what runs in it outside of any door reads nothing."""
    global _closed  # noqa: PLW0603  reason: one word about the whole process
    _closed = True


@contextmanager
def at_door() -> Iterator[Door]:
    """Behind a door nothing is readable until somebody has come in."""
    door = Door()
    with _standing(door):
        yield door


def arrive(viewer: Viewer) -> Viewer:
    """This person came in by the door we stand at. Without a door nothing happens."""
    door = _door.get()
    if door is not None:
        door.tokens = told(viewer.tokens())
    return viewer


@contextmanager
def standing_as(viewer: Viewer) -> Iterator[None]:
    """Read as this person, also inside of something that reads the whole."""
    with _standing(Door(told(viewer.tokens()))):
        yield


@contextmanager
def past_the_wall(why: str) -> Iterator[None]:
    """Read past the wall, under one of the names of `WHOLE`. Also a decorator."""
    if why not in WHOLE:
        message = f"'{why}' is no reason to read past the wall: name it in kernel/access/standing.py, and say why."
        raise ValueError(message)
    token = _whole.set(why)
    try:
        yield
    finally:
        _whole.reset(token)


def told(tokens: Iterable[str]) -> str:
    """The tokens in one text, as the database splits it again."""
    names = sorted(tokens)
    if wrong := next((name for name in names if not TOKEN.fullmatch(name)), None):
        message = f"No token of an audience: {wrong!r}"
        raise ValueError(message)
    return ",".join(names)


def streamed(door: Door, content: Iterable[bytes]) -> Iterator[bytes]:
    """An answer that is sent piece by piece, after the door was left: each piece is still read as its person."""
    iterator = iter(content)
    done = object()
    following: Callable[[], Any] = partial(next, iterator, done)
    while (piece := _inside(door, following)) is not done:
        yield piece


def _inside(door: Door, work: Callable[[], Any]) -> Any:
    with _standing(door):
        return work()


@contextmanager
def _standing(door: Door) -> Iterator[None]:
    tokens = _door.set(door), _whole.set("")
    try:
        yield
    finally:
        _door.reset(tokens[0])
        _whole.reset(tokens[1])
