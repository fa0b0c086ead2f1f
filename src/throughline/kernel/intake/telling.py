"""What history keeps of a new record, as canonical JSON: written once for whatever comes again in a file."""

from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring  # type: ignore[attr-defined]
from typing import Any

from django.db import models

from throughline.kernel.history.chain import canonical, plain
from throughline.kernel.resources.cleaning import Draft

Line = Mapping[str, Any]
UNSAID = "not-reported"
MOST_KEPT = 20_000


def told(values: Mapping[str, Any], lines: Mapping[str, Sequence[Line]]) -> dict[str, Any]:
    """What was said, names as text, without empty cells."""
    found: dict[str, Any] = {name: _word(value) for name, value in values.items() if value not in (None, "", False)}
    for name, rows in lines.items():
        if rows:
            found[name] = [
                {key: _word(value) for key, value in line.items() if value not in (None, "", UNSAID)} for line in rows
            ]
    return found


def _word(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model) else value


class Teller:
    """Puts the text of `told` together from parts: names in order, related rows printed once."""

    def __init__(self) -> None:
        self._orders: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        self._kept: dict[int, tuple[Any, str]] = {}
        self._lines: dict[tuple[Any, ...], tuple[list[Any], str]] = {}

    def text(self, draft: Draft) -> str:
        """The same as the canonical JSON of `told(draft.values, draft.lines)`."""
        values, lines = draft.values, draft.lines
        names = (*values, *lines)
        order = self._orders.get(names)
        if order is None:
            order = self._orders[names] = [(name, f"{encode_basestring(name)}:") for name in sorted({*names})]
        parts = []
        for name, start in order:
            if name in lines:
                if lines[name]:
                    parts.append(f"{start}[{','.join(map(self._line, lines[name]))}]")
                continue
            value = values[name]
            kind = type(value)
            if kind is str:
                if value:
                    parts.append(start + encode_basestring(value))
            elif kind is float:
                if value:
                    parts.append(start + (repr(int(value)) if value.is_integer() else repr(value)))
            elif value is not None and value is not False and value not in (None, "", False):
                parts.append(start + self._json(value))
        return f"{{{','.join(parts)}}}"

    def _json(self, value: Any) -> str:
        """A related row by its name, found by identity: a file's lookups keep each of them once."""
        kept = self._kept.get(id(value))
        if kept is not None:
            return kept[1]
        text = canonical(plain(_word(value)))
        if len(self._kept) < MOST_KEPT:
            self._kept[id(value)] = (value, text)  # held fast, so that no other value takes its identity
        return text

    def _line(self, line: Line) -> str:
        """A line. Most say one of a few things, and by the very same values: a file's readers keep what they read."""
        key = (*line, *map(id, line.values()))
        kept = self._lines.get(key)
        if kept is not None:
            return kept[1]
        text = self._line_text(line)
        if len(self._lines) < MOST_KEPT:
            self._lines[key] = ([*line.values()], text)
        return text

    def _line_text(self, line: Line) -> str:
        said = sorted((name, value) for name, value in line.items() if value not in (None, "", UNSAID))
        return f"{{{','.join(f'{encode_basestring(name)}:{self._json(value)}' for name, value in said)}}}"
