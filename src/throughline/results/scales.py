"""Codes with labels, as people write them: one a line, 'code: Label'. Pure.

Status scales and the cells of a disaggregation are written so that they can be read and changed in a form, a sheet
and a table of the program alike.
"""

import re

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class NotAScaleError(ValueError):
    """A line is no 'code: Label', or a code stands twice."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


def scale(text: str) -> dict[str, str]:
    """'on-track: On track' a line -> {'on-track': 'On track'}, in the order written. '|' may stand for a new line."""
    found: dict[str, str] = {}
    for line in text.replace("|", "\n").splitlines():
        if not line.strip():
            continue
        code, colon, label = (part.strip() for part in line.partition(":"))
        if not colon or not label or not CODE.fullmatch(code) or code in found:
            raise NotAScaleError(line.strip())
        found[code] = label
    return found


def written(codes: dict[str, str]) -> str:
    """The scale as it is written; `scale` reads it back."""
    return "\n".join(f"{code}: {label}" for code, label in codes.items())


def from_on(codes: dict[str, str], first: str) -> tuple[str, ...]:
    """The codes from one of them to the end of the scale; the last alone, if none is named."""
    order = tuple(codes)
    return order[order.index(first) :] if first in codes else order[-1:]


def conditions(text: str) -> dict[str, list[str]]:
    """'type: weapon-seizure, suicide' a line -> conditions of a question to the measures."""
    found: dict[str, list[str]] = {}
    for line in text.replace("|", "\n").splitlines():
        if not line.strip():
            continue
        name, colon, values = (part.strip() for part in line.partition(":"))
        listed = [value.strip() for value in values.split(",") if value.strip()]
        if not colon or not listed or not CODE.fullmatch(name):
            raise NotAScaleError(line.strip())
        found.setdefault(name, []).extend(listed)
    return found
