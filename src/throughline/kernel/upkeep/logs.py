"""Log lines that tell an operator what went wrong and nobody whose data it was.

Every line leaves through `told`: addresses of pages as their pattern, never as they were asked for (they carry tokens);
errors as their kind and place, never with their text (it quotes what people entered); what is left is searched for
e-mail addresses, passwords, keys. One event is one line, whatever it contains. `THROUGHLINE_DEBUG=1` shows everything.
"""

import json
import logging
import re
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

HIDDEN = "[hidden]"
# What each line says besides; set once the apps are loaded, which logging comes before.
sources: dict[str, Callable[[], Any]] = {}
FRAMES = 12
LONGEST = 2_000
PATTERNS = (
    # user:password@host
    (re.compile(r"://[^\s/@]+@"), f"://{HIDDEN}@"),
    (re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+"), "[address]"),
    (re.compile(r"\b(bearer|basic|digest)\s+\S+", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (
        re.compile(
            r"(?P<name>\b[\w-]*(passwor[dt]|passwd|secret|token|cookie|session|csrf|authorization|api.?key)[\w-]*['\"]?\s*[=:]\s*)"
            r"('[^']*'|\"[^\"]*\"|\S+)",
            re.IGNORECASE,
        ),
        rf"\g<name>{HIDDEN}",
    ),
    (re.compile(r"\?[^\s'\"]+=[^\s'\"]*"), f"?{HIDDEN}"),
    # What PostgreSQL quotes from rows: Key (email)=(...) already exists; Failing row contains (...).
    (re.compile(r"(=|contains )\(.*\)"), rf"\1({HIDDEN})"),
    (re.compile(r"\btl_[\w-]+"), HIDDEN),
)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Long, and of letters and digits: a key, a token, a checksum.
TOKEN = re.compile(r"(?=[\w:-]*\d)(?=[\w:-]*[A-Za-z])[\w:-]{20,}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def scrubbed(text: str) -> str:
    """The text without what looks like a person or a secret, on one line."""
    text = CONTROL.sub(" ", text)
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    text = TOKEN.sub(lambda found: found.group() if UUID.fullmatch(found.group()) else HIDDEN, text)
    return text[:LONGEST]


def told(record: logging.LogRecord) -> dict[str, Any]:
    """One event as plain values."""
    line: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": message_of(record),
    }
    for name, value in sources.items():
        if now := value():
            line[name] = str(now)
    line |= getattr(record, "figures", {})
    if record.exc_info and record.exc_info[1] is not None:
        line["error"] = error_of(record.exc_info[1])
    return line


def message_of(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    if request is not None and hasattr(request, "method"):
        return f"{getattr(record, 'status_code', '')} {request.method} {route_of(request)}".strip()
    try:
        return scrubbed(record.getMessage())
    except Exception:
        return scrubbed(str(record.msg))


def route_of(request: Any) -> str:
    """The pattern of the address ('invitation/<str:token>/'), which says what was asked for and not by which key."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match is not None else "(no such address)"


def error_of(error: BaseException) -> dict[str, Any]:
    """Kind and place of an error and of what caused it; its own words only where they are the machine's."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < FRAMES:
        kinds.append(type(cause).__qualname__)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    found: dict[str, Any] = {
        "kind": " < ".join(kinds),
        "at": [f"{short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, OSError) and error.strerror:
        found["words"] = scrubbed(error.strerror)
    elif type(error).__name__ == "OperationalError":
        found["words"] = scrubbed(str(error).partition("\n")[0])
    return found


def short(path: str) -> str:
    """From the package on: the folders before tell of the machine only."""
    for mark in ("/site-packages/", "/src/"):
        _before, found, after = path.rpartition(mark)
        if found:
            return after
    return path.rpartition("/")[2]


class Json(logging.Formatter):
    """A line of JSON for each event, for what collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(told(record), ensure_ascii=False, default=str)


class Plain(logging.Formatter):
    """The same to read."""

    def format(self, record: logging.LogRecord) -> str:
        line = told(record)
        error = line.pop("error", None)
        head = f"{line.pop('at')} {line.pop('level')} {line.pop('logger')}: {line.pop('message')}"
        more = "".join(f" {name}={value}" for name, value in line.items())
        if error is None:
            return head + more
        words = f": {error['words']}" if "words" in error else ""
        return f"{head}{more} | {error['kind']}{words} | {' > '.join(error['at'])}"
