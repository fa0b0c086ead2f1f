"""Shuffling as ODK does it, so that a seed gives the same order on a phone and here."""

import math
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
_MODULUS = 2**31 - 1
_FACTOR = 48271


def shuffled(things: Sequence[Thing], seed: float) -> list[Thing]:
    """Fisher and Yates with the generator of Park and Miller."""
    order = list(things)
    state = 42 if not math.isfinite(seed) else int(seed if seed == int(seed) else seed * 10**9) % _MODULUS
    state = state if state > 0 else state + _MODULUS - 1
    for last in range(len(order) - 1, 0, -1):
        state = state * _FACTOR % _MODULUS
        chosen = int((state - 1) / (_MODULUS - 1) * (last + 1))
        order[last], order[chosen] = order[chosen], order[last]
    return order
