"""What went wrong, in words and as an exit code; never a traceback (`throughline --debug ...` shows one)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

import click


class Exit(IntEnum):
    """0 is done, and 2 (wrong usage) is click's own."""

    FAULT = 1
    INPUT = 3
    REFUSED = 4


class Fault(click.ClickException):
    """A check found something wrong, or the program cannot go on; the message says what to do."""

    exit_code = Exit.FAULT


class Unusable(click.ClickException):
    """The input was not taken; nothing was written."""

    exit_code = Exit.INPUT


class Denied(click.ClickException):
    """The acting person may not do this."""

    exit_code = Exit.REFUSED


@contextmanager
def in_words(*, debugging: bool = False) -> Iterator[None]:
    """Turn the answers of verbs, and failures, into messages."""
    try:
        yield
    except (click.ClickException, click.Abort, click.exceptions.Exit, KeyboardInterrupt):
        raise
    except Exception as error:
        answer = answer_to(error)
        if answer is None or debugging:
            raise
        raise answer from error


def answer_to(error: Exception) -> click.ClickException | None:
    """What to say about an error."""
    if "throughline.kernel.access.errors" in sys.modules and (said := answer_of_verb(error)):
        return said
    name = type(error).__name__
    text = str(error).strip()
    if name == "ProgrammingError" and "does not exist" in text:
        return Fault("The database is not up to date. Run: throughline migrate")
    if name == "Away" and hasattr(error, "words"):
        return Fault(f"{text} {error.words}")
    if any(one.__name__ == "ImproperlyConfigured" for one in type(error).__mro__):
        return Fault(text)
    if name in {"OperationalError", "InterfaceError"}:
        return Fault(f"The database does not answer: {text.splitlines()[0] if text else name}")
    if name in {"Unreadable", "UnicodeDecodeError", "JSONDecodeError"}:
        return Unusable(text)
    if type(error).__module__.startswith("throughline.kernel.upkeep."):
        return Unusable(text) if name in {"Unsound", "NotHere"} else Fault(text)
    if isinstance(error, OSError):
        return Unusable(f"{error.strerror or text}: {error.filename}" if error.filename else text)
    return Fault(f"Something went wrong in the program ({name}: {text}). `throughline --debug ...` shows where.")


def answer_of_verb(error: Any) -> click.ClickException | None:
    from throughline.kernel.access.errors import Conflict, Invalid, Refused  # reason: only once Django is set up

    if isinstance(error, Refused):
        return Denied(str(error))
    if isinstance(error, Conflict):
        return Unusable(str(error))
    if isinstance(error, Invalid):
        return Unusable("\n".join(line_of(problem) for problem in error.problems) or str(error))
    return None


def line_of(problem: Any) -> str:
    """One problem as one line: where, what, and the value."""
    place = ", ".join(part for part in (f"row {problem.row}" if problem.row else "", str(problem.field)) if part)
    value = f" ({problem.value!r})" if problem.value else ""
    return f"{place}: {problem.message}{value}" if place else f"{problem.message}{value}"
