"""Eight colours, safe for colour blindness, and the same colour for the same thing everywhere.

The colours were searched for by distance: any two of them stay at least 0.10 (light) or 0.085 (dark)
apart in OKLab for normal sight and for red-, green- and blue-blind sight, and each keeps 3:1 against its ground.
"""

import hashlib
from collections.abc import Iterable, Sequence

LIGHT = ("#0b4f5a", "#d96722", "#3f95e3", "#9656a7", "#698e77", "#5e3919", "#3d2379", "#51052d")
DARK = ("#86b4b1", "#fdb380", "#93c5fa", "#be8ce2", "#e1e6c9", "#9d7a5c", "#7f77e4", "#f2887d")
COLOURS = {"light": LIGHT, "dark": DARK}

# From little to much, in steps that stay apart in print; the text on a step is dark up to FLIP and light beyond.
RAMP_LIGHT = ("#e6eff0", "#bfd8da", "#8dbabf", "#56979f", "#28727d", "#0b4f5a")
RAMP_DARK = ("#1c2d32", "#1d424a", "#235862", "#2c6f7a", "#6fb3ba", "#b4dde0")
RAMPS = {"light": RAMP_LIGHT, "dark": RAMP_DARK}
STEPS = len(RAMP_LIGHT)
FLIP = {"light": 4, "dark": 4}

# What is not known is grey in every chart, so that it never competes with what is.
UNKNOWN = frozenset({"not-reported", "unknown"})
GREY = {"light": "#878d92", "dark": "#8b959a"}

_groups: list[dict[str, int]] = []


def register(keys: Sequence[str]) -> None:
    """Give a group of things (jurisdictions, types) their places in the palette, in this order, for good.

    Groups are independent: the third jurisdiction and the third type share a colour. A chart follows
    the group that most of its things belong to; the first registered, if two fit equally.
    """
    group = {key: place % len(LIGHT) for place, key in enumerate(key for key in keys if key not in UNKNOWN)}
    if group not in _groups:
        _groups.append(group)


def _group_of(keys: Sequence[str]) -> dict[str, int]:
    return max(_groups, key=lambda group: len(group.keys() & set(keys)), default={})


def _drawn_from_name(key: str) -> int:
    """A place for a thing nobody registered, always the same."""
    return hashlib.sha256(key.encode()).digest()[0] % len(LIGHT)


def colours_for(keys: Iterable[str], theme: str = "light") -> dict[str, str]:
    """A colour for each key of one chart. Where two would collide, registered ones go first and the other steps aside."""
    wanted = list(dict.fromkeys(keys))
    group = _group_of(wanted)
    known = [key for key in group if key in wanted]
    others = sorted(key for key in wanted if key not in group and key not in UNKNOWN)
    taken: set[int] = set()
    chosen: dict[str, int] = {}
    for key in [*known, *others]:
        place = group[key] if key in group else _drawn_from_name(key)
        while place in taken and len(taken) < len(LIGHT):
            place = (place + 1) % len(LIGHT)
        taken.add(place)
        chosen[key] = place
    return {key: GREY[theme] if key in UNKNOWN else COLOURS[theme][chosen[key]] for key in wanted}


def step_of(value: float, low: float, high: float) -> int:
    """Which step of the ramp a value has, from 0; equal steps from the lowest value (or 0) to the highest."""
    if high <= low:
        return STEPS - 1
    return min(STEPS - 1, int((value - low) / (high - low) * STEPS))
